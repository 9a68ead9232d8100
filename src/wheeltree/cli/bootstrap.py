"""`builder bootstrap`: from requirements to a wheelhouse."""

from pathlib import Path
from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.launch import run


@click.command(name="bootstrap", no_args_is_help=True)
@options.what
@options.places
@options.machine
@options.option(
    "--locked",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="PLAN",
    help="Use the choices of this plan and nothing else.",
)
@options.exact
@options.option(
    "--plan-only", is_flag=True, help="Stop at the plan; build only tools that must be asked."
)
@options.signing_key
@options.add
@options.json
def command(json: bool, **given: Any) -> None:  # noqa: FBT001  as click calls it
    """Resolve REQUIREMENTS from sdists, build every wheel in a sandbox, fill a wheelhouse.

    An argument that names a file is a requirements file, anything else is a requirement.
    """
    run(options.invocation(given), json=json)
