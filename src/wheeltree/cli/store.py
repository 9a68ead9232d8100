"""`builder store`: the store looked after."""

from pathlib import Path

import click

from wheeltree.cli import options
from wheeltree.cli.jsonl import object_line
from wheeltree.cli.options import default_store
from wheeltree.cli.text import clean, count
from wheeltree.errors import StoreError
from wheeltree.model.frozen import asdict
from wheeltree.session import upkeep

_MIB = 1 << 20


@click.group(name="store")
def command() -> None:
    """Check the store, or free space in it."""


@command.command(name="verify")
@options.store
@options.json
def verify(store: Path | None, json: bool) -> int:  # noqa: FBT001  as click calls it
    """Hash everything in the store, and move aside what is damaged; 9 if something was.

    What was moved aside is fetched or built again when it is needed.
    """
    folder = store or default_store()
    problems = upkeep.verify(folder)
    for each in problems:
        found = {"path": str(each.path), "problem": each.what}
        click.echo(object_line(found) if json else clean(str(each)))
    if not json:
        told = count(len(problems), "problem") if problems else "everything is as it was stored"
        click.echo(f"{folder}: {told}")
    return StoreError.exit_code if problems else 0


@command.command(name="gc")
@options.store
@options.option(
    "--keep-days",
    metavar="N",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    help="Keep what was used in the last N days.",
)
@options.json
def gc(store: Path | None, keep_days: int, json: bool) -> None:  # noqa: FBT001
    """Remove what no published wheelhouse holds and no run has used lately."""
    folder = store or default_store()
    freed = upkeep.gc(folder, keep_days)
    if json:
        click.echo(object_line(asdict(freed)))
    else:
        entries = "1 entry" if freed.entries == 1 else f"{freed.entries} entries"
        click.echo(f"{folder}: removed {entries}, {freed.bytes / _MIB:.1f} MiB freed")
