"""`builder serve`: a wheelhouse over HTTP."""

from pathlib import Path

import click

from wheeltree.cli import options
from wheeltree.cli.text import clean
from wheeltree.errors import Interrupted
from wheeltree.session.serving import serve


@click.command(name="serve")
@click.argument(
    "wheelhouse",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="BUILDER_WHEELHOUSE",
    default=Path("wheelhouse"),
)
@options.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen; 0.0.0.0 lets other machines in.",
)
@options.option(
    "--port",
    metavar="N",
    type=click.IntRange(min=0, max=65535),
    default=8080,
    show_default=True,
    help="0 takes a free one.",
)
def command(wheelhouse: Path, host: str, port: int) -> None:
    """Serve a wheelhouse over HTTP, for pip and uv, until Ctrl-C.

    WHEELHOUSE is a folder, "wheelhouse" if none is given. The URL of its index is printed. It is
    only read, and everybody who can connect can read it; runs may publish in it meanwhile.
    """
    try:
        serve(wheelhouse, host, port, ready=click.echo, notice=_note)
    except KeyboardInterrupt:
        raise Interrupted("stopped") from None


def _note(text: str) -> None:
    click.echo(f"note     {clean(text)}", err=True)
