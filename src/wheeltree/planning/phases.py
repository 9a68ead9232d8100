"""What planning sets out to do, one phase after the other; builds start with the last."""

from collections.abc import Iterator
from functools import partial

from wheeltree.errors import BuildError
from wheeltree.model.event import Notice, Observer
from wheeltree.model.source import Candidate
from wheeltree.model.spec import BackendAnswer, Inquiry
from wheeltree.planning.assemble import targets
from wheeltree.planning.builds import Builds
from wheeltree.planning.edited import edited_answer
from wheeltree.planning.explore import Explorer
from wheeltree.planning.facts import UNPLANNABLE
from wheeltree.planning.forecast import Forecast
from wheeltree.planning.goals import Goal
from wheeltree.planning.libraries import libraries_of
from wheeltree.planning.nodes import Node
from wheeltree.planning.planner import Planner
from wheeltree.planning.request import Request
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.resolution.problem import Solution


class Phases:
    """The goals of each phase: what is likely is read, what is declared checked, and then solved.

    plan_only: no wheel is built for its own sake.
    """

    def __init__(
        self,
        request: Request,
        *,
        planner: Planner,
        explorer: Explorer,
        builds: Builds,
        forecast: Forecast,
        plan_only: bool,
        observe: Observer,
    ) -> None:
        self._request = request
        self._planner = planner
        self._explorer = explorer
        self._builds = builds
        self._forecast = forecast
        self._plan_only = plan_only
        self._observe = observe
        self._left = [self._conclude, self._check, self._explore]

    @property
    def are_over(self) -> bool:
        """Whether the last one was begun."""
        return not self._left

    def begin_next(self) -> Iterator[Goal]:
        """The goals of the next one: for when those of the one before it are settled."""
        return self._left.pop()()

    def reconsider(self, inquiry: Inquiry, answer: BackendAnswer) -> Iterator[Goal]:
        """What a backend told is held against the install sets, if it contradicts what was likely.

        A conflict is found when it shows, and not when every other question is answered too.
        """
        told = edited_answer(answer, inquiry.spec.recipe).metadata
        if told is not None and self._planner.is_doubted(told):
            for wanted in self._request.sets:
                yield partial(self._solve_again, wanted)

    def _solve_again(self, wanted: WantedSet) -> tuple[Goal, ...]:
        self._planner.install(wanted)
        return ()

    def _explore(self) -> Iterator[Goal]:
        for wanted in self._request.sets:
            yield from self._explorer.install(wanted)

    def _check(self) -> Iterator[Goal]:
        """Conflicts that follow from declarations are found before anything is built."""
        yield self._look_for_libraries
        checked: set[Candidate] = set()
        for wanted in self._request.sets:
            yield partial(self._check_install, wanted, checked)

    def _look_for_libraries(self) -> tuple[Goal, ...]:
        likely = self._explorer.seen
        self._planner.libraries.look(libraries_of(likely, self._planner.known.recipe))
        return ()

    def _check_install(self, wanted: WantedSet, checked: set[Candidate]) -> list[Goal]:
        return self._check_each(self._planner.install_by_declaration(wanted), checked)

    def _check_environment(self, candidate: Candidate, checked: set[Candidate]) -> list[Goal]:
        return self._check_each(self._planner.environment_by_declaration(candidate), checked)

    def _check_each(self, solution: Solution, checked: set[Candidate]) -> list[Goal]:
        """The environments of what is certain to be used.

        Where a backend may add requirements, other versions may be chosen in the end.
        """
        if not self._planner.is_declared(solution):
            return []
        new = [pin for pin in solution.pins if pin not in checked and not pin.planted]
        checked.update(new)
        return [partial(self._check_environment, pin, checked) for pin in new]

    def _conclude(self) -> Iterator[Goal]:
        self._forecast.look(self._explorer.seen)
        for wanted in self._request.sets:
            yield partial(self._solve, wanted)
        if not self._plan_only:
            for wanted in self._request.sets:
                yield partial(self._build_ahead, wanted)

    def _solve(self, wanted: WantedSet) -> list[Goal]:
        solution = self._planner.install(wanted)
        for text in solution.notices:
            self._observe(Notice(text=text))
        return [partial(self._settle, node) for node in targets(self._planner, solution)]

    def _build_ahead(self, wanted: WantedSet) -> list[Goal]:
        """Build what declarations choose while backends are still asked: see ADR 8."""
        solution = self._planner.install_by_declaration(wanted)
        return [partial(self._settle_ahead, node) for node in targets(self._planner, solution)]

    def _settle_ahead(self, node: Node) -> tuple[Goal, ...]:
        try:
            self._builds.foresee(self._planner.spec(node))
        except (BuildError, *UNPLANNABLE):
            return ()
        return ()

    def _settle(self, node: Node) -> tuple[Goal, ...]:
        spec = self._planner.spec(node)
        if not self._plan_only:
            self._builds.want(spec)
        return ()
