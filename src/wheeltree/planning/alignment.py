"""One version of a project in all variants, unless something asks for others."""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from packaging.utils import NormalizedName

from wheeltree.model.source import Candidate
from wheeltree.planning.request import Pins, Request
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.resolution.problem import Solution


class Planning(Protocol):
    """What plans another variant."""

    request: Request


P = TypeVar("P", bound=Planning)


class Aligned(Generic[P]):
    """What the variants before one take; the first that has a project decides."""

    def __init__(self, request: Request, before: Sequence[P]) -> None:
        self._request = request
        self._before = before

    def pins(self, wanted: WantedSet, solve: Callable[[P, WantedSet], Solution]) -> Pins:
        """Their versions of the install set of that name, as `solve` finds them.

        A project that one of them takes from a place of its own is left out: its candidates are
        none of the other's.
        """
        found: dict[NormalizedName, Candidate] = {}
        mine = self._request.rules.place
        for other in self._before:
            theirs = other.request.rules.place
            for same in (each for each in other.request.sets if each.name == wanted.name):
                for pin in solve(other, same).pins:
                    if not (mine(pin.name) or theirs(pin.name)):
                        found.setdefault(pin.name, pin)
        return found
