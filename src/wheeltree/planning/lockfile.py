"""The plan as a file: `plan.json`, which later runs prefer and `--locked` runs obey.

Choices (candidates with digests, environments, every edge and every backend's answer) bind; keys
and inputs inform; results are what came out, and what `--exact` demands again.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.errors import UsageError
from wheeltree.model import codec
from wheeltree.model.digest import Digest, Key
from wheeltree.model.frozen import Frozen, field, replace
from wheeltree.model.plan import Edge, InstallSet, Seed
from wheeltree.model.schemas import PLAN_SCHEMA
from wheeltree.model.source import Candidate, Metadata
from wheeltree.planning.request import Choices, Pins


class LockedPackage(Frozen):
    """One wheel of the plan."""

    source: Candidate
    stage: tuple[NormalizedName, ...]
    """Projects that are seeds in its environment; [] for what is published."""
    archive: Digest
    """The source as it was fetched."""
    static_requires: tuple[str, ...]
    dynamic_requires: tuple[str, ...]
    """The backend's answer, before edits."""
    environment: tuple[str, ...]
    """`name==version` of every wheel it is built with."""
    metadata: Metadata
    """What its source or its backend says, before edits."""
    key: Key
    inputs: dict[str, str]
    """What the key is made of."""
    content: Digest | None
    """Of the wheel that was built; null in a plan that was not built."""
    labels: dict[str, str] = field(default_factory=dict)
    """Words of the user's own, from the settings."""
    changelog: tuple[str, ...] = ()
    """Why it was released again, from the settings."""
    variant: str = ""
    """The one that it depends on; "" for what is the same in all of them."""
    variants: tuple[str, ...] = ()
    """The variants that it is planned for; () where none is declared."""

    def __str__(self) -> str:
        return str(self.source)

    @property
    def subject(self) -> str:
        """What people call it: see `BuildSpec.subject`."""
        return f"{self} [{self.variant}]" if self.variant else str(self)


class LockedEnvironment(Frozen):
    """The versions that one set of build requirements was solved to."""

    requires: tuple[str, ...]
    pins: tuple[str, ...]


class LockedTool(Frozen):
    """A program of the system that stands for a project: an input from outside."""

    name: NormalizedName
    version: Version
    """What it counts as."""
    says: str
    """The version that it has by its own account."""
    program: str
    """Its path."""
    key: Key
    users: tuple[str, ...]
    """`name==version` of what is built with it."""

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


class Lock(Frozen):
    """Everything in `plan.json`."""

    schema: int
    python: str
    """Version of the interpreter that was planned for."""
    sets: tuple[InstallSet, ...]
    packages: tuple[LockedPackage, ...]
    """In build order."""
    environments: tuple[LockedEnvironment, ...]
    edges: tuple[Edge, ...]
    seeds: tuple[Seed, ...]
    tools: tuple[LockedTool, ...] = ()

    def published(self) -> dict[str, LockedPackage]:
        """What is published, by `name==version` and the variant that it depends on."""
        return {each.subject: each for each in self.packages if not each.stage}

    def of(self, variant: str) -> "Lock":
        """What of it is for one variant; all of it where none is declared."""
        if not any(each.variant for each in self.sets):
            return self
        return replace(
            self,
            sets=tuple(each for each in self.sets if each.variant == variant),
            packages=tuple(each for each in self.packages if variant in each.variants),
        )


def dump(each: Lock) -> bytes:
    """`each` as JSON, the same bytes for the same lock."""
    return codec.pretty(each)


def load(path: Path) -> Lock:
    """The lock at `path`; UsageError if there is none, or it is damaged or of another schema."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read the plan {path}: {error.strerror}",
            hint="a run leaves its plan.json in its wheelhouse: name that with -o, or the file",
        ) from error
    try:
        found = codec.decode(text, Lock)
    except codec.Malformed as error:
        raise UsageError(
            f"{path} is not a plan: {error}", hint="make it anew: builder bootstrap --upgrade"
        ) from error
    if found.schema != PLAN_SCHEMA:
        raise UsageError(
            f"{path} is a plan of schema {found.schema}, and this builder reads {PLAN_SCHEMA}",
            hint="make it anew: builder bootstrap --upgrade",
        )
    return found


def choices(each: Lock, upgrade: frozenset[NormalizedName], variant: str) -> Choices:
    """What a later run prefers: all that was chosen, but for the projects to upgrade.

    A variant that is new goes by what others have.
    """
    own = each.of(variant)
    sources = {str(package): package.source for package in (*each.packages, *own.packages)}
    return Choices(
        installs={
            found.name: _pins(found.pins, sources, upgrade) for found in own.sets or each.sets
        },
        environments={
            frozenset(found.requires): _pins(found.pins, sources, upgrade)
            for found in each.environments
        },
    )


def moved(before: Lock, *now: Lock) -> tuple[str, ...]:
    """Which versions differ between one plan and others together, in words."""
    was, has = _versions(before), _versions(*now)
    said = []
    for name in sorted(was.keys() | has.keys()):
        gone, new = (
            was.get(name, set()) - has.get(name, set()),
            has.get(name, set()) - was.get(name, set()),
        )
        if gone or new:
            said.append(f"{name} {_listed(gone)} -> {_listed(new)}")
    return tuple(said)


def _versions(*plans: Lock) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for package in (each for plan in plans for each in plan.published().values()):
        found.setdefault(package.source.name, set()).add(str(package.source.version))
    for tool in (each for plan in plans for each in plan.tools):
        found.setdefault(f"the system's {tool.name}", set()).add(str(tool.version))
    return found


def _listed(versions: Iterable[str]) -> str:
    return ", ".join(sorted(versions)) or "none"


def _pins(
    pins: Iterable[str], sources: Mapping[str, Candidate], upgrade: frozenset[NormalizedName]
) -> Pins:
    found = (sources[pin] for pin in pins if pin in sources)
    return {each.name: each for each in found if each.name not in upgrade}


def names(texts: Iterable[str]) -> frozenset[NormalizedName]:
    """Normalised names."""
    return frozenset(canonicalize_name(text) for text in texts)
