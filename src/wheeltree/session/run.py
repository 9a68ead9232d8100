"""One run that has something to do, from services to publication."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from importlib import import_module
from time import monotonic
from types import ModuleType

from wheeltree.building.toolkits import stamp_of_toolkit
from wheeltree.building.workshop import Workshop, workshop
from wheeltree.errors import SomeBuildsFailed, WheeltreeError
from wheeltree.host.tools import stamp_of
from wheeltree.model.event import Event, Notice, Observer, Started, Summary, VariantShare
from wheeltree.model.frozen import Frozen, field
from wheeltree.model.plan import Planned
from wheeltree.model.platform import Platform
from wheeltree.model.stand_in import StandIn
from wheeltree.planning.answers import Answers
from wheeltree.planning.drive import Incomplete, Outcome, drive
from wheeltree.planning.history import file_spec
from wheeltree.planning.locked import LockedServices, check_choices, check_results
from wheeltree.planning.lockfile import Lock, joined, load, lock, moved
from wheeltree.planning.preparers import Preparers
from wheeltree.planning.services import Effort
from wheeltree.planning.sharing import misaligned, shares
from wheeltree.plugins.registry import Plugins
from wheeltree.resolution.admission import Admission
from wheeltree.resolution.indexes import Index
from wheeltree.sandbox.base import Sandbox
from wheeltree.scheduling.allowance import Machine
from wheeltree.session import noop
from wheeltree.session.asked import Asked
from wheeltree.session.errand import Errand
from wheeltree.session.inputs import Inputs
from wheeltree.session.invocation import Invocation
from wheeltree.session.requesting import requests
from wheeltree.session.unasked import unasked
from wheeltree.session.wiring import answers
from wheeltree.settings import evaluate, origins
from wheeltree.settings.schema import Settings
from wheeltree.store.local import Store
from wheeltree.store.memory import available
from wheeltree.store.wheelhouse import Wheelhouse, occupy
from wheeltree.transport import Transport


class Plans(Frozen):
    """The earlier plans that a run goes by, read while it has the wheelhouse for itself."""

    previous: Lock | None
    """The one that the wheelhouse was made by; None for a new one."""
    locked: Lock | None
    """The one that must be obeyed; None without --locked."""


class Run(Frozen):
    """One run of `builder bootstrap`."""

    invocation: Invocation
    what: Asked
    settings: Settings
    admission: Admission
    """What may be taken at all, with the clock as it was when the run began."""
    store: Store
    platform: Platform
    sandbox: Errand[Sandbox]
    transport: Transport
    indexes: Errand[tuple[Index, ...]]
    """Begun when the first page is needed: what pip's default is takes a process to find out."""
    preparers: Preparers
    loading: Errand[ModuleType] = field(default_factory=lambda: Errand(_load_publishing))
    """Of what writes pages and documents: while wheels are built, and not before."""
    plugins: Plugins
    observe: Observer
    begun: float
    """When the command started, by the monotonic clock."""

    def run(self, inputs: Inputs) -> Summary:
        """Plan, build and publish; `inputs` is left for the next run to compare with."""
        with (
            self.store.in_use(),
            occupy(self.invocation.places.wheelhouse, self._notice) as house,
            self._workshop() as shop,
        ):
            self.store.sweep()
            noop.forget(house.root)
            plans = _plans(self.invocation)
            outcome = self._drive(plans, self._services(plans, shop))
            self._check(plans, outcome)
            for each in _packages(outcome):
                file_spec(self.store, each.spec)
            self._tell_variants(outcome)
            summary = self._summary(outcome)
            self._publish(house, plans, outcome)
            if not self.invocation.plan_only and not _may_change(outcome):
                noop.remember(house.root, _last_run(outcome, inputs))
        return summary

    def _workshop(self) -> AbstractContextManager[Workshop]:
        sandbox = self.sandbox.result()
        self._notice(f"sandbox: {sandbox.kind}")
        return workshop(self.store, sandbox, self.plugins)

    def _services(self, plans: Plans, shop: Workshop) -> Answers | LockedServices:
        known = answers(
            shop=shop,
            transport=self.transport,
            what=self.what,
            indexes=self.indexes.result,
            interpreter=self.platform.interpreter,
            logs=self.invocation.places.wheelhouse.absolute() / "logs",
            before=plans.previous,
            offline=self.invocation.offline,
            origin=partial(
                origins.origin, self.settings, self.invocation.places.settings, os.environ
            ),
            crates=evaluate.crates(self.settings, os.environ),
            preparers=self.preparers,
            may_change=self.admission.allows_other_bytes,
        )
        if plans.locked is None:
            return known
        return LockedServices(known, plans.locked, str(self.invocation.locked))

    def _drive(self, plans: Plans, services: Answers | LockedServices) -> Outcome:
        effort = Effort(
            builds=self.invocation.jobs,
            machine=Machine(cores=len(os.sched_getaffinity(0)), memory=available()),
            keep_going=self.invocation.keep_going,
            plan_only=self.invocation.plan_only,
            rebuild=self.invocation.rebuild,
        )
        standing = plans.locked or plans.previous
        wanted = requests(
            self.invocation,
            self.what,
            self.settings,
            self.platform,
            standing=standing,
            plugins=self.plugins,
            admission=self.admission,
        )
        try:
            return drive(wanted, services, effort, self._watch)
        except Incomplete as incomplete:
            self.observe(self._failed(incomplete))
            raise _told(incomplete, keep_going=effort.keep_going) from incomplete

    def _watch(self, event: Event) -> None:
        if isinstance(event, Started) and event.work == "backend":
            self.loading.begin()
        self.observe(event)

    def _check(self, plans: Plans, outcome: Outcome) -> None:
        if plans.locked is None:
            return
        name = str(self.invocation.locked)
        for plan in outcome.plans:
            planned = plans.locked.of(plan.variant)
            check_choices(plan, planned, name)
            if self.invocation.exact and not self.invocation.plan_only:
                check_results(plan, outcome.artifacts, planned, name)

    def _publish(self, house: Wheelhouse, plans: Plans, outcome: Outcome) -> None:
        made = lock(outcome.plans, outcome.artifacts, self.platform.interpreter.version)
        if plans.previous is not None:
            made = joined(plans.previous, made, self._left_alone(outcome))
            kept = (plans.previous,) if self.invocation.add else ()
            for text in moved(plans.previous, made, *kept):
                self._notice(f"moved: {text}")
        # Only now: nothing else of a run needs what writes pages and documents.
        from wheeltree.session.publishing import publish_outcome, publish_plan  # noqa: PLC0415

        if self.invocation.plan_only:
            publish_plan(self.store, house, made)
            self._notice(f"the plan is {self.invocation.places.wheelhouse / 'plan.json'}")
            return
        publication = publish_outcome(
            self.store,
            house,
            outcome,
            made,
            settings=self.settings,
            add=self.invocation.add,
        )
        for path in publication.changed:
            self._notice(f"{path} has other bytes than before under the same name")
        for path in publication.left:
            self._notice(f"{path} was changed by somebody else and is left in the wheelhouse")

    def _left_alone(self, outcome: Outcome) -> frozenset[str]:
        """The variants that are declared and not part of this run."""
        return frozenset(self.settings.variants) - {plan.variant for plan in outcome.plans}

    def _tell_variants(self, outcome: Outcome) -> None:
        """How variants differ, as far as nobody would look for it."""
        if outcome.plans[0].variant:
            for text in (*misaligned(outcome.plans), *unasked(self.settings, outcome.plans)):
                self._notice(text)

    def _notice(self, text: str) -> None:
        self.observe(Notice(text=text))

    def _summary(self, outcome: Outcome) -> Summary:
        reused = [each for key, each in outcome.artifacts.items() if key not in outcome.built]
        return Summary(
            built=_subjects(outcome, built=True),
            reused=_subjects(outcome, built=False),
            failed=(),
            blocked=(),
            seeds=_seeds(outcome),
            prebuilt=_prebuilt(outcome),
            tools=_programs(outcome),
            variants=tuple(_sharing(outcome)),
            wheelhouse=self._published_to,
            seconds=monotonic() - self.begun,
            seconds_saved=sum(each.seconds for each in reused),
        )

    @property
    def _published_to(self) -> str:
        return "" if self.invocation.plan_only else os.fspath(self.invocation.places.wheelhouse)

    def _failed(self, incomplete: Incomplete) -> Summary:
        return Summary(
            built=incomplete.built,
            reused=incomplete.reused,
            failed=tuple(failed for failed, _ in incomplete.failures),
            blocked=incomplete.blocked,
            seeds=(),
            wheelhouse="",
            seconds=monotonic() - self.begun,
            seconds_saved=0.0,
        )


