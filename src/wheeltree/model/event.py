"""What observers see of a run. An observer cannot change a build."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from wheeltree.model.frozen import Frozen

Work = Literal["index", "source", "backend", "build", "import"]
"""Reading an index page, fetching and preparing a source, asking a backend, building a wheel, and
importing a finished one."""


class Started(Frozen):
    """Some work on one package began."""

    work: Work
    subject: str
    """A project name or `name==version`."""
    reason: str = ""
    """For a build: why it is not reused."""


class Finished(Frozen):
    """Some work on one package ended well."""

    work: Work
    subject: str
    seconds: float


class Built(Frozen):
    """A wheel was built as it was planned, and is in the store."""

    subject: str
    filename: str
    """Its name as a wheel; a build tag may be added when it is published."""
    digest: str
    """SHA-256 of the file."""
    size: int
    """Bytes of the file."""
    path: str
    """The file in the store; it must not be changed, and its own name is not that of a wheel."""
    seconds: float
    """Wall time of its build."""


class Prebuilt(Frozen):
    """A wheel was taken as it is, since settings say so, and is in the store."""

    subject: str
    filename: str
    digest: str
    """SHA-256 of the file."""
    size: int
    """Bytes of the file."""
    path: str
    """The file in the store; it must not be changed."""


class Reused(Frozen):
    """A wheel was in the store already."""

    subject: str
    seconds: float
    """How long its build took when it was built: the time saved."""


class Failed(Frozen):
    """A wheel could not be built."""

    subject: str
    cause: str
    """One line."""
    log: str
    """Path, or "" where there is none."""
    hint: str = ""
    """What to do about it; "" where nobody knows."""


class Blocked(Frozen):
    """A wheel was not tried because something that it needs failed."""

    subject: str
    by: str


class Progress(Frozen):
    """How far the run is."""

    planning: bool
    """Whether the plan may still grow."""
    packages: int
    """Wheels known to be needed so far."""
    done: int
    next: tuple[str, ...] = ()
    """What is ready to be built, first first."""


class Notice(Frozen):
    """Something that the user should know, such as a fallback that was taken."""

    text: str


class VariantShare(Frozen):
    """What of a plan one variant shares with the others, and what it has for itself."""

    variant: str
    shared: tuple[str, ...]
    """`name==version` of the published wheels that depend on no variant: what any gets that asks
    for nothing."""
    own: tuple[tuple[str, str], ...]
    """The same of those that do, each with the reason."""


class Summary(Frozen):
    """How the run ended; the last event."""

    built: tuple[str, ...]
    reused: tuple[str, ...]
    failed: tuple[Failed, ...]
    blocked: tuple[Blocked, ...]
    seeds: tuple[str, ...]
    wheelhouse: str
    seconds: float
    seconds_saved: float
    prebuilt: tuple[str, ...] = ()
    """What was not built but taken as a wheel, since settings say so."""
    idle: bool = False
    """Whether nothing was done, not even published, since nothing had changed."""
    tools: tuple[str, ...] = ()
    """Programs of the system that stand for projects in build environments, with their versions."""
    variants: tuple[VariantShare, ...] = ()
    """Of each variant; () where none is declared."""
    error: str = ""
    """What broke the run off before it had a plan, in one sentence; "" for any other."""


Event: TypeAlias = (
    Started | Finished | Built | Prebuilt | Reused | Failed | Blocked | Progress | Notice | Summary
)
Observer: TypeAlias = Callable[[Event], None]
"""Called from any thread of the run; must not block."""
