"""A program of the system as what satisfies build requirements on a project."""

from dataclasses import dataclass, field

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.schemas import STAND_IN_SCHEMA


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """An input from outside: programs of this machine that stand for a project.

    What environments get of it is a small wheel that runs them (`building.standin`).
    """

    name: NormalizedName
    """The project, such as cmake."""
    version: Version
    """What it counts as: its own, or what settings say."""
    says: str = field(compare=False)
    """The version that it has by its own account; "" if it tells none."""
    programs: tuple[str, ...]
    """Absolute paths, the one that is named as the project first."""
    digest: Digest
    """Of the bytes of all programs."""

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def program(self) -> str:
        """Path of the program that is named as the project."""
        return self.programs[0]

    @property
    def key(self) -> Key:
        """Stands in an environment where a spec key would."""
        return key_of("stand-in", STAND_IN_SCHEMA, self)

    @property
    def described(self) -> str:
        """Its program and version, for people."""
        said = "" if self.says == str(self.version) else f", taken for {self.version}"
        return f"{self.program} is {self.says or 'of some version'}{said}"
