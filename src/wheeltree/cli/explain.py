"""`builder explain`: the settings of one package, evaluated."""

from collections.abc import Iterator
from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.jsonl import object_line
from wheeltree.cli.text import clean
from wheeltree.model.frozen import asdict
from wheeltree.session.explain import Explanation, explain


@click.command(name="explain", no_args_is_help=True)
@click.argument("name")
@options.one_variant
@options.places
@options.python
@options.json
def command(json: bool, name: str, **given: Any) -> None:  # noqa: FBT001  as click calls it
    """Show what settings, patches and a plugin do to NAME, each value with its file and line.

    NAME may be NAME==VERSION, planned or not. Without a version it is the one in the wheelhouse's
    plan. Where variants do not treat it alike, each is shown by itself. Values are shown as they
    are written: a variable may hold a secret.
    """
    places = options.places_of(given)
    for number, each in enumerate(explain(name, places, given["python"], given["variant"])):
        if json:
            click.echo(object_line(asdict(each)))
        else:
            click.echo("\n" * (number > 0) + "\n".join(map(clean, _lines(each))))


def _lines(each: Explanation) -> Iterator[str]:
    named = f" [{', '.join(each.variants)}]" if each.variants else ""
    yield f"{each.package}{named}   {each.chosen}".rstrip()
    if each.asking:
        yield f"  asks for its variant by {', '.join(each.asking)}"
    if not (each.asking or each.sayings or each.patches or each.plugin):
        yield "  nothing is said about it: it is built as it comes"
    rows = [(said.key, said.value, said.where, said.scope) for said in each.sayings]
    widest = max((len(f"{key} = {value}") for key, value, _, _ in rows), default=0)
    for key, value, where, scope in rows:
        left = f"{key} = {value}"
        yield f"  {left:{min(widest, 60)}}   {where}{f'  ({scope})' if scope else ''}"
    for path in each.patches:
        yield f"  patch {path}"
    if each.plugin:
        yield f"  plugin {each.plugin}: {', '.join(each.methods)}"
