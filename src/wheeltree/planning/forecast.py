"""How much work is expected behind each package: what should be started first.

While planning goes on, the schedule does not know yet what a tool is for: a question to a backend
has no dependents before it is answered. What sources declare tells it.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from packaging.utils import NormalizedName

from wheeltree.model.source import Candidate
from wheeltree.model.spec import BuildSpec
from wheeltree.planning.facts import UNPLANNABLE, Missing
from wheeltree.planning.planner import Planner

Timed = Callable[[NormalizedName], float | None]
"""Seconds that the build of a project took the last time; None if it was never built."""

_LEAST = {False: 0.5, True: 1.5}
"""Seconds that the smallest build takes, which is native or is not."""
_SPEED = {False: 20e6, True: 500e3}
"""Bytes of source that a build gets through in a second: copied, or compiled."""


class _Expected(NamedTuple):
    alone: float
    """Seconds of the build itself."""
    behind: float
    """Seconds of builds, one after the other, that wait for it."""


class Forecast:
    """The longest chain of builds that waits for each package, as far as declarations tell.

    It only orders what is to be done anyway; a wrong one costs time and nothing else.
    """

    def __init__(self, timed: Timed) -> None:
        self._timed = timed
        self._seconds: dict[Candidate, float] = {}
        self._users: dict[Candidate, list[Candidate]] = {}
        self._behind: dict[Candidate, float] = {}
        self._named: dict[str, _Expected] = {}

    def look(self, planner: Planner, candidates: Iterable[Candidate]) -> None:
        """Find out what is built with what among the candidates that were explored."""
        for each in candidates:
            if each not in self._seconds:  # another variant has it, too
                for tool in self._tools(planner, each):
                    self._users.setdefault(tool, []).append(each)
        self._behind.clear()
        for each, alone in self._seconds.items():
            self._named[str(each)] = _Expected(alone, self._chain(each))

    def __contains__(self, subject: str) -> bool:
        """Whether `name==version` is what is likely to be built, and no candidate tried later."""
        return subject in self._named

    def behind(self, subject: str) -> float:
        """Seconds of builds, one after the other, that wait for `name==version`."""
        return self._named[subject].behind if subject in self._named else 0.0

    def seconds(self, spec: BuildSpec) -> float:
        """How long one build is expected to take."""
        known = self._named.get(str(spec))
        return known.alone if known else _LEAST[spec.native]

    def _tools(self, planner: Planner, candidate: Candidate) -> tuple[Candidate, ...]:
        try:
            tree = planner.known.tree(candidate)
            pins = planner.environment_by_declaration(candidate).pins
        except (Missing, *UNPLANNABLE):
            return ()  # explored, but not needed after all, or not known yet
        timed = self._timed(candidate.name)
        guess = _LEAST[tree.native] + tree.size / _SPEED[tree.native]
        self._seconds[candidate] = guess if timed is None else timed
        return pins

    def _chain(self, candidate: Candidate) -> float:
        if candidate not in self._behind:
            self._behind[candidate] = 0.0  # what a cycle finds; planning reports it
            self._behind[candidate] = max(
                (
                    self._seconds.get(user, 0.0) + self._chain(user)
                    for user in self._users.get(candidate, ())
                ),
                default=0.0,
            )
        return self._behind[candidate]
