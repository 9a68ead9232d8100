"""What is to be built and asked, in which order, and how it went."""

from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic
from typing import TypeAlias

from wheeltree.building.realise import Anticipated
from wheeltree.errors import BuildError, WheeltreeError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key
from wheeltree.model.event import Blocked, Failed, Finished, Notice, Observer, Reused, Started
from wheeltree.model.spec import BackendAnswer, BuildSpec, Inquiry
from wheeltree.model.trial import Imported, Trial
from wheeltree.planning.facts import Question
from wheeltree.planning.forecast import Forecast
from wheeltree.planning.news import news
from wheeltree.planning.promises import Promise, verify
from wheeltree.planning.services import Effort, Services
from wheeltree.scheduling.allowance import allowance, company
from wheeltree.scheduling.schedule import Schedule, State, Task

Work: TypeAlias = BuildSpec | Inquiry | Trial
_IMPORT_SECONDS = 0.5
"""About what an import takes; builds that others wait for go before it."""
Submit = Callable[[Work, Callable[[], object]], None]


class Builds:
    """The schedule of one run, with the specs behind its tasks.

    specs, promises: every spec that is planned, and what its wheel must require, by key; they grow
    while planning goes on.
    """

    def __init__(
        self,
        *,
        specs: Mapping[Key, BuildSpec],
        promises: Mapping[Key, Promise],
        forecast: Forecast,
        services: Services,
        effort: Effort,
        submit: Submit,
        observe: Observer,
    ) -> None:
        self.artifacts: dict[Key, Artifact] = {}
        self.built: set[Key] = set()
        self.failures: dict[Key, tuple[Failed, WheeltreeError]] = {}
        self.blocked: dict[str, Blocked] = {}
        self.schedule = Schedule()
        self._specs = specs
        self._promises = promises
        self._forecast = forecast
        self._services = services
        self._effort = effort
        self._submit = submit
        self._observe = observe
        self._known: dict[Key, Work] = {}
        self._ahead: dict[Key, Anticipated] = {}
        self._insisted: set[Key] = set()
        self._held: dict[Key, tuple[Failed, WheeltreeError]] = {}
        """Failures of what was only foreseen; nobody needs to know unless it is wanted."""

    def want(self, spec: BuildSpec) -> None:
        """Have this wheel, and everything that it is built with."""
        self.foresee(spec)
        self._insist(spec)

    def _insist(self, spec: BuildSpec) -> None:
        """Let a failure of this wheel, or of what it is built with, be a failure of the run."""
        if spec.key in self._insisted:
            return
        self._insisted.add(spec.key)
        for each in spec.environment:
            if each.key in self._specs:
                self._insist(self._specs[each.key])
        if spec.key in self._held:
            self._tell(spec.key, self._held.pop(spec.key))
        elif self.schedule.state(spec.key) is State.BLOCKED:
            self.block(spec.subject, self.schedule.blocked_by(spec.key))

    def foresee(self, spec: BuildSpec) -> None:
        """Build this wheel, and everything that it is built with, since it is likely needed."""
        if spec.key in self.schedule:
            return
        self._add(spec, spec)
        if spec.name in self._effort.rebuild and spec.key not in self._ahead:
            self._services.forget(spec)
        if self.schedule.state(spec.key) is not State.BLOCKED:
            self._settle(spec)

    def ask(self, inquiry: Inquiry) -> None:
        """Have this question answered, once its environment is built."""
        if inquiry.key not in self.schedule:
            self._insisted.add(inquiry.key)
            self._add(inquiry, inquiry.spec)
            for each in inquiry.spec.environment:
                if each.key in self._specs:
                    self._insist(self._specs[each.key])

    def prove(self, trial: Trial) -> None:
        """Have a wheel imported once all that it requires is there. Nothing waits for it."""
        if trial.key in self.schedule:
            return
        self._insisted.add(trial.key)
        self._known[trial.key] = trial
        for each in trial.closure:
            self.want(self._specs[each.key])
        task = Task(
            key=trial.key,
            subject=trial.subject,
            needs=frozenset(each.key for each in trial.closure),
            seconds=_IMPORT_SECONDS,
        )
        if self.schedule.add(task) is State.BLOCKED:
            self._tell_blocked(task)

    def _add(self, work: Work, spec: BuildSpec) -> None:
        needs = [each.key for each in spec.environment if each.key in self._specs]
        for key in needs:
            self.foresee(self._specs[key])
        self._known[work.key] = work
        task = Task(
            key=work.key,
            subject=work.subject,
            needs=frozenset(needs),
            seconds=self._forecast.seconds(spec),
            behind=self._forecast.behind(str(spec)),
            wide=spec.native,
            exclusive=spec.recipe.resources.exclusive,
        )
        if self.schedule.add(task) is State.BLOCKED:
            self._tell_blocked(task)

    def _settle(self, spec: BuildSpec) -> None:
        if not self._take_ahead(spec):
            self._reuse(spec)

    def _reuse(self, spec: BuildSpec) -> bool:
        """Take the wheel from the store, if it is there and as it was planned."""
        found = self._services.find(spec)
        if found is None:
            return False
        if self._is_as_planned(spec, found):
            self.artifacts[spec.key] = found
            self.schedule.done(spec.key)
            self._observe(Reused(subject=spec.subject, seconds=found.seconds))
        return True

    def _take_ahead(self, spec: BuildSpec) -> bool:
        """Take what came of the wheel when its backend was asked, if that was tried then."""
        if spec.key not in self._ahead:
            return False
        for error in self._ahead[spec.key].failures:
            self.failed(spec, error)
        for artifact in self._ahead[spec.key].artifacts:
            if self._is_as_planned(spec, artifact):
                self.done(spec, artifact)
        return True

    def _is_as_planned(self, spec: BuildSpec, artifact: Artifact) -> bool:
        """Whether a wheel is what it was planned to be; it has failed if not."""
        try:
            self._verify(spec, artifact)
        except BuildError as error:
            self.failed(spec, error)
            return False
        return True

    def _verify(self, spec: BuildSpec, artifact: Artifact) -> None:
        verify(spec, self._promises[spec.key], artifact)
        self._services.check(spec, artifact)

    def start_ready(self) -> None:
        """Start as much as may run; nothing after a failure, unless the run keeps going."""
        while self._may_start and (ready := self.schedule.startable()):
            for task in ready:
                if self._may_start:
                    self._start(task, self._known[task.key])

    @property
    def _may_start(self) -> bool:
        stopped = self.failures and not self._effort.keep_going
        return not stopped and self.schedule.running < self._effort.builds

    def _start(self, task: Task, work: Work) -> None:
        """Start a task, unless the store has its result after all: a tool came out the same."""
        if isinstance(work, BuildSpec) and self._reuse(work):
            return
        if isinstance(work, Trial) and self._services.imported(work) is not None:
            self.schedule.done(task.key)
            return
        known = self._services.recall(work) if isinstance(work, Inquiry) else None
        resources = (work if isinstance(work, BuildSpec) else work.spec).recipe.resources
        others = [each.seconds for each in self.schedule.beside(task.key)]
        beside = company(task.seconds, others, self._effort.builds)
        cores = allowance(self._effort.machine, resources, wide=task.wide, beside=beside)
        self.schedule.start(task.key)
        self._submit(work, (lambda: known) if known else self._doing(task, work, cores))

    def _doing(self, task: Task, work: Work, cores: int) -> Callable[[], object]:
        if isinstance(work, BuildSpec):
            return partial(self._realise, work, cores)
        if isinstance(work, Trial):
            return partial(self._try_import, work, cores)
        likely = not work.metadata or (str(work) in self._forecast and not task.wide)
        if self._effort.plan_only or not likely:
            return partial(self._inquire, work, cores)  # it may not be built in the end
        return partial(self._anticipate, work, cores)

    def _realise(self, spec: BuildSpec, cores: int) -> Artifact:
        begun = monotonic()
        reason = self._services.reason(spec)
        self._observe(Started(work="build", subject=spec.subject, reason=reason))
        artifact = self._services.realise(spec, cores)
        self._verify(spec, artifact)
        self._observe(Finished(work="build", subject=spec.subject, seconds=monotonic() - begun))
        return artifact

    def _try_import(self, trial: Trial, cores: int) -> Imported:
        begun = monotonic()
        self._observe(Started(work="import", subject=trial.subject))
        found = self._services.try_import(trial, cores)
        self._observe(Finished(work="import", subject=trial.subject, seconds=monotonic() - begun))
        return found

    def _inquire(self, inquiry: Inquiry, cores: int) -> BackendAnswer:
        begun = monotonic()
        self._observe(Started(work="backend", subject=inquiry.subject))
        answer = self._services.inquire(inquiry, cores)
        self._observe(
            Finished(work="backend", subject=inquiry.subject, seconds=monotonic() - begun)
        )
        return answer

    def _anticipate(self, inquiry: Inquiry, cores: int) -> BackendAnswer:
        begun = monotonic()
        subject, reason = inquiry.subject, self._services.reason(inquiry.spec)
        self._observe(Started(work="backend", subject=subject))
        found = self._services.anticipate(inquiry, cores)
        seconds = monotonic() - begun
        if found.artifacts or found.failures:
            self._ahead[inquiry.spec.key] = found
            self._observe(Started(work="build", subject=subject, reason=reason))
        if found.artifacts:
            self._observe(Finished(work="build", subject=subject, seconds=seconds))
        self._observe(Finished(work="backend", subject=subject, seconds=seconds))
        return found.answer

    def done(self, work: Work, result: object) -> None:
        """Some work ended well."""
        self.schedule.done(work.key)
        if isinstance(work, BuildSpec) and isinstance(result, Artifact):
            self.artifacts[work.key] = result
            self.built.add(work.key)
            self._observe(news(work, result, self._services.place(result)))
        if isinstance(result, Imported):
            for each in result.starts:
                self._observe(Notice(text=f"{work.subject}: importing {each}"))

    def failed(self, work: Work, error: WheeltreeError) -> None:
        """Some work failed; what needs it is not tried."""
        log = self._services.log(work)
        failed = Failed(subject=work.subject, cause=error.message, log=log, hint=error.hint)
        if work.key in self._insisted:
            self._tell(work.key, (failed, error))
        else:
            self._held[work.key] = (failed, error)
        for task in self.schedule.failed(work.key):
            self._tell_blocked(task)

    def _tell(self, key: Key, failure: tuple[Failed, WheeltreeError]) -> None:
        self.failures[key] = failure
        self._observe(failure[0])

    def culprit(self, question: Question) -> str:
        """The failure that keeps a question from being answered; "" where none does."""
        if not isinstance(question, Inquiry) or question.key not in self.schedule:
            return ""
        if self.schedule.state(question.key) is State.FAILED:
            return question.subject
        return self.schedule.blocked_by(question.key)

    def _tell_blocked(self, task: Task) -> None:
        if task.key in self._insisted:
            self.block(task.subject, self.schedule.blocked_by(task.key))

    def block(self, subject: str, by: str) -> None:
        """Something is not tried because `by` failed."""
        if subject not in self.blocked and subject != by:
            self.blocked[subject] = Blocked(subject=subject, by=by)
            self._observe(self.blocked[subject])
