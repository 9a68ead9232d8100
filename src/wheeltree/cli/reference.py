"""The reference page of the command line, made from the commands themselves.

`python -m wheeltree.cli.reference > docs/reference/cli.md` writes it.
"""

import inspect
import re
import sys
from collections.abc import Iterator

import click

from wheeltree import errors
from wheeltree.cli.main import builder
from wheeltree.cli.options import AtMostOne

_HEAD = """\
# Command line

<!-- Made by `python -m wheeltree.cli.reference`; do not edit. -->

Every option is an environment variable too, named in the second column; an option that may be given
several times takes its values from the variable with blanks between them, a flag takes `1`. What is
written on the command line wins.
"""
_TREE = re.compile(r"^[│├└─ ]*(\w+) +(\d+) +(.+)$", re.MULTILINE)


def page() -> str:
    """The whole page, in Markdown."""
    return "".join((_HEAD, *(_section(*each) for each in commands(builder)), _statuses()))


def commands(group: click.Group, parent: str = "builder") -> Iterator[tuple[str, click.Command]]:
    """All commands below `group` that do something, by what one types for them."""
    context = click.Context(group, info_name=parent)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{parent} {name}")
        else:
            yield f"{parent} {name}", command


def options(command: click.Command) -> tuple[click.Option, ...]:
    """The options of a command, in the order of its help."""
    return tuple(each for each in command.params if isinstance(each, click.Option))


def _section(name: str, command: click.Command) -> str:
    usage = " ".join(command.collect_usage_pieces(click.Context(command, info_name=name)))
    lines = [
        f"\n## {name}\n",
        f"```\n{name} {usage}\n```\n",
        f"{inspect.cleandoc(command.help or '')}\n",
        "| option | variable | meaning |",
        "|---|---|---|",
        *map(_row, options(command)),
    ]
    return "\n".join(lines) + "\n"


def _row(option: click.Option) -> str:
    takes = "" if option.is_flag else f" {_placeholder(option)}"
    names = ", ".join(f"`{name}{takes}`" for name in option.opts)
    return f"| {_cell(names)} | `{option.envvar}` | {_cell(_meaning(option))} |"


def _placeholder(option: click.Option) -> str:
    return option.make_metavar(click.Context(click.Command("")))


def _meaning(option: click.Option) -> str:
    several = option.multiple and not isinstance(option, AtMostOne)
    again = " May be given several times." if several else ""
    default = f"  [default: {option.default}]" if option.show_default else ""
    return f"{option.help or ''}{again}{default}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _statuses() -> str:
    """The tree in the docstring of `errors`, as a table."""
    rows = [f"| {code} | {meaning} |" for _, code, meaning in _TREE.findall(errors.__doc__ or "")]
    head = ["\n## Exit statuses\n", "| status | meaning |", "|---|---|", "| 0 | all went well |"]
    return "\n".join([*head, *dict.fromkeys(rows)]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
