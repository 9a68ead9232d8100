"""What a lock file of a source names: an archive, by its digest, that is laid into the tree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from wheeltree.model.digest import Digest

Kind = Literal["cargo"]
"""Of package manager; npm and Go would stand beside it."""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One archive; equal ones have the same bytes, wherever they come from."""

    kind: Kind
    name: str
    version: str
    digest: Digest
    registry: str = field(compare=False)
    """As the lock file names it."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


Supply: TypeAlias = Callable[[Sequence[Parcel]], Sequence[Path]]
"""Where the verified archives lie on this disk, in the same order. FetchError, DigestMismatch."""
