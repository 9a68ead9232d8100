"""What a run is asked to plan: requirements, rules and earlier choices, all read and parsed."""

from collections.abc import Callable, Mapping

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.frozen import Frozen, field
from wheeltree.model.plan import Seed
from wheeltree.model.platform import Platform
from wheeltree.model.source import Candidate, Preparation
from wheeltree.model.spec import Recipe
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.resolution.admission import EVERYTHING, Admission
from wheeltree.resolution.wanted import Wanted

Pins = Mapping[NormalizedName, Candidate]


class Choices(Frozen):
    """What the previous plan chose: preferred for as long as it satisfies what is asked now."""

    installs: Mapping[str, Pins] = field(default_factory=dict)
    """By the name of the install set."""
    environments: Mapping[frozenset[str], Pins] = field(default_factory=dict)
    """By the requirements of the build environment."""

    def only(self, stays: Callable[[Candidate], bool]) -> "Choices":
        """Those candidates alone that may stay."""
        return Choices(
            installs={name: _only(pins, stays) for name, pins in self.installs.items()},
            environments={each: _only(pins, stays) for each, pins in self.environments.items()},
        )


def _only(pins: Pins, stays: Callable[[Candidate], bool]) -> Pins:
    return {name: candidate for name, candidate in pins.items() if stays(candidate)}


class Rules(Frozen):
    """Settings as planning sees them: functions of one package."""

    recipe: Callable[[NormalizedName, Version], Recipe]
    preparation: Callable[[NormalizedName, Version], Preparation]
    place: Callable[[NormalizedName], str] = field(default=lambda _: "")
    """The variant that takes a project from a place of its own; "" where it is that of all."""
    seeds: Mapping[NormalizedName, Seed] = field(default_factory=dict)


class Request(Frozen):
    """Everything that the plan of one variant is a function of, besides facts."""

    sets: tuple[WantedSet, ...]
    build_constraints: tuple[Wanted, ...]
    platform: Platform
    rules: Rules
    choices: Choices
    pre: bool
    """Whether pre-releases are as good as releases."""
    variant: str = ""
    """The variant that is planned; "" where none is declared."""
    admission: Admission = EVERYTHING
    """What may be taken at all, to be installed or to build with."""
