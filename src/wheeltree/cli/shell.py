"""`builder shell`: the sandbox of one build, opened."""

import signal
from types import FrameType
from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.single import single, which
from wheeltree.cli.text import clean
from wheeltree.errors import Interrupted
from wheeltree.session.shell import open_shell


@click.command(name="shell", no_args_is_help=True)
@which
@click.argument("command", nargs=-1, metavar="[-- COMMAND [ARGUMENT]...]")
@options.wheelhouse
@options.store
@options.settings
@options.sandbox
def command(command: tuple[str, ...], **given: Any) -> int:
    """Open a shell in the sandbox of the build that SPEC means, with its tree and environment.

    SPEC is NAME or NAME==VERSION of the wheelhouse's plan or of a build that failed, with --variant
    where that builds it otherwise for each; a spec key; or a file that `builder realise
    --print-spec` wrote. With a COMMAND, run that instead of a shell,
    and exit with its status.
    """
    # Ctrl-C is for what runs in there, any number of times; the others are for us.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    return open_shell(single(given), command, _note)


def _note(text: str) -> None:
    click.echo(f"note     {clean(text)}", err=True)


def _end(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise Interrupted("stopped")
