"""The graph of everything that a run builds, and why each part is in it."""

from dataclasses import dataclass, field
from typing import Literal

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate, Metadata, SourceTree
from wheeltree.model.spec import BuildSpec
from wheeltree.model.stand_in import StandIn

EdgeKind = Literal["toplevel", "install", "build-system", "build-backend"]
"""Who asked: the user, a wheel's Requires-Dist, pyproject.toml, or the backend when it was run."""


class Edge(Frozen):
    """One requirement that is satisfied by one package of the plan."""

    parent: str
    """`name==version`, or "" for what the user asked for."""
    child: str
    """`name==version`."""
    requirement: str
    kind: EdgeKind
    origin: str
    """Where it is written: `requirements.txt:3`, or the parent."""


@dataclass(frozen=True, kw_only=True)
class Seed:
    """One exact wheel that breaks a build cycle; used in build environments only."""

    name: NormalizedName
    version: Version
    url: str = field(compare=False)
    digest: Digest

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def key(self) -> Key:
        """Stands in an environment where a spec key would."""
        return key_of("seed", self.digest)


class Planned(Frozen):
    """One wheel of the plan with everything that was found out about it."""

    spec: BuildSpec
    candidate: Candidate
    tree: SourceTree
    static_requires: tuple[str, ...]
    """`[build-system].requires` after edits."""
    dynamic_requires: tuple[str, ...]
    """What the backend added, before edits."""
    metadata: Metadata
    """What the source or the backend says that the wheel requires, before edits."""
    stage: tuple[NormalizedName, ...] = ()
    """Projects that are seeds in its environment; () for what is published."""

    def __str__(self) -> str:
        return str(self.spec)


class InstallSet(Frozen):
    """One set of requirements that can be installed together."""

    name: str
    """"default", or the NAME of `--set NAME=FILE`."""
    variant: str = ""
    """"" where none is declared."""
    requirements: tuple[str, ...]
    pins: tuple[str, ...]
    """`name==version` of its whole closure, sorted."""


class Plan(Frozen):
    """Everything that a run builds for one variant; immutable."""

    variant: str = ""
    """"" where none is declared."""
    packages: tuple[Planned, ...]
    """In an order in which each stands after what it is built with."""
    sets: tuple[InstallSet, ...]
    edges: tuple[Edge, ...]
    seeds: tuple[Seed, ...] = ()
    """The seeds that some environment uses."""
    stand_ins: tuple[StandIn, ...] = ()
    """The programs of the system that stand for projects in some environment."""

    def installed(self) -> frozenset[str]:
        """`name==version` of everything in some install set."""
        return frozenset(pin for each in self.sets for pin in each.pins)
