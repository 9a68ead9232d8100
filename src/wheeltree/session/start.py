"""Begins what others must be waited for, and loads what plans and builds meanwhile."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from packaging.utils import NormalizedName

from wheeltree.host.pip import index_url
from wheeltree.model.event import Observer, Summary
from wheeltree.model.platform import Platform
from wheeltree.planning.preparers import Preparers
from wheeltree.plugins.registry import Plugins
from wheeltree.resolution.indexes import Index, expect
from wheeltree.resolution.rules import Restriction
from wheeltree.sandbox.base import Sandbox
from wheeltree.session.admitting import admitted, restrictions
from wheeltree.session.asked import Asked
from wheeltree.session.errand import Errand
from wheeltree.session.index_list import index_list
from wheeltree.session.inputs import inputs_of
from wheeltree.session.invocation import Invocation
from wheeltree.settings import admission as settings_admission
from wheeltree.settings import evaluate
from wheeltree.settings.load import load as load_settings
from wheeltree.settings.schema import Settings
from wheeltree.settings.variables import variables
from wheeltree.store.local import Store
from wheeltree.transport import Transport

_EXPECTED = 16
"""Pages asked for at once."""
_PREPARERS = 4
"""Processes that prepare sources; more have nothing to do, since sources come over the network."""


def start(
    invocation: Invocation,
    *,
    what: Asked,
    store: Store,
    machine: Errand[Platform],
    plugins: Plugins,
    observe: Observer,
    begun: float,
) -> Summary:
    """Do a run that has something to do; as `bootstrap`."""
    cores = len(os.sched_getaffinity(0))
    with (
        Preparers(min(cores, _PREPARERS)) as preparers,
        Transport(offline=invocation.offline) as transport,
    ):
        if _asks_indexes(invocation):
            preparers.begin()
        settings = load_settings(invocation.places.settings)
        from_settings = evaluate.indexes(settings, os.environ)
        restricted = restrictions(settings, os.environ)
        indexes = Errand(partial(_indexes, what, from_settings, restricted, machine))
        if _asks_indexes(invocation) and _online(what, from_settings):
            first = first_names(what, _placed(settings))
            transport.ready()
            Errand(lambda: expect(transport, indexes.result(), first)).begin()
        sandbox = Errand(partial(_sandbox, invocation.sandbox, store)).begin()
        # Only now: what was begun goes on meanwhile.
        from wheeltree.session.run import Run  # noqa: PLC0415

        named, stamp = variables(settings), plugins.stamp()
        advisories = settings_admission.advisories(settings, invocation.places.settings, os.environ)
        inputs = inputs_of(
            invocation, what, named, machine.result(), plugins=stamp, advisories=advisories
        )
        run = Run(
            invocation=invocation,
            what=what,
            settings=settings,
            admission=admitted(settings, invocation.places.settings, os.environ, datetime.now(UTC)),
            store=store,
            platform=machine.result(),
            sandbox=sandbox,
            transport=transport,
            indexes=indexes,
            preparers=preparers,
            plugins=plugins,
            observe=observe,
            begun=begun,
        )
        return run.run(inputs)


def _indexes(
    what: Asked,
    from_settings: tuple[evaluate.Index, ...],
    restricted: tuple[Restriction, ...],
    machine: Errand[Platform],
) -> tuple[Index, ...]:
    return index_list(
        what, from_settings, lambda: index_url(machine.result().interpreter.executable), restricted
    )


def _sandbox(kind: str | None, store: Store) -> Sandbox:
    from wheeltree.session.closing import sandbox_of  # noqa: PLC0415  after what requests need

    return sandbox_of(kind, store)


def _asks_indexes(invocation: Invocation) -> bool:
    """Whether no earlier plan can spare the run the questions."""
    planned = (invocation.places.wheelhouse / "plan.json").exists()
    fresh = not planned or invocation.upgrade.everything
    return fresh and invocation.locked is None and not invocation.offline


def _online(what: Asked, from_settings: tuple[evaluate.Index, ...]) -> bool:
    """Whether an index is on another machine, as far as is known without asking pip."""
    urls = [what.index_url or "", *(each.url for each in from_settings)]
    named = [url for url in urls if url]
    return not named or not all(url.startswith("file:") for url in named)


def _placed(settings: Settings) -> frozenset[NormalizedName]:
    """The projects that settings name another place for than an index."""
    return frozenset(name for name, each in settings.packages.items() if each.source)


def first_names(what: Asked, placed: frozenset[NormalizedName]) -> list[NormalizedName]:
    """The first projects that planning will ask an index for, whatever it finds.

    No other may be asked for: not every name is everybody's business. placed: projects that come
    from another place than an index.
    """
    return list(dict.fromkeys(_names(what, placed)))[:_EXPECTED]


def _names(what: Asked, placed: frozenset[NormalizedName]) -> Iterator[NormalizedName]:
    for each in what.sets:
        asked = (*each.wanted, *each.constraints)
        direct = {wanted.name for wanted in asked if wanted.requirement.url}
        for wanted in each.wanted:
            if wanted.requirement.marker is None and wanted.name not in placed | direct:
                yield wanted.name
