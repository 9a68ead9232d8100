"""`builder build`: a plan, exactly as it says."""

from pathlib import Path
from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.launch import run


@click.command(name="build", no_args_is_help=True)
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@options.variants
@options.places
@options.machine
@options.exact
@options.signing_key
@options.add
@options.json
def command(json: bool, plan: Path, **given: Any) -> None:  # noqa: FBT001  as click calls it
    """Build PLAN (a plan.json) with its choices and nothing else, on any host."""
    run(options.invocation({**given, "locked": plan}), json=json)
