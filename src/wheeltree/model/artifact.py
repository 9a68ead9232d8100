"""What a build left behind."""

from dataclasses import dataclass, field

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.attempt import Tolerated
from wheeltree.model.digest import Digest, Key
from wheeltree.model.source import Metadata


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """One wheel in the store."""

    name: NormalizedName
    version: Version
    filename: str
    content: Digest
    """Over sorted path, mode and bytes of its members: the same on every host."""
    file: Digest
    """Of the wheel file; its deflate stream depends on the host's zlib."""
    size: int
    """Bytes of the wheel file."""
    build_key: Key = field(compare=False)
    metadata: Metadata
    seconds: float = field(compare=False)
    """Wall time of the build backend."""
    sandbox: str = field(compare=False)
    """Which sandbox it was built in."""
    tolerated: tuple[Tolerated, ...] = field(default=(), compare=False)
    """What its build tried to reach in vain, as the settings let it."""

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"
