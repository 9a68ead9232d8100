"""Changes that settings make to what a source says of itself, and what they put into its tree."""

from dataclasses import dataclass, field
from typing import Literal

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.model.digest import Digest


@dataclass(frozen=True, kw_only=True)
class RequirementEdits:
    """Changes of a list of requirements, in the order: remove, replace, add."""

    remove: tuple[NormalizedName, ...] = ()
    """Every requirement on these projects goes."""
    replace: tuple[str, ...] = ()
    """Takes the place of every requirement on the same project; markers of the old one are lost."""
    add: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.remove or self.replace or self.add)

    def apply(self, requires: tuple[str, ...]) -> tuple[str, ...]:
        """The edited list; what is not touched keeps its place and its spelling."""
        gone = frozenset(self.remove)
        instead = {name_of(text): text for text in self.replace}
        kept: list[str] = []
        for text in requires:
            name = name_of(text)
            edited = instead.get(name, text)
            if name not in gone and edited not in kept:
                kept.append(edited)
        return (*kept, *(text for text in self.add if text not in kept))

    def useless(self, requires: tuple[str, ...]) -> tuple[str, ...]:
        """The names of those edits that change nothing in any of `requires`."""
        there = {name_of(text) for text in requires}
        wanted = (*self.remove, *map(name_of, self.replace))
        needless = (name_of(text) for text in self.add if text in requires)
        return (*(name for name in wanted if name not in there), *needless)


NO_EDITS = RequirementEdits()


def name_of(requirement: str) -> NormalizedName:
    """The project that a valid requirement is on."""
    return canonicalize_name(Requirement(requirement).name)


@dataclass(frozen=True, kw_only=True)
class ExtraSource:
    """An archive or file that is placed in a source tree, so that its build need not fetch it."""

    url: str = field(compare=False)
    digest: Digest
    path: str
    """Where it is unpacked, or put, below the root of the tree; with `/`."""
    unpack: bool = True
    """Whether it is an archive of one top folder, which is stripped, or is left as it is."""


@dataclass(frozen=True, kw_only=True)
class TomlEdit:
    """One key of pyproject.toml that is set, or removed."""

    key: str
    """Dotted, such as tool.scikit-build.cmake.version."""
    value: str | None
    """As JSON; None removes the key."""


@dataclass(frozen=True, kw_only=True)
class Vendoring:
    """What is fetched by a lock file of the source and laid into its tree."""

    kind: Literal["cargo"]
    lock: str
    """Path of the lock file below the root of the tree."""
