"""One run that has something to do, from services to publication."""

import os
from contextlib import AbstractContextManager
from functools import partial
from importlib import import_module
from time import monotonic
from types import ModuleType

from wheeltree.attesting.signing import Signer
from wheeltree.building.workshop import Workshop, workshop
from wheeltree.errors import SomeBuildsFailed, WheeltreeError
from wheeltree.model.event import Event, Notice, Observer, Started, Summary
from wheeltree.model.frozen import Frozen, field
from wheeltree.model.platform import Platform
from wheeltree.planning.answers import Answers
from wheeltree.planning.drive import Incomplete, Outcome, drive
from wheeltree.planning.history import file_spec
from wheeltree.planning.locked import LockedServices, check_choices, check_results
from wheeltree.planning.lockfile import Lock, load, moved
from wheeltree.planning.locking import joined, lock
from wheeltree.planning.preparers import Preparers
from wheeltree.planning.services import Effort
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
from wheeltree.session.report import last_run, may_change, packages, summary
from wheeltree.session.requesting import requests
from wheeltree.session.signers import signer
from wheeltree.session.unasked import differing
from wheeltree.session.wiring import answers
from wheeltree.settings import evaluate, origins
from wheeltree.settings.schema import Settings
from wheeltree.settings.signing import signing
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
            signer = self._signer(shop)
            plans = _plans(self.invocation)
            outcome = self._drive(plans, self._services(plans, shop))
            self._check(plans, outcome)
            for each in packages(outcome):
                file_spec(self.store, each.spec)
            self._tell_variants(outcome)
            ended = summary(
                outcome, wheelhouse=self._published_to, seconds=monotonic() - self.begun
            )
            self._publish(house, plans, outcome, signer)
            if not self.invocation.plan_only and not may_change(outcome):
                noop.remember(house.root, last_run(outcome, inputs))
        return ended

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

    def _signer(self, shop: Workshop) -> Signer:
        """Before anything is built: a key that cannot be read is no reason to fail hours later."""
        return signer(
            self.invocation,
            signing(self.settings, self.invocation.places.settings, os.environ),
            store=self.store,
            layout=shop.sandbox.layout,
            prefix=self.platform.interpreter.prefix,
        )

    def _publish(self, house: Wheelhouse, plans: Plans, outcome: Outcome, signer: Signer) -> None:
        made = lock(outcome.plans, outcome.artifacts, self.platform.interpreter.version)
        if plans.previous is not None:
            if others := self._left_alone(outcome):
                made = joined(plans.previous, made, others)
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
            signer=signer,
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
        for text in differing(self.settings, outcome.plans):
            self._notice(text)

    def _notice(self, text: str) -> None:
        self.observe(Notice(text=text))

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
