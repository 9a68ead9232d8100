"""`builder plan`: everything that is known before the wheels are built."""

from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.launch import run


@click.command(name="plan", no_args_is_help=True)
@options.what
@options.places
@options.machine
@options.json
def command(json: bool, **given: Any) -> None:  # noqa: FBT001  as click calls it
    """Resolve REQUIREMENTS and write plan.json into the wheelhouse.

    Only the tools are built whose answers the plan needs; sources are fetched, so that a later
    run can be offline.
    """
    run(options.invocation({**given, "plan_only": True}), json=json)
