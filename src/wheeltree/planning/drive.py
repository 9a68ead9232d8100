"""The loop: plan as far as facts go, have questions answered, build what is certain, plan on."""

from collections.abc import Iterable, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Literal, TypeAlias

from wheeltree.errors import WheeltreeError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key
from wheeltree.model.event import Blocked, Failed, Finished, Notice, Observer, Progress, Started
from wheeltree.model.frozen import Frozen
from wheeltree.model.plan import Plan
from wheeltree.model.spec import BackendAnswer, BuildSpec, Inquiry
from wheeltree.model.trial import Trial
from wheeltree.planning.assemble import assemble
from wheeltree.planning.builds import Builds, Work
from wheeltree.planning.explore import Explorer
from wheeltree.planning.facts import (
    Fact,
    Facts,
    Fetchable,
    Prepare,
    Question,
    Stand,
)
from wheeltree.planning.forecast import Forecast
from wheeltree.planning.goals import Goals
from wheeltree.planning.phases import Course, Phases
from wheeltree.planning.planner import Planner
from wheeltree.planning.remarks import remarks
from wheeltree.planning.request import Request
from wheeltree.planning.services import Effort, Services
from wheeltree.planning.unplanned import unplanned
from wheeltree.scheduling.runner import Broken, Crashed, Done, Runner

_FETCHES = 16
"""Questions to indexes and sources at once; they mostly wait."""

_NEXT_SHOWN = 5

_Result: TypeAlias = Done[Any] | Broken[Any]


class Outcome(Frozen):
    """How planning and building ended."""

    plans: tuple[Plan, ...]
    """One of each variant, in their order; they share what does not depend on a variant."""
    artifacts: dict[Key, Artifact]
    """Of all of them, by spec key."""
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


def drive(
    requests: Sequence[Request], services: Services, effort: Effort, observe: Observer
) -> Outcome:
    """Plan what is requested, for one variant each, and build the plans.

    Later ones prefer the versions of those before them.

    ResolutionError and SourceError as soon as they show, Incomplete when builds failed. What was
    built by then is in the store.
    """
    return _Drive(requests, services, effort, observe).run()


class _Drive:
    def __init__(
        self,
        requests: Sequence[Request],
        services: Services,
        effort: Effort,
        observe: Observer,
    ) -> None:
        self._services = services
        self._observe = observe
        self._facts = Facts()
        planners: list[Planner] = []
        for each in requests:
            planner = Planner(
                each, self._facts, before=tuple(planners), keep_going=effort.keep_going
            )
            planners.append(planner)
        self._planners = planners
        self._courses = [Course(planner=each, explorer=Explorer(each)) for each in planners]
        self._goals = Goals()
        self._inbox: SimpleQueue[_Result | Crashed] = SimpleQueue()
        self._fetchers = Runner[Fetchable](_FETCHES, self._inbox.put)
        self._builders = Runner[Work](effort.builds, self._inbox.put)
        self._fetching = 0
        self._forecast = Forecast(services.seconds)
        self._builds = Builds(
            specs=planners[0].specs,
            promises=planners[0].promises,
            forecast=self._forecast,
            services=services,
            effort=effort,
            submit=self._builders.submit,
            observe=observe,
        )
        self._phases = Phases(
            self._courses,
            builds=self._builds,
            forecast=self._forecast,
            plan_only=effort.plan_only,
            observe=observe,
        )

    def run(self) -> Outcome:
        with self._fetchers, self._builders:
            try:
                self._loop()
            except BaseException:
                self._services.stop()
                raise
        if self._builds.failures:
            raise self._incomplete()
        plans, found = tuple(map(assemble, self._planners)), self._builds.artifacts
        self._remark(plans)
        keys = dict.fromkeys(each.spec.key for plan in plans for each in plan.packages)
        return Outcome(
            plans=plans,
            artifacts={key: found[key] for key in keys if key in found},
            built=frozenset(key for key in keys if key in self._builds.built),
        )

    def _remark(self, plans: Sequence[Plan]) -> None:
        found: dict[str, None] = {}
        for planner, plan in zip(self._planners, plans, strict=True):
            chosen = dict.fromkeys(each.candidate for each in plan.packages)
            found.update(dict.fromkeys(remarks(planner, self._facts, chosen)))
        for text in found:
            self._observe(Notice(text=text))

    def _loop(self) -> None:
        while True:
            self._plan_on()
            if self._phases.are_over:
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
        if isinstance(report.subject, BuildSpec | Inquiry | Trial):
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

    def _plan_on(self) -> None:
        self._advance()
        while self._goals.settled and not self._phases.are_over:
            self._goals.add(*self._phases.begin_next())
            self._advance()

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
            for course in self._courses:
                self._goals.add(*course.explorer.told(question, fact))
            self._goals.add(*self._phases.reconsider(question, fact))
        self._goals.learned(question)

    # How it went.

    def _show(self) -> None:
        schedule = self._builds.schedule
        ready = schedule.ready()[:_NEXT_SHOWN]
        self._observe(
            Progress(
                planning=not (self._goals.settled and self._phases.are_over),
                packages=len(schedule),
                done=schedule.finished,
                next=tuple(task.subject for task in ready),
            )
        )

    def _incomplete(self) -> Incomplete:
        for planner in self._planners:
            for subject, questions in unplanned(planner):
                for culprit in filter(None, map(self._builds.culprit, questions)):
                    self._builds.block(subject, culprit)
        specs = self._planners[0].specs
        names = {key: specs[key].subject for key in self._builds.artifacts}
        return Incomplete(
            failures=tuple(self._builds.failures.values()),
            blocked=tuple(self._builds.blocked.values()),
            built=_names(names[key] for key in names if key in self._builds.built),
            reused=_names(names[key] for key in names if key not in self._builds.built),
        )


def _names(subjects: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(subjects))
