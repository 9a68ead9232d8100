"""What is planned: a wheel in the context that its build environment depends on."""

from dataclasses import dataclass

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.source import Candidate, Metadata
from wheeltree.resolution.problem import Solution


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a build environment depends on besides its own requirements."""

    seeded: frozenset[NormalizedName] = frozenset()
    """Projects that are taken as seeds, since they are being built themselves."""
    matched: tuple[tuple[NormalizedName, Version], ...] = ()
    """Versions that follow the install set (`match_install`)."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One wheel in one context."""

    candidate: Candidate
    context: Context = Context()

    def __str__(self) -> str:
        return str(self.candidate)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A node whose build environment is final."""

    static: tuple[str, ...]
    """The declared build requirements, after edits."""
    dynamic: tuple[str, ...]
    """What the backend added, before edits."""
    environment: Solution
    context: Context
    """The one its environment is made in."""
    said: Metadata
    """What the source or the backend says, before edits."""
    metadata: Metadata
    """What the wheel will require."""
