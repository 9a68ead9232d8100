"""The command `builder`: parse, call, render. No algorithm lives here."""

import importlib
import os
import sys
from typing import NoReturn

import click

from wheeltree import __version__
from wheeltree.cli.console import choose
from wheeltree.cli.pace import set_pace
from wheeltree.cli.shown import Shown
from wheeltree.cli.stopping import Stopping
from wheeltree.errors import Interrupted, UsageError, WheeltreeError

_COMMANDS = {
    "bootstrap": "Rebuild a whole tree of wheels from source into a wheelhouse.",
    "plan": "Resolve everything and write the plan; build only the tools that must be asked.",
    "build": "Build a plan exactly as it says.",
    "realise": "Build one wheel of a plan, with what it is built with.",
    "shell": "Open a shell in the sandbox of one build.",
    "why": "Say why a package is in the wheelhouse, and why it was built again.",
    "explain": "Show what settings and patches do to a package, and where it is written.",
    "resolve": "Say which wheels an installer would take from a wheelhouse, on any machine.",
    "check": "Look for settings, patches and requirements that do not fit one another.",
    "variants": "Look at the variants of a wheelhouse, and for what they should share.",
    "patch": "Change the source of a package, and keep the change as a patch file.",
    "attest": "Check how a wheel was made, down to its sources; make keys that sign it.",
    "serve": "Serve a wheelhouse over HTTP, for pip and uv.",
    "doctor": "Look whether this machine can build, and what is missing.",
    "store": "Check the store, or free space in it.",
}


class Commands(click.Group):
    """Commands by name, each imported only when it is called: starting must stay fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order in which a user meets them."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        found = importlib.import_module(f"wheeltree.cli.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `builder --help`, without importing any command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="builder")
def builder() -> None:
    """Rebuild a whole tree of Python wheels from source: hermetic, reproducible, fast."""


def main() -> None:
    """Run `builder` with the arguments of this process, and exit.

    Exit statuses: 0, or that of the error in `wheeltree.errors`.
    """
    set_pace()
    with Stopping():
        ended = status(sys.argv[1:])
    _leave(ended)


def _leave(ended: int) -> NoReturn:
    """Exit with this status at once: to take a large heap apart, object by object, takes long.

    Nothing is left to be done then: files are closed, threads that matter have ended.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads any more; the usual way out says so in its status
        sys.exit(ended)
    os._exit(ended)


def status(arguments: list[str]) -> int:
    """Run `builder` with `arguments`; its exit status."""
    try:
        ended = builder.main(arguments, prog_name="builder", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return UsageError.exit_code
    except click.ClickException as error:
        return _tell(UsageError(error.format_message(), hint=_hint(error)), arguments)
    except Shown as error:
        return error.exit_code
    except WheeltreeError as error:
        return _tell(error, arguments)
    except (KeyboardInterrupt, click.Abort):
        hint = "what was built is kept; the same command goes on from it"
        return _tell(Interrupted("stopped", hint=hint), arguments)
    return ended if isinstance(ended, int) else 0


def _hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path} --help" if context else "builder --help"


def _tell(error: WheeltreeError, arguments: list[str]) -> int:
    with choose(json=_json_was_asked(arguments), terminal=sys.stderr.isatty()) as console:
        console.error(error)
    return error.exit_code


def _json_was_asked(arguments: list[str]) -> bool:
    return "--json" in arguments or os.environ.get("BUILDER_JSON", "") in {"1", "true"}
