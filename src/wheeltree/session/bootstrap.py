"""From what the user asked to a published wheelhouse."""

import os
from functools import cache
from time import monotonic

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.event import Notice, Observer, Summary
from wheeltree.model.source import Preparation
from wheeltree.model.spec import Recipe
from wheeltree.planning.lockfile import Lock, choices, load
from wheeltree.planning.request import Choices, Request, Rules
from wheeltree.sandbox.base import Layout
from wheeltree.session import noop
from wheeltree.session.asked import Asked, asked
from wheeltree.session.invocation import Invocation
from wheeltree.session.machine import platform
from wheeltree.settings import evaluate, files
from wheeltree.settings.load import load as load_settings
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.schema import Settings
from wheeltree.store.local import Store


def bootstrap(invocation: Invocation, observe: Observer) -> Summary:
    """Plan and build everything that is asked for, and publish it; the summary of the run.

    Raises the errors of `wheeltree.errors`. Where builds failed, the summary is observed first.
    """
    begun = monotonic()
    what = asked(invocation)
    for text in what.notices:
        observe(Notice(text=text))
    settings = load_settings(invocation.places.settings)
    store = Store(invocation.places.store)
    layout: Layout = "host" if invocation.sandbox == "none" else "closed"
    machine = platform(store, invocation.python, layout)
    inputs = noop.fingerprint(
        what,
        files.digest(invocation.places.settings),
        evaluate.variables(settings),
        machine,
        _decisions(invocation),
    )
    last = noop.last_run(invocation.places.wheelhouse) if _may_be_idle(invocation, what) else None
    if last is not None and last.inputs == inputs:
        return _nothing_to_do(last, invocation, begun)
    from wheeltree.session.run import Run  # noqa: PLC0415  a run with nothing to do loads little

    previous, locked = _previous(invocation), _locked(invocation)
    run = Run(
        invocation=invocation,
        what=what,
        settings=settings,
        store=store,
        previous=previous,
        locked=locked,
        observe=observe,
        begun=begun,
    )
    request = Request(
        sets=what.sets,
        build_constraints=what.build_constraints,
        platform=machine,
        rules=_rules(invocation, settings),
        choices=_choices(invocation, locked or previous),
        pre=what.pre,
    )
    return run.run(request, inputs)


def _decisions(invocation: Invocation) -> tuple[object, ...]:
    """Further arguments that decide what is in the wheelhouse."""
    locked = invocation.locked
    plan = (os.fspath(locked), locked.stat().st_mtime_ns) if locked and locked.exists() else ()
    return (invocation.seeds, invocation.add, *plan)


def _may_be_idle(invocation: Invocation, what: Asked) -> bool:
    """Whether the run is one that may find nothing to do."""
    upgrade = invocation.upgrade
    moves = upgrade.everything or upgrade.names or invocation.rebuild or invocation.exact
    return not moves and not noop.has_folders(what)


def _nothing_to_do(last: noop.LastRun, invocation: Invocation, begun: float) -> Summary:
    return Summary(
        built=(),
        reused=tuple(sorted((*last.installed, *last.tools))),
        failed=(),
        blocked=(),
        seeds=last.seeds,
        wheelhouse=os.fspath(invocation.places.wheelhouse),
        seconds=monotonic() - begun,
        seconds_saved=last.seconds,
    )


def _rules(invocation: Invocation, settings: Settings) -> Rules:
    """The settings as functions of one package, each evaluated once."""
    patches = PatchFolder.listed(files.patch_folder(invocation.places.settings))
    environ = dict(os.environ)  # os.environ itself is slow to copy

    @cache
    def recipe(name: NormalizedName, version: Version) -> Recipe:
        return evaluate.recipe(settings, name, version, environ)

    @cache
    def preparation(name: NormalizedName, version: Version) -> Preparation:
        return evaluate.preparation(settings, patches, name, version)

    seeds = evaluate.seeds(settings, environ) if invocation.seeds else ()
    return Rules(recipe=recipe, preparation=preparation, seeds={each.name: each for each in seeds})


def _previous(invocation: Invocation) -> Lock | None:
    path = invocation.places.wheelhouse / "plan.json"
    return load(path) if path.is_file() else None


def _locked(invocation: Invocation) -> Lock | None:
    return None if invocation.locked is None else load(invocation.locked)


def _choices(invocation: Invocation, standing: Lock | None) -> Choices:
    if standing is None or invocation.upgrade.everything:
        return Choices()
    return choices(standing, invocation.upgrade.names)
