"""How a wheel was made, as far as only those know who were there when it was built."""

from typing import Literal

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen

Origin = Literal["built", "seed", "prebuilt", "system"]
"""built: from source, by us. seed, prebuilt: by somebody else. system: runs a program of the
machine, see `model.stand_in`."""


class Used(Frozen):
    """One wheel of a build environment."""

    name: NormalizedName
    version: Version
    filename: str
    file: Digest
    """Of the wheel file as it was in the store."""
    content: Digest
    origin: Origin

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


class SystemPackage(Frozen):
    """One package of the distribution that a build could see."""

    kind: str
    """deb or rpm."""
    name: str
    version: str
    """With release and architecture, as far as the distribution tells them apart."""


class Making(Frozen):
    """One build; filed under the build key of its wheel."""

    file: Digest
    """Of the wheel file that came out."""
    environment: tuple[Used, ...]
    """In the order of the spec's."""
    sandbox: str
    limits: tuple[tuple[str, int], ...] = ()
    """What it might take of the machine, by name; only what was limited."""
    packages: tuple[SystemPackage, ...] = ()
    rust: str = ""
    """Version of the Rust toolchain; "" for a build without one."""
    host: tuple[tuple[str, str], ...] = ()
    """What the machine was; nothing of it can change the wheel."""
    began: float | None = None
    """Seconds since 1970; None where nobody knows any more."""
    seconds: float = 0.0
    """Wall time of the build backend."""
    attempts: tuple[str, ...] = ()
    """What it tried to reach on the network although settings only tolerate that."""