def _load_publishing() -> ModuleType:
    return import_module("wheeltree.session.publishing")


def _plans(invocation: Invocation) -> Plans:
    standing, locked = invocation.places.wheelhouse / "plan.json", invocation.locked
    return Plans(
        previous=load(standing) if standing.is_file() else None,
        locked=None if locked is None else load(locked),
    )


def _told(incomplete: Incomplete, *, keep_going: bool) -> WheeltreeError:
    """The failure that ended the run, in full; of a run that went on, the summary has the table."""
    if not keep_going:
        return incomplete.failures[0][1]
    return SomeBuildsFailed(
        incomplete.message,
        hint="what was built is kept, and the wheelhouse is as it was: mend one, and run again",
    )


def _last_run(outcome: Outcome, inputs: Inputs) -> noop.LastRun:
    published = {each.spec.subject for each in _packages(outcome) if not each.stage}
    installed = {
        each.spec.subject
        for plan in outcome.plans
        for each in plan.packages
        if str(each) in plan.installed()
    }
    prefixes = dict.fromkeys(
        one for each in _packages(outcome) for one in each.spec.recipe.toolkits
    )
    return noop.LastRun(
        inputs=inputs,
        installed=tuple(sorted(installed)),
        tools=tuple(sorted(published - installed)),
        seeds=_seeds(outcome),
        prebuilt=_prebuilt(outcome),
        system=tuple(
            noop.Program(described=text, paths=each.programs, stamp=stamp_of(each.programs))
            for each, text in zip(_stand_ins(outcome), _programs(outcome), strict=True)
        ),
        toolkits=tuple((prefix, stamp_of_toolkit(prefix)) for prefix in prefixes),
        variants=tuple(_sharing(outcome)),
        seconds=sum(each.seconds for each in outcome.artifacts.values()),
    )


