"""`builder attest`: how wheels were made, checked; and keys that sign it."""

from collections import Counter
from pathlib import Path

import click

from wheeltree.attesting.chain import Link, Verdict
from wheeltree.cli import options
from wheeltree.cli.jsonl import object_line
from wheeltree.cli.text import clean, count
from wheeltree.model.frozen import asdict
from wheeltree.session import attest

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(name="attest")
def command() -> None:
    """Check how a wheel was made, down to its sources; make keys that sign it."""


@command.command(name="keygen", no_args_is_help=True)
@click.argument("file", type=_FILE)
def keygen(file: Path) -> None:
    """Make a key in FILE that only you can read, and FILE.pub, which verifies what it signs."""
    public = attest.generate(file)
    click.echo(f"{file} signs, with --signing-key or `signing.key` in the settings; keep it safe")
    click.echo(f"{public} verifies; give it to everybody")


@command.command(name="verify", no_args_is_help=True)
@click.argument("wheel", type=_FILE)
@options.option(
    "--key",
    type=_FILE,
    default=None,
    metavar="FILE",
    help="Public key that must have signed everything.  [default: no signature is looked at]",
)
@options.wheelhouse
@options.json
def verify(wheel: Path, key: Path | None, wheelhouse: Path, json: bool) -> None:  # noqa: FBT001
    """Check, offline, that WHEEL was made from its sources as WHEELHOUSE says; 12 if it was not.

    Everything that it was built with is checked likewise, down to sdists. What others made (seeds,
    prebuilt wheels, programs of the system) is named by its digest.
    """
    verdict = attest.verify(wheel, wheelhouse=wheelhouse, key=key)
    for each in verdict.links:
        click.echo(object_line(asdict(each)) if json else clean(_line(each)))
    error = attest.refusal(wheel, verdict)
    if error is not None:
        raise error
    if not json:
        click.echo(clean(_sum(wheel, verdict)))


def _line(link: Link) -> str:
    of = f", for {link.of}" if link.of else ""
    return f"{link.state:>6}  {link.kind} {link.name} sha256:{link.sha256[:16]}{of}: {link.said}"


def _sum(wheel: Path, verdict: Verdict) -> str:
    states = Counter((each.state, each.kind) for each in verdict.links)
    wheels, sources = states["holds", "wheel"], states["holds", "source"]
    ends = sum(number for (state, _), number in states.items() if state == "end")
    made = f"{count(wheels, 'wheel')} from {count(sources, 'source')}"
    said = "all of it signed" if verdict.signed else "no signature was looked at: name a --key"
    return f"{wheel}: {made}, {count(ends, 'part')} made by others; {said}"
