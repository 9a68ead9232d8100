"""From what the user asked to a published wheelhouse."""

import os
from time import monotonic

from wheeltree.model.event import Notice, Observer, Summary
from wheeltree.sandbox.base import Layout
from wheeltree.session import noop
from wheeltree.session.asked import Asked, asked
from wheeltree.session.invocation import Invocation
from wheeltree.session.machine import platform
from wheeltree.settings import evaluate, files
from wheeltree.settings.load import load as load_settings
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

    run = Run(
        invocation=invocation,
        what=what,
        settings=settings,
        store=store,
        platform=machine,
        observe=observe,
        begun=begun,
    )
    return run.run(inputs)


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
        idle=True,
    )
