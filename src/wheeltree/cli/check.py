"""`builder check`: settings, patches and requirements looked over."""

from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.text import clean, count
from wheeltree.session.check import check, refuse


@click.command(name="check")
@options.wanted
@options.places
@options.python
@options.offline
def command(**given: Any) -> None:
    """Look for settings, patches and REQUIREMENTS that do not fit the index or one another.

    Told are misspelt projects and variants, rules, patches and seeds for versions that are not
    offered, exceptions that lift nothing any more, and requirements that nothing satisfies; and, as
    in every run, keys and values that are wrong. Settings are looked at for all variants. Ends with
    3 if there is something.
    """
    checked = check(options.invocation(given))
    for problem in checked.problems:
        click.echo(clean(str(problem)))
    if checked.problems:
        raise refuse(checked)
    click.echo(f"nothing to complain of; {count(checked.projects, 'project')} asked for")
