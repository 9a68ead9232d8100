"""`builder resolve`: what an installer on some machine would take from a wheelhouse."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from wheeltree.cli import options
from wheeltree.cli.jsonl import object_line
from wheeltree.cli.text import clean
from wheeltree.model.frozen import asdict
from wheeltree.session import simulate as session


@click.command(name="resolve", no_args_is_help=True)
@click.argument("requirements", nargs=-1, required=True, metavar="REQUIREMENT...")
@options.option(
    "--simulate",
    default="",
    metavar="MACHINE",
    help="What it has, such as cuda=13.1,sm=9.0.  [default: no accelerator]",
)
@options.wheelhouse
@options.python
@options.pre
@options.json
def command(
    *,
    requirements: tuple[str, ...],
    simulate: str,
    wheelhouse: Path,
    python: str | None,
    pre: bool,
    json: bool,
) -> None:
    """Say which wheels of the wheelhouse an installer would take, and why not the others.

    It answers for an installer that knows wheel variants, such as uv with the preview feature
    wheel-variants, on any MACHINE, without that machine: words with commas between them. Known are
    cuda=VERSION (what the driver can), sm=M.N (the GPU), gfx=NAME, rocm=VERSION, tpu=true,
    x86_64=v1 to v4 and aarch64=8a to 8.4a.
    """
    answer = session.simulate(
        requirements,
        wheelhouse=wheelhouse,
        machine=simulate,
        python=python or sys.executable,
        pre=pre,
    )
    for number, each in enumerate(answer.choices):
        if json:
            click.echo(object_line(_object(each)))
        else:
            click.echo("\n" * (number > 0) + "\n".join(map(clean, _lines(each))))
    for notice in answer.notices:
        click.echo(clean(f"note: {notice}"), err=True)


def _lines(each: session.Choice) -> Iterator[str]:
    yield f"{each.package}   {each.filename}"
    for number, asked in enumerate(each.required_by):
        yield f"  {'' if number else 'required by':11}  {asked}"
    yield f"  {'because':11}  {each.reason}"
    for number, other in enumerate(each.losers):
        yield f"  {'' if number else 'not':11}  {other.filename}: {other.reason}"
    for skipped in each.skipped:
        yield f"  {'not':11}  {skipped.version}, of which nothing fits:"
        for other in skipped.losers:
            yield f"  {'':11}    {other.filename}: {other.reason}"


def _object(each: session.Choice) -> dict[str, object]:
    return {
        **asdict(each),
        "losers": [asdict(other) for other in each.losers],
        "skipped": [
            {"version": str(old.version), "losers": [asdict(other) for other in old.losers]}
            for old in each.skipped
        ],
    }
