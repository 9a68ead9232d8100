"""A YAML tree as a value of the schema, with everything that does not fit."""

import enum
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from wheeltree.settings.nodes import Items, Node, Scalar, Table
from wheeltree.settings.problems import Origin, Problem, advice
from wheeltree.settings.values import VALUES, TomlValue, Value, toml_value

T = TypeVar("T")


class _Unfit(enum.Enum):
    """Stands for a part that did not fit; its problem is noted."""

    UNFIT = enum.auto()


_UNFIT = _Unfit.UNFIT
_LONGEST = 300
"""Characters of one problem; a message may quote what was written."""


def read(kind: type[T], node: Node, file: str, problems: list[Problem]) -> T | None:
    """`node` of `file` as a `kind`, a dataclass of the schema.

    What does not fit is added to `problems` and left out of the value; None if nothing could be
    made of the whole.
    """
    made = _Reader(file=file, problems=problems).record(kind, node, "")
    return None if isinstance(made, _Unfit) else made


def written(kind: type) -> dict[str, "Field[Any]"]:
    """The fields of a schema class that a user writes, by name."""
    return {each.name: each for each in fields(kind) if each.name != "origin"}


def required(each: "Field[Any]") -> bool:
    """Whether a key must be given."""
    return each.default is MISSING and each.default_factory is MISSING


@cache
def kinds(kind: type) -> dict[str, object]:
    """The types of a schema class's fields."""
    return dict(get_type_hints(kind))


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Walks tree and types together."""

    file: str
    problems: list[Problem]

    def value(  # noqa: PLR0911 -- a line for each kind of type
        self, kind: object, node: Node, path: str
    ) -> object:
        """`node` as the type `kind`."""
        shape, inner = get_origin(kind), get_args(kind)
        if kind in VALUES:
            return self._single(VALUES[kind], node, path)
        if kind is TomlValue:
            return self._toml(node, path)
        if shape is Literal:
            return self._choice(inner, node, path)
        if shape is tuple:
            return self._items(inner[0], node, path)
        if isinstance(shape, type) and issubclass(shape, Mapping):
            return self._table(inner, node, path)
        if shape in {Union, types.UnionType}:
            return self.value(_alternative(inner, node), node, path)
        if isinstance(kind, type) and is_dataclass(kind):
            return self.record(kind, node, path)
        raise TypeError(f"the schema has a type that cannot be read: {kind}")

    def record(self, kind: type[T], node: Node, path: str) -> T | _Unfit:
        """`node` as the dataclass `kind`."""
        if not isinstance(node, Table):
            return self._note(node, path, f"expected a mapping, not {_found(node)}")
        values = self._fields(kind, node, path)
        needed = [name for name, each in written(kind).items() if required(each)]
        missing = [name for name in needed if name not in values]
        if missing:
            return self._note(node, path, f"missing {' and '.join(missing)}")
        if any(values[name] is _UNFIT for name in needed):
            return _UNFIT
        make: Callable[..., T] = kind
        fit = {name: value for name, value in values.items() if value is not _UNFIT}
        return make(**fit, origin=self._origin(node, path))

    def _fields(self, kind: type, node: Table, path: str) -> dict[str, object]:
        known = written(kind)
        values: dict[str, object] = {}
        for entry in node.entries:
            name, value = entry.key.text, entry.value
            if name not in known:
                self._note(entry.key, path, f"unknown key {name!r}; {advice(name, known)}")
            elif not (_says_nothing(value) and not required(known[name])):
                values[name] = self.value(kinds(kind)[name], value, _join(path, name))
        return values

    def _table(self, inner: tuple[object, ...], node: Node, path: str) -> object:
        if not isinstance(node, Table):
            return self._note(node, path, f"expected a mapping, not {_found(node)}")
        values: dict[object, object] = {}
        for entry in node.entries:
            dotted = _join(path, entry.key.text)
            name = self._single(VALUES[inner[0]], entry.key, dotted)
            value = self.value(inner[1], entry.value, dotted)
            if name in values:
                self._note(entry.key, dotted, f"{name} is given twice, in two spellings")
            elif name is not _UNFIT and value is not _UNFIT:
                values[name] = value
        return MappingProxyType(values)

    def _items(self, kind: object, node: Node, path: str) -> object:
        if not isinstance(node, Items):
            return self._note(node, path, f"expected a list, not {_found(node)}")
        values = [self.value(kind, each, f"{path}[{at}]") for at, each in enumerate(node.items)]
        return tuple(value for value in values if value is not _UNFIT)

    def _choice(self, choices: tuple[object, ...], node: Node, path: str) -> object:
        if isinstance(node, Scalar) and node.text in choices:
            return node.text
        names = " or ".join(str(choice) for choice in choices)
        return self._note(node, path, f"expected {names}, not {_found(node)}")

    def _single(self, kind: Value, node: Node, path: str) -> object:
        if not isinstance(node, Scalar) or node.empty:
            return self._note(node, path, f"expected {kind.words}, not {_found(node)}")
        try:
            return kind.read(node)
        except ValueError as error:
            return self._note(node, path, str(error))

    def _toml(self, node: Node, path: str) -> object:
        try:
            return toml_value(node)
        except ValueError as error:
            return self._note(node, path, str(error))

    def _origin(self, node: Table, path: str) -> Origin:
        lines: dict[str, int] = {}
        for entry in node.entries:
            lines[entry.key.text] = entry.key.line
            if isinstance(entry.value, Table):
                below = entry.value.entries
                lines |= {_join(entry.key.text, each.key.text): each.key.line for each in below}
        return Origin(file=self.file, line=node.line, path=path, lines=lines)

    def _note(self, node: Node, path: str, text: str) -> _Unfit:
        short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
        self.problems.append(Problem(file=self.file, line=node.line, key=path, text=short))
        return _UNFIT


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _says_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.empty


def _alternative(inner: tuple[object, ...], node: Node) -> object:
    """The member of a union that has the shape of `node`; where none has, the first will say so."""
    members = [each for each in inner if each is not types.NoneType]
    fitting = [each for each in members if _shape(each) is type(node)]
    return (fitting or members)[0]


def _shape(kind: object) -> type:
    """The kind of node that a type of the schema is written as."""
    if get_origin(kind) is tuple:
        return Items
    is_table = isinstance(kind, type) and is_dataclass(kind) and kind not in VALUES
    return Table if is_table else Scalar


def _found(node: Node) -> str:
    match node:
        case Table():
            return "a mapping"
        case Items():
            return "a list"
        case Scalar() if node.empty:
            return "nothing"
        case Scalar():
            return repr(node.text)
