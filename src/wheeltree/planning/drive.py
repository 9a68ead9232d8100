"""The loop: plan as far as facts go, have questions answered, build what is certain, plan on."""

from collections.abc import Iterable, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Literal, TypeAlias

from wheeltree.errors import BuildError, WheeltreeError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key
from wheeltree.model.event import Blocked, Failed, Finished, Notice, Observer, Progress, Started
from wheeltree.model.frozen import Frozen
from wheeltree.model.plan import Plan
from wheeltree.model.source import Candidate
from wheeltree.model.spec import BackendAnswer, BuildSpec, Inquiry
from wheeltree.planning.assemble import assemble, targets
from wheeltree.planning.builds import Builds, Work
from wheeltree.planning.edited import edited_answer
from wheeltree.planning.explore import Explorer
from wheeltree.planning.facts import (
    UNPLANNABLE,
    Fact,
    Facts,
    Fetchable,
    Prepare,
    Question,
    Stand,
)
from wheeltree.planning.forecast import Forecast
from wheeltree.planning.goals import Goal, Goals
from wheeltree.planning.libraries import libraries_of
from wheeltree.planning.nodes import Node
from wheeltree.planning.planner import Planner
from wheeltree.planning.request import Request
from wheeltree.planning.services import Effort, Services
from wheeltree.planning.unplanned import unplanned
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.resolution.problem import Solution
from wheeltree.scheduling.runner import Broken, Crashed, Done, Runner

_FETCHES = 16
"""Questions to indexes and sources at once; they mostly wait."""

_NEXT_SHOWN = 5

_Result: TypeAlias = Done[Any] | Broken[Any]


class Outcome(Frozen):
    """How planning and building ended."""

    plan: Plan
    artifacts: dict[Key, Artifact]
    """By spec key."""
    built: frozenset[Key]
    """What was not in the store before."""


class Incomplete(WheeltreeError):
    """Not everything could be planned or built; what was, is in the store."""

    exit_code = 10

    def __init__(
        self,
        *,
        failures: tuple[tuple[Failed, WheeltreeError], ...],
        blocked: tuple[Blocked, ...],
        built: tuple[str, ...],
        reused: tuple[str, ...],
    ) -> None:
        super().__init__(f"{len(failures)} failed, {len(blocked)} were not tried")
        self.failures = failures
        self.blocked = blocked
        self.built = built
        self.reused = reused


def drive(request: Request, services: Services, effort: Effort, observe: Observer) -> Outcome:
    """Plan `request` and build the plan.

    ResolutionError and SourceError as soon as they show, Incomplete when builds failed. What was
    built by then is in the store.
    """
    return _Drive(request, services, effort, observe).run()


