"""What is asked for together."""

from dataclasses import dataclass

from wheeltree.resolution.wanted import Wanted


@dataclass(frozen=True, kw_only=True)
class WantedSet:
    """Requirements that must be installable together."""

    name: str
    wanted: tuple[Wanted, ...]
    constraints: tuple[Wanted, ...] = ()
    require_hashes: bool = False
    """Whether everything must be hashed in the requirements or constraints."""
