"""What planning sets out to do, one phase after the other; builds start with the last."""

from collections.abc import Iterator, Sequence
from functools import partial

from wheeltree.errors import BuildError
from wheeltree.model.event import Notice, Observer
from wheeltree.model.frozen import Frozen
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
from wheeltree.planning.trials import closure, trial
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.resolution.problem import Solution


class Course(Frozen):
    """What plans one variant."""

    planner: Planner
    explorer: Explorer


class Phases:
    """The goals of each phase: what is likely is read, what is declared checked, and then solved.

    courses: in the order in which later variants are aligned to earlier ones. plan_only: no wheel
    is built for its own sake.
    """

    def __init__(
        self,
        courses: Sequence[Course],
        *,
        builds: Builds,
        forecast: Forecast,
        plan_only: bool,
        observe: Observer,
    ) -> None:
        self._courses = courses
        self._builds = builds
        self._forecast = forecast
        self._plan_only = plan_only
        self._observe = observe
        self._said: set[str] = set()
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
        for planner in self._planners:
            if told is not None and planner.is_doubted(told):
                for wanted in planner.request.sets:
                    yield partial(self._solve_again, planner, wanted)

    @property
    def _planners(self) -> Iterator[Planner]:
        return (each.planner for each in self._courses)

    def _solve_again(self, planner: Planner, wanted: WantedSet) -> tuple[Goal, ...]:
        planner.install(wanted)
        return ()

    def _explore(self) -> Iterator[Goal]:
        for course in self._courses:
            for wanted in course.planner.request.sets:
                yield from course.explorer.install(wanted)

    def _check(self) -> Iterator[Goal]:
        """Conflicts that follow from declarations are found before anything is built."""
        for course in self._courses:
            yield partial(self._look_for_libraries, course)
        for planner in self._planners:
            checked: set[Candidate] = set()
            for wanted in planner.request.sets:
                yield partial(self._check_install, planner, wanted, checked)

    def _look_for_libraries(self, course: Course) -> tuple[Goal, ...]:
        planner, likely = course.planner, course.explorer.seen
        planner.libraries.look(libraries_of(likely, planner.known.recipe))
        return ()

    def _check_install(
        self, planner: Planner, wanted: WantedSet, checked: set[Candidate]
    ) -> list[Goal]:
        return self._check_each(planner, planner.install_by_declaration(wanted), checked)

    def _check_environment(
        self, planner: Planner, candidate: Candidate, checked: set[Candidate]
    ) -> list[Goal]:
        return self._check_each(planner, planner.environment_by_declaration(candidate), checked)

    def _check_each(
        self, planner: Planner, solution: Solution, checked: set[Candidate]
    ) -> list[Goal]:
        """The environments of what is certain to be used.

        Where a backend may add requirements, other versions may be chosen in the end.
        """
        if not planner.is_declared(solution):
            return []
        new = [pin for pin in solution.pins if pin not in checked and not pin.planted]
        checked.update(new)
        return [partial(self._check_environment, planner, pin, checked) for pin in new]

    def _conclude(self) -> Iterator[Goal]:
        for course in self._courses:
            self._forecast.look(course.planner, course.explorer.seen)
        every = [(each, wanted) for each in self._planners for wanted in each.request.sets]
        for planner, wanted in every:
            yield partial(self._solve, planner, wanted)
        if not self._plan_only:
            for planner, wanted in every:
                yield partial(self._build_ahead, planner, wanted)

    def _solve(self, planner: Planner, wanted: WantedSet) -> list[Goal]:
        solution = planner.install(wanted)
        for text in solution.notices:
            if text not in self._said:  # of another variant
                self._observe(Notice(text=text))
        self._said.update(solution.notices)
        return [
            *(partial(self._settle, planner, node) for node in targets(planner, solution)),
            *self._proofs(planner, solution),
        ]

    def _proofs(self, planner: Planner, solution: Solution) -> Iterator[Goal]:
        """What is installed is imported, where settings ask for it."""
        if self._plan_only:
            return
        nodes = {str(node): node for node in targets(planner, solution)}
        for node in nodes.values():
            if planner.known.recipe(node.candidate).imports.on:
                together = [nodes[each] for each in closure(str(node), solution.edges)]
                yield partial(self._prove, planner, node, together)

    def _prove(self, planner: Planner, node: Node, together: Sequence[Node]) -> tuple[Goal, ...]:
        self._builds.prove(trial(planner, node, together))
        return ()

    def _build_ahead(self, planner: Planner, wanted: WantedSet) -> list[Goal]:
        """Build what declarations choose while backends are still asked: see ADR 8."""
        solution = planner.install_by_declaration(wanted)
        return [partial(self._settle_ahead, planner, node) for node in targets(planner, solution)]

    def _settle_ahead(self, planner: Planner, node: Node) -> tuple[Goal, ...]:
        try:
            self._builds.foresee(planner.spec(node))
        except (BuildError, *UNPLANNABLE):
            return ()
        return ()

    def _settle(self, planner: Planner, node: Node) -> tuple[Goal, ...]:
        spec = planner.spec(node)
        if not self._plan_only:
            self._builds.want(spec)
        return ()
