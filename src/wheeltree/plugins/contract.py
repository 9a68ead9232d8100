"""What a class must be to be a plugin; found out when it is loaded, before anything is built."""

import inspect
from collections.abc import Iterator
from difflib import get_close_matches

from wheeltree.model.frozen import Frozen
from wheeltree.plugins.package import METHODS, PackagePlugin


class Breach(Frozen):
    """One thing that is wrong with a class of the user."""

    text: str
    """To be said after the name of the class."""
    line: int
    """0 where it is not known."""


def breaches(plugin: type[PackagePlugin]) -> Iterator[Breach]:
    """Everything that is wrong with a class; nothing if it can be used."""
    for name, value in vars(plugin).items():
        if name.startswith("_") or not callable(value):
            continue
        if name in METHODS:
            yield from _signature(plugin, name)
        elif near := get_close_matches(name, METHODS, n=1, cutoff=0.8):
            text = f"has the method {name}, which nobody calls: is {near[0]} meant?"
            yield Breach(text=text, line=_line(value))
    try:
        inspect.signature(plugin).bind()
    except TypeError as error:
        text = f"cannot be made without arguments: {error}"
        yield Breach(text=text, line=_line(plugin.__init__))


def _signature(plugin: type[PackagePlugin], method: str) -> Iterator[Breach]:
    mine = getattr(plugin, method)
    given, due = inspect.signature(mine), inspect.signature(getattr(PackagePlugin, method))
    try:
        given.bind("self", "work")
    except TypeError:
        text = f"has {method}{given}, which is called as {method}({', '.join(due.parameters)})"
        yield Breach(text=text, line=_line(mine))


def _line(function: object) -> int:
    code = getattr(function, "__code__", None)
    return getattr(code, "co_firstlineno", 0)
