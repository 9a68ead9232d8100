"""A document as a tree that knows its lines."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, eq=False)
class Scalar:
    """One word, number or text, as written."""

    line: int
    text: str
    plain: bool
    """Whether it is written without quotes."""
    weight: int = 1

    @property
    def empty(self) -> bool:
        """Whether nothing is said: no value, `~` or `null`."""
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Items:
    """A list."""

    line: int
    items: tuple["Node", ...]
    weight: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Entry:
    """One key with its value."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """A mapping; its keys are texts and differ."""

    line: int
    entries: tuple[Entry, ...]
    weight: int


Node = Scalar | Items | Table
