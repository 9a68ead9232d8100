"""`builder realise`: one wheel by itself."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.launch import follow
from wheeltree.cli.single import single, which
from wheeltree.session.single import realise_single, spec_text


@click.command(name="realise", no_args_is_help=True)
@which
@options.wheelhouse
@options.store
@options.settings
@options.sandbox
@options.option(
    "--wheel-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Put the wheel there, too.  [default: leave it in the store]",
)
@options.option(
    "--print-spec", is_flag=True, help="Print SPEC as JSON, for another machine; build nothing."
)
@options.json
def command(
    json: bool,  # noqa: FBT001  as click calls it
    print_spec: bool,  # noqa: FBT001
    wheel_dir: Path | None,
    **given: Any,
) -> None:
    """Build the one wheel that SPEC means, and what it is built with if the store lacks it.

    SPEC is a file that --print-spec wrote, a spec key, or NAME or NAME==VERSION of the wheelhouse's
    plan, with --variant where that builds it otherwise for each. It is the same build as in a run:
    same key, same sandbox, same store.
    """
    if print_spec:
        click.echo(spec_text(single(given)), nl=False)
    else:
        follow(partial(realise_single, single(given), wheel_dir), json=json)
