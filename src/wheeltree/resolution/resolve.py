"""The joint solve: one candidate for each project, so that all requirements hold.

The only module that knows resolvelib.
"""
# ruff: noqa: ARG002  # resolvelib tells its provider and reporter more than these need

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from packaging.utils import NormalizedName
from resolvelib import AbstractProvider, BaseReporter
from resolvelib.resolvers import Criterion, Resolution, ResolutionImpossible, ResolutionTooDeep
from resolvelib.structs import Matches, RequirementInformation

from wheeltree.model.frozen import replace
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate
from wheeltree.resolution.admission import EVERYTHING, Admission
from wheeltree.resolution.choices import Choices, Memory
from wheeltree.resolution.descent import descend
from wheeltree.resolution.failure import Cause, Failure, smallest
from wheeltree.resolution.harvest import harvest
from wheeltree.resolution.index import Listing
from wheeltree.resolution.needs import Need, Pin, freedom, needs_of
from wheeltree.resolution.policy import bound_of
from wheeltree.resolution.problem import LIMITS, Limits, Problem, Solution, World
from wheeltree.resolution.report import conflict, gave_up
from wheeltree.resolution.wanted import Wanted

__all__ = ["Limits", "Problem", "Solution", "World", "likely", "solve"]

_Causes = Collection[RequirementInformation[Need, Pin]]


def solve(problem: Problem, world: World, limits: Limits = LIMITS) -> Solution:
    """One candidate for each project that takes part, so that all requirements hold.

    Every project, and every extra of it, has the newest version that the others allow; a preferred
    candidate that satisfies everything stays, and then `world` is not asked what else is offered.

    ResolutionError, with the fewest requirements that conflict, where there is no solution, or
    where none was found within the limits. Whatever `world` raises passes through.
    """
    memory = Memory(world)
    outcome = _attempt(problem, memory, limits)
    if isinstance(outcome, Solution):
        return outcome
    if outcome.exhausted:
        raise gave_up(outcome)
    again = partial(
        _fails, world=memory.sealed(), limits=replace(limits, seconds=limits.explaining)
    )
    core, failure = smallest(problem, outcome, again, limits.explaining)
    raise conflict(core, failure, memory.listings)


def likely(
    wanted: Wanted,
    listing: Listing,
    *,
    constraints: tuple[Wanted, ...],
    interpreter: Interpreter,
    pre: bool,
    admission: Admission = EVERYTHING,
) -> Candidate | None:
    """The best candidate for one requirement alone; None where none is allowed.

    For exploring ahead: a solve may choose another one.
    """
    problem = Problem(
        wanted=(wanted,),
        constraints=tuple(each for each in constraints if each.name == wanted.name),
        preferred={},
        interpreter=interpreter,
        fixed={},
        pre=pre,
        admission=admission,
    )
    bounds = (bound_of(wanted.requirement.specifier),)
    return next(problem.policy.choose(listing, bounds), None)


def _fails(problem: Problem, *, world: World, limits: Limits) -> Failure | None:
    outcome = _attempt(problem, world, limits)
    return outcome if isinstance(outcome, Failure) else None


def _attempt(problem: Problem, world: World, limits: Limits) -> Solution | Failure:
    choices = Choices(problem.policy, problem.preferred, world)
    top = tuple(need for each in problem.active for need in needs_of(each))
    easy = descend(top, choices)
    if easy is not None:
        return harvest(top, easy, choices)
    watch = _Watch(time.monotonic() + limits.seconds)
    try:
        state = _Resolution(_Provider(choices), watch).resolve(top, max_rounds=limits.rounds)
    except ResolutionImpossible as error:
        return watch.failure(error.causes, "")
    except ResolutionTooDeep:
        return watch.failure((), f"{limits.rounds} rounds")
    except _OutOfTime:
        return watch.failure((), f"{limits.seconds:.0f} seconds")
    return harvest(top, state.mapping, choices)


class _Resolution(Resolution[Need, Pin, str]):
    """resolvelib's own, which asks in each round again whether each pin satisfies all its needs.

    A criterion is immutable, so the answer is kept: without this the cost of a solve grows with
    the square of the number of requirements.
    """

    def __init__(self, provider: "_Provider", reporter: "_Watch") -> None:
        super().__init__(provider, reporter)
        self._satisfied: dict[Criterion[Need, Pin], Pin] = {}

    def _is_current_pin_satisfying(self, name: str, criterion: Criterion[Need, Pin]) -> bool:
        pin = self._states[-1].mapping.get(name)
        if pin is None:
            return False
        if self._satisfied.get(criterion) is pin:
            return True
        satisfied = super()._is_current_pin_satisfying(name, criterion)
        if satisfied:
            self._satisfied[criterion] = pin
        return satisfied