def _packages(outcome: Outcome) -> tuple[Planned, ...]:
    """Everything that is planned, for whichever variant, once."""
    found = {each.spec.key: each for plan in outcome.plans for each in plan.packages}
    return tuple(found.values())


def _sharing(outcome: Outcome) -> Iterator[VariantShare]:
    """What each variant has for itself, and how much it shares."""
    every = shares(outcome.plans)
    for plan in outcome.plans:
        mine = [each for each in every if plan.variant in each.variants]
        if plan.variant:
            yield VariantShare(
                variant=plan.variant,
                shared=tuple(sorted(str(each.planned) for each in mine if not each.depends)),
                own=tuple(sorted((str(each.planned), each.why) for each in mine if each.depends)),
            )


def _seeds(outcome: Outcome) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each) for plan in outcome.plans for each in plan.seeds))


def _stand_ins(outcome: Outcome) -> list[StandIn]:
    found = {each.key: each for plan in outcome.plans for each in plan.stand_ins}
    return sorted(found.values(), key=str)


def _programs(outcome: Outcome) -> tuple[str, ...]:
    return tuple(f"{each.name} {each.version} ({each.program})" for each in _stand_ins(outcome))


def _may_change(outcome: Outcome) -> bool:
    """Whether there is a folder among the sources, which must be looked at again each time."""
    return any(each.candidate.kind == "folder" for each in _packages(outcome))


def _prebuilt(outcome: Outcome) -> tuple[str, ...]:
    taken = (each for each in _packages(outcome) if each.candidate.kind == "wheel")
    return tuple(each.spec.subject for each in taken)


def _subjects(outcome: Outcome, *, built: bool) -> tuple[str, ...]:
    """Everything that was built, or was not."""
    found = (
        each.spec.subject
        for each in _packages(outcome)
        if each.spec.key in outcome.artifacts and (each.spec.key in outcome.built) == built
    )
    return tuple(sorted(set(found)))
