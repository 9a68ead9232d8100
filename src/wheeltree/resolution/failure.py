"""Why a solve failed, and the fewest requirements for which it still does."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from wheeltree.model.frozen import Frozen, replace
from wheeltree.resolution.choices import Unknown
from wheeltree.resolution.needs import Need, Pin, SameSource
from wheeltree.resolution.policy import admits
from wheeltree.resolution.problem import Problem
from wheeltree.resolution.wanted import Wanted


class Cause(NamedTuple):
    """A need that could not be satisfied together with others, and who has it."""

    need: Need
    parent: Pin | None
    """None for what was wanted."""


class Chain(NamedTuple):
    """How a need came about."""

    top: Wanted
    pins: tuple[Pin, ...]
    """From what satisfies `top` down to the one that has the need; empty for `top` itself."""


class Failure(Frozen):
    """A solve that found nothing."""

    causes: tuple[Cause, ...]
    """Every conflict that was met, the last one first."""
    parents: Mapping[Need, Pin | None]
    """Every need that came up, and who has it."""
    exhausted: str = ""
    """Which limit was reached, where the search was not finished."""

    def plain(self) -> tuple[Cause, ...]:
        """The causes, with what an extra needs of its own project told as what asked for it."""
        found: dict[Cause, None] = {}
        for each in self.causes:
            if isinstance(each.need, SameSource) and each.parent is not None:
                asking = [Cause(*asked) for asked in self._needing(each.parent)]
                bounded = [asked for asked in asking if asked.need.bound.text]
                found.update(dict.fromkeys(bounded or asking))
            else:
                found[each] = None
        return tuple(found)

    def chain(self, cause: Cause) -> Chain:
        """The shortest way from something that was wanted to a need."""
        if cause.parent is None:
            return Chain(cause.need.wanted, ())
        ways: list[tuple[Pin, ...]] = [(cause.parent,)]
        seen = {cause.parent}
        for way in ways:
            for need, parent in self._needing(way[0]):
                if parent is None:
                    return Chain(need.wanted, way)
                if parent not in seen:
                    seen.add(parent)
                    ways.append((parent, *way))
        return Chain(cause.need.wanted, ways[-1])

    def _needing(self, pin: Pin) -> list[tuple[Need, Pin | None]]:
        found = [
            (need, parent)
            for need, parent in self.parents.items()
            if need.identifier == pin.identifier and _admits(need, pin)
        ]
        return sorted(found, key=lambda each: each[1] is not None)

    def involved(self) -> tuple[Wanted, ...]:
        """What was wanted and takes part in a conflict."""
        return tuple(
            {id(top): top for top in (self.chain(each).top for each in self.plain())}.values()
        )


Attempt = Callable[[Problem], Failure | None]
"""Solves a smaller problem from what is known; None if that succeeds. Raises Unknown."""


def smallest(
    problem: Problem, failure: Failure, attempt: Attempt, seconds: float
) -> tuple[Problem, Failure]:
    """The same failure with as few requirements and constraints as can be found in `seconds`.

    Each that remains is needed for the conflict, unless time ran out or leaving it out would ask
    something that is not known.
    """
    search = _Search(attempt, time.monotonic() + seconds)
    involved = failure.involved()
    for wanted in (involved, problem.active) if involved else (problem.active,):
        fewer = replace(problem, wanted=wanted)
        found = search.fails(fewer)
        if found:
            problem, failure = fewer, found
            break
    problem, failure = search.without_wanted(problem, failure)
    return search.without_constraints(problem, failure)


class _Search:
    def __init__(self, attempt: Attempt, deadline: float) -> None:
        self._attempt = attempt
        self._deadline = deadline

    def fails(self, problem: Problem) -> Failure | None:
        """None where it does not fail, or where that cannot be told."""
        if time.monotonic() > self._deadline:
            return None
        try:
            found = self._attempt(problem)
        except Unknown:
            return None
        return None if found is None or found.exhausted else found

    def without_wanted(self, problem: Problem, failure: Failure) -> tuple[Problem, Failure]:
        for each in problem.wanted:
            fewer = replace(problem, wanted=_without(problem.wanted, each))
            found = self.fails(fewer)
            if found:
                problem, failure = fewer, found
        return problem, failure

    def without_constraints(self, problem: Problem, failure: Failure) -> tuple[Problem, Failure]:
        names = {need.name for need in failure.parents}
        relevant = tuple(each for each in problem.constraints if each.name in names)
        problem = replace(problem, constraints=relevant)
        for each in relevant:
            fewer = replace(problem, constraints=_without(problem.constraints, each))
            found = self.fails(fewer)
            if found:
                problem, failure = fewer, found
        return problem, failure


def _without(wanted: Iterable[Wanted], one: Wanted) -> tuple[Wanted, ...]:
    return tuple(each for each in wanted if each is not one)


def _admits(need: Need, pin: Pin) -> bool:
    """Whether the pin may have been chosen for the need; not every pair was looked at."""
    if pin in need.verdicts:
        return need.verdicts[pin]
    if isinstance(need, SameSource):
        return need.candidate == pin.candidate
    return admits(need.bound, pin.candidate)
