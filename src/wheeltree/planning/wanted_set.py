"""What is asked for together."""

from wheeltree.model.frozen import Frozen
from wheeltree.resolution.wanted import Wanted


class WantedSet(Frozen):
    """Requirements that must be installable together."""

    name: str
    wanted: tuple[Wanted, ...]
    constraints: tuple[Wanted, ...] = ()
    require_hashes: bool = False
    """Whether everything must be hashed in the requirements or constraints."""
