"""What the commands about one build have in common."""

from typing import Any

import click

from wheeltree.cli.options import one_variant, option, places_of, together
from wheeltree.session.single import Single

which = together(
    click.argument("spec"),
    option(
        "--python",
        default=None,
        metavar="PATH",
        help="Interpreter that it is for.  [default: the one it was planned for; for a file, the "
        "one that runs builder]",
    ),
    one_variant,
)


def single(given: dict[str, Any]) -> Single:
    """The build that is meant, from the arguments of a command by name."""
    return Single(
        spec=given["spec"],
        variant=given["variant"],
        places=places_of(given),
        python=given["python"],
        sandbox=given["sandbox"],
    )