class _Drive:
    def __init__(
        self, request: Request, services: Services, effort: Effort, observe: Observer
    ) -> None:
        self._request = request
        self._services = services
        self._plan_only = effort.plan_only
        self._observe = observe
        self._facts = Facts()
        self._planner = Planner(request, self._facts, keep_going=effort.keep_going)
        self._explorer = Explorer(self._planner)
        self._goals = Goals()
        self._inbox: SimpleQueue[_Result | Crashed] = SimpleQueue()
        self._fetchers = Runner[Fetchable](_FETCHES, self._inbox.put)
        self._builders = Runner[Work](effort.builds, self._inbox.put)
        self._fetching = 0
        self._forecast = Forecast(self._planner, services.seconds)
        self._builds = Builds(
            specs=self._planner.specs,
            promises=self._planner.promises,
            forecast=self._forecast,
            services=services,
            effort=effort,
            submit=self._builders.submit,
            observe=observe,
        )
        self._phases = [self._conclude, self._check, self._explore]

    def run(self) -> Outcome:
        with self._fetchers, self._builders:
            try:
                self._loop()
            except BaseException:
                self._services.stop()
                raise
        if self._builds.failures:
            raise self._incomplete()
        plan, found = assemble(self._planner), self._builds.artifacts
        keys = [each.spec.key for each in plan.packages]
        return Outcome(
            plan=plan,
            artifacts={key: found[key] for key in keys if key in found},
            built=frozenset(key for key in keys if key in self._builds.built),
        )

    def _loop(self) -> None:
        while True:
            self._plan_on()
            if not self._phases:
                self._builds.start_ready()
            self._show()
            if not self._fetching and not self._builds.schedule.running:
                return
            self._take(self._inbox.get())
            self._drain()

    def _drain(self) -> None:
        while True:
            try:
                self._take(self._inbox.get_nowait())
            except Empty:
                return

    def _take(self, report: _Result | Crashed) -> None:
        if isinstance(report, Crashed):
            raise report.error
        if isinstance(report.subject, BuildSpec | Inquiry):
            self._built(report.subject, report)
        else:
            self._fetched(report.subject, report)

    def _built(self, work: Work, report: _Result) -> None:
        if isinstance(report, Broken):
            self._builds.failed(work, report.error)
            return
        self._builds.done(work, report.result)
        if isinstance(work, Inquiry) and isinstance(report.result, BackendAnswer):
            self._learn(work, report.result)

    def _fetched(self, question: Fetchable, report: _Result) -> None:
        self._fetching -= 1
        if isinstance(report, Broken):
            self._facts.refuse(question, report.error)
            self._goals.learned(question)
        else:
            self._learn(question, report.result)

    # Three phases of planning, the last one first in the list; builds start with the last.

    def _plan_on(self) -> None:
        self._advance()
        while self._phases and self._goals.settled:
            self._goals.add(*self._phases.pop()())
            self._advance()

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

    # Questions.

    def _advance(self) -> None:
        """Run goals until every one of them waits for work that was handed out."""
        asked = self._goals.advance()
        while asked:
            for question in asked:
                self._put(question)
            asked = self._goals.advance()

    def _put(self, question: Question) -> None:
        if not isinstance(question, Inquiry):
            self._fetching += 1
            self._fetchers.submit(question, partial(self._fetch, question))
            return
        known = self._services.recall(question)
        if known is None:
            self._builds.ask(question)
        else:
            self._learn(question, known)

    def _fetch(self, question: Fetchable) -> Fact:
        kind: Literal["source", "index"] = "index"
        if isinstance(question, Prepare | Stand):
            kind = "source"
        begun = monotonic()
        self._observe(Started(work=kind, subject=str(question)))
        fact = self._services.fetch(question)
        self._observe(Finished(work=kind, subject=str(question), seconds=monotonic() - begun))
        return fact

    def _learn(self, question: Question, fact: object) -> None:
        self._facts.learn(question, fact)
        if isinstance(question, Inquiry) and isinstance(fact, BackendAnswer):
            self._goals.add(*self._explorer.told(question, fact), *self._reconsider(question, fact))
        self._goals.learned(question)

    def _reconsider(self, inquiry: Inquiry, answer: BackendAnswer) -> Iterator[Goal]:
        """A conflict is found when it shows, and not when every other question is answered too."""
        told = edited_answer(answer, inquiry.spec.recipe).metadata
        if told is not None and self._planner.is_doubted(told):
            for wanted in self._request.sets:
                yield partial(self._solve_again, wanted)

    def _solve_again(self, wanted: WantedSet) -> tuple[Goal, ...]:
        self._planner.install(wanted)
        return ()

    # How it went.

    def _show(self) -> None:
        schedule = self._builds.schedule
        ready = schedule.ready()[:_NEXT_SHOWN]
        self._observe(
            Progress(
                planning=not self._goals.settled or bool(self._phases),
                packages=len(schedule),
                done=schedule.finished,
                next=tuple(task.subject for task in ready),
            )
        )

    def _incomplete(self) -> Incomplete:
        for subject, questions in unplanned(self._planner):
            for culprit in filter(None, map(self._builds.culprit, questions)):
                self._builds.block(subject, culprit)
        names = {key: str(self._planner.specs[key]) for key in self._builds.artifacts}
        return Incomplete(
            failures=tuple(self._builds.failures.values()),
            blocked=tuple(self._builds.blocked.values()),
            built=_names(names[key] for key in names if key in self._builds.built),
            reused=_names(names[key] for key in names if key not in self._builds.built),
        )


def _names(subjects: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(subjects))
