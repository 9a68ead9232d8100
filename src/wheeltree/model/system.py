"""What of the system a build uses: tools that satisfy build requirements, and libraries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from packaging.utils import NormalizedName

from wheeltree.model.frozen import Frozen

Link = Literal["dynamic", "headers", "dlopen"]
"""dynamic: the wheel must load it. headers: only its headers are used. dlopen: it is loaded by name
at run time, which no header of a file tells."""


@dataclass(frozen=True, kw_only=True)
class SystemTool:
    """A program of the system that stands for the project of its name in build environments."""

    name: NormalizedName
    """The project, such as cmake."""
    version: str = ""
    """Said instead of the program's own, for a requirement that is stricter than it need be."""
    because: str = field(default="", compare=False)
    """Why that version is said."""
    required: bool = field(default=False, compare=False)
    """Whether the build runs it without asking for it. Counts by the environment."""


def tool_named(tools: Iterable[SystemTool], name: NormalizedName) -> SystemTool | None:
    """The one of `tools` that stands for a project, if any does."""
    return next((each for each in tools if each.name == name), None)


def required(tools: Iterable[SystemTool]) -> tuple[NormalizedName, ...]:
    """The projects of those that a build runs without asking for them."""
    return tuple(each.name for each in tools if each.required)


@dataclass(frozen=True, kw_only=True)
class Library:
    """A library of the system that a build uses."""

    name: str
    """Of its pkg-config module, such as libsodium."""
    link: Link = "dynamic"
    origin: str = field(default="", compare=False)
    """Where its use is declared: `settings.yaml:12`, or "" where nobody knows."""


class SystemLibrary(Frozen):
    """What this machine has of a library; one of the two classes below."""

    name: str
    """Of its pkg-config module."""


class InstalledLibrary(SystemLibrary):
    """A library that this machine has."""

    version: str
    """As its pkg-config module says; "" for a library without one."""
    packages: tuple[tuple[str, str], ...]
    """Those of the distribution that own its pkg-config module and its shared libraries, with their
    versions."""
    sonames: tuple[str, ...]
    """Names by which programs that are linked to it load it; () if it has only headers."""
    linked: tuple[str, ...]
    """The same of all that its linker flags name, such as what it is built on."""

    def __str__(self) -> str:
        packages = ", ".join(f"{name} {version}" for name, version in self.packages)
        return f"{self.version} ({packages or 'of no package'})".lstrip()


class AbsentLibrary(SystemLibrary):
    """A library that this machine does not have, or that cannot be used."""

    reason: str
    """Why not, as it goes on after its name."""
    debian: str
    """The package that has it there; "" if that is not known."""
    fedora: str
    """The same; never ""."""

    def __str__(self) -> str:
        return "not installed"


class Resources(Frozen):
    """How much of the machine a build takes; nothing of it changes a wheel."""

    cores: int | None = None
    """The most that it can use."""
    memory: int | None = None
    """Bytes that each of its jobs takes."""
    exclusive: bool = False
    """Whether nothing else may run beside it."""
    timeout: int | None = None
    """Seconds that one hook may take."""
    silence: int | None = None
    """Seconds without output after which it counts as hung."""
    most_memory: int | None = None
    """Bytes that all its processes together may take."""
    most_processes: int = 4096
    most_disk: int = 100 << 30
    """Bytes of all that it may write to."""
    most_log: int = 100 << 20
    """Bytes that it may print."""
