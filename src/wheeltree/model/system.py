"""What of the system a build uses: tools that satisfy build requirements, and libraries."""

from dataclasses import dataclass, field
from typing import Literal

from packaging.utils import NormalizedName

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


@dataclass(frozen=True, kw_only=True)
class Library:
    """A library of the system that a build uses."""

    name: str
    """Of its pkg-config module, such as libsodium."""
    link: Link = "dynamic"


@dataclass(frozen=True, kw_only=True)
class Resources:
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