class _Provider(AbstractProvider[Need, Pin, str]):
    """Answers resolvelib's questions, most of them by one look-up."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._ranks: dict[str, tuple[int, int]] = {}
        self._subjects: dict[str, tuple[NormalizedName, str]] = {}

    def identify(self, requirement_or_candidate: Need | Pin) -> str:
        return requirement_or_candidate.identifier

    def get_preference(
        self,
        identifier: str,
        resolutions: Mapping[str, Pin],
        candidates: Mapping[str, Iterator[Pin]],
        information: Mapping[str, Iterator[RequirementInformation[Need, Pin]]],
        backtrack_causes: Sequence[RequirementInformation[Need, Pin]],
    ) -> tuple[int, int]:
        return self._ranks[identifier]

    def narrow_requirement_selection(
        self,
        identifiers: Iterable[str],
        resolutions: Mapping[str, Pin],
        candidates: Mapping[str, Iterator[Pin]],
        information: Mapping[str, Iterator[RequirementInformation[Need, Pin]]],
        backtrack_causes: Sequence[RequirementInformation[Need, Pin]],
    ) -> Iterable[str]:
        """One identifier: of those in conflict if any are, then the one with the least choice."""
        open_ones = list(identifiers)
        if backtrack_causes:
            causing = {each.requirement.identifier for each in backtrack_causes}
            causing |= {each.parent.identifier for each in backtrack_causes if each.parent}
            open_ones = [each for each in open_ones if each in causing] or open_ones
        return [min(open_ones, key=self._ranks.__getitem__)]

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Need]],
        incompatibilities: Mapping[str, Iterator[Pin]],
    ) -> Matches[Pin]:
        needs = list(requirements[identifier])
        if needs:  # else all who had one were taken back
            self._meet(needs[-1])
        name, extra = self._subjects[identifier]
        excluded = frozenset(incompatibilities[identifier])
        return partial(self._matches, name, extra, needs, excluded)

    def _meet(self, need: Need) -> None:
        rank = (freedom(need), len(self._ranks))
        self._ranks[need.identifier] = min(self._ranks.get(need.identifier, rank), rank)
        self._subjects[need.identifier] = (need.name, need.extra)

    def _matches(
        self, name: NormalizedName, extra: str, needs: Sequence[Need], excluded: frozenset[Pin]
    ) -> Iterator[Pin]:
        return (pin for pin in self._choices.matches(name, extra, needs) if pin not in excluded)

    def is_satisfied_by(self, requirement: Need, candidate: Pin) -> bool:
        return self._choices.satisfies(requirement, candidate)

    def get_dependencies(self, candidate: Pin) -> Iterable[Need]:
        return self._choices.needs(candidate)


class _OutOfTime(Exception):
    """The wall clock passed the limit."""


class _Watch(BaseReporter[Need, Pin, str]):
    """Watches the clock, and who needs what."""

    def __init__(self, deadline: float) -> None:
        self._conflicts: dict[RequirementInformation[Need, Pin], None] = {}
        self._deadline = deadline
        self._parents: dict[Need, Pin | None] = {}

    def failure(self, causes: _Causes, exhausted: str) -> Failure:
        """What was seen; `causes` are those of the end, which not every failure has."""
        every = dict.fromkeys((*causes, *self._conflicts))
        return Failure(
            causes=tuple(Cause(each.requirement, each.parent) for each in every),
            parents=self._parents,
            exhausted=exhausted,
        )

    def starting_round(self, index: int) -> None:
        self._look()

    def rejecting_candidate(self, criterion: Criterion[Need, Pin], candidate: Pin) -> None:
        self._look()

    def adding_requirement(self, requirement: Need, parent: Pin | None) -> None:
        self._parents[requirement] = parent

    def resolving_conflicts(self, causes: _Causes) -> None:
        self._conflicts.update(dict.fromkeys(causes))

    def _look(self) -> None:
        if time.monotonic() > self._deadline:
            raise _OutOfTime
