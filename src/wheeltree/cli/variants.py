"""`builder variants`: the variants of a wheelhouse looked over."""

from pathlib import Path

import click

from wheeltree.cli import options
from wheeltree.cli.jsonl import object_line
from wheeltree.cli.text import clean, count
from wheeltree.errors import SettingsError
from wheeltree.model.frozen import asdict
from wheeltree.session.variants_check import check_variants
from wheeltree.session.variants_list import list_variants


@click.group(name="variants")
def command() -> None:
    """Look at the variants of a wheelhouse."""


@command.command(name="list")
@options.wheelhouse
@options.json
def show(wheelhouse: Path, json: bool) -> None:  # noqa: FBT001  as click calls it
    """List the variants of a wheelhouse, with their labels and how many wheels each has."""
    for each in list_variants(wheelhouse):
        if json:
            click.echo(object_line(asdict(each)))
            continue
        wheels = f"{count(each.installed, 'wheel')}, {each.own} of its own"
        click.echo(clean(f"{each.name}: {wheels}"))
        for text in (*each.labels, f"pip install --index-url {each.index} NAME"):
            click.echo(clean(f"  {text}"))


@command.command(name="check")
@options.wheelhouse
@options.json
def check(wheelhouse: Path, json: bool) -> int:  # noqa: FBT001  as click calls it
    """Find wheels that variants should share and do not, or share and should not.

    Told are wheels that were built for several variants with the same content, and wheels that are
    the same in all of them though they have code for a device. Ends with 3 if there is something.
    """
    checked = check_variants(wheelhouse)
    if json:
        click.echo(object_line(asdict(checked)))
    else:
        for problem in checked.problems:
            click.echo(clean(problem))
        found = count(len(checked.problems), "problem")
        looked = f"{count(checked.wheels, 'wheel')} of {', '.join(checked.variants)} looked at"
        click.echo(clean(f"{found if checked.problems else 'nothing to complain of'}; {looked}"))
    return SettingsError.exit_code if checked.problems else 0
