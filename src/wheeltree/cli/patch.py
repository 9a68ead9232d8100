"""`builder patch`: a change of a package's source, kept as a patch file."""

import os
import signal
from pathlib import Path
from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.text import clean
from wheeltree.model.spec import BuildSpec
from wheeltree.session.patching import Title, change, run


@click.command(name="patch", no_args_is_help=True)
@click.argument("name")
@click.argument("command", nargs=-1, metavar="[-- COMMAND [ARGUMENT]...]")
@options.option("--title", default="change", metavar="WORDS", help="What the patch does.")
@options.option("--this-version", is_flag=True, help="For this version only, not for every one.")
@options.one_variant
@options.places
def command(command: tuple[str, ...], name: str, **given: Any) -> None:
    """Open the source of NAME, and turn what is changed there into a patch file.

    NAME or NAME==VERSION is of the wheelhouse's plan, or of a build that failed. A shell is opened
    in its tree, in which the patches that there are already are applied; leave it when the change
    is made. With a COMMAND, that is run there instead. The patch lies beside the settings, in
    patches/NAME/ or patches/NAME-VERSION/, and the next run applies it. With --variant it is opened
    as it is for that variant, and the patch is for it alone, in a folder of its name therein.
    """
    places = options.places_of(given)
    title = Title(text=given["title"], this_version=given["this_version"], variant=given["variant"])

    def edit(tree: Path, spec: BuildSpec) -> int:
        if command:
            return run(command, tree)
        # Ctrl-C is for what runs in there.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        click.echo(f"note     the source of {spec}; change it, then leave with: exit", err=True)
        run((os.environ.get("SHELL") or "/bin/sh",), tree)
        return 0

    written = change(name, places, title, edit)
    if written is None:
        click.echo("nothing was changed, and no patch was written")
    else:
        click.echo(clean(f"wrote {written}; the next `builder bootstrap` applies it"))
