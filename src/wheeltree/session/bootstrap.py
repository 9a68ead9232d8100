"""From what the user asked to a published wheelhouse."""

import os
from functools import partial
from pathlib import Path
from time import monotonic

from wheeltree.model.event import Notice, Observer, Summary
from wheeltree.model.platform import Platform
from wheeltree.plugins.registry import Plugins
from wheeltree.plugins.watcher import watched
from wheeltree.session import noop
from wheeltree.session.asked import Asked, asked
from wheeltree.session.errand import Errand
from wheeltree.session.inputs import Inputs, inputs_of
from wheeltree.session.invocation import Invocation
from wheeltree.session.machine import platform
from wheeltree.settings import files
from wheeltree.store.local import Store


def bootstrap(invocation: Invocation, observe: Observer) -> Summary:
    """Plan and build everything that is asked for, and publish it; the summary of the run.

    Raises the errors of `wheeltree.errors`. Where builds failed, the summary is observed first.
    """
    begun = monotonic()
    plugins = Plugins.beside(files.override_folder(invocation.places.settings))
    with watched(tuple(plugins.observers()), observe) as watch:
        summary = _bootstrap(invocation, plugins, watch.observe, begun)
        watch.tell(summary)
    return summary


def _bootstrap(
    invocation: Invocation, plugins: Plugins, observe: Observer, begun: float
) -> Summary:
    store = Store(invocation.places.store)
    layout = "host" if invocation.sandbox == "none" else "closed"
    machine = Errand(partial(platform, store, invocation.python, layout)).begin()
    what = asked(invocation)
    for text in what.notices:
        observe(Notice(text=text))
    last = noop.last_run(invocation.places.wheelhouse) if _may_be_idle(invocation, what) else None
    stamp = plugins.stamp()
    if last is not None and last.inputs == _now(invocation, what, last, machine, stamp):
        return _nothing_to_do(last, invocation, begun)
    from wheeltree.session.start import start  # noqa: PLC0415  a run with nothing to do loads little

    return start(
        invocation,
        what=what,
        store=store,
        machine=machine,
        plugins=plugins,
        observe=observe,
        begun=begun,
    )


def _now(
    invocation: Invocation,
    what: Asked,
    last: noop.LastRun,
    machine: Errand[Platform],
    plugins: tuple[object, ...],
) -> Inputs:
    """The inputs of this run, if the settings are those of the last one; else others."""
    before = last.inputs
    advisories = Path(before.advisories) if before.advisories else None
    return inputs_of(
        invocation,
        what,
        before.variables,
        machine.result(),
        plugins=plugins,
        advisories=advisories,
    )


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
        prebuilt=last.prebuilt,
        tools=tuple(each.described for each in last.system),
        variants=last.variants,
        wheelhouse=os.fspath(invocation.places.wheelhouse),
        seconds=monotonic() - begun,
        seconds_saved=last.seconds,
        idle=True,
    )
