"""The services of one run: who fetches, asks and builds for it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from packaging.utils import NormalizedName

from wheeltree.building.workshop import Workshop
from wheeltree.host import cargo
from wheeltree.model.digest import Digest
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate
from wheeltree.planning.answers import Answers
from wheeltree.planning.archives import Archives
from wheeltree.planning.listings import Listings, OriginOf
from wheeltree.planning.lockfile import Lock
from wheeltree.planning.preparers import Preparers
from wheeltree.planning.promised import Promised
from wheeltree.planning.reading import Reading
from wheeltree.planning.sources import Sources
from wheeltree.resolution.indexes import Index
from wheeltree.session.asked import Asked
from wheeltree.session.confined import confined
from wheeltree.sources.registries import Registries
from wheeltree.transport import Transport


def answers(
    *,
    shop: Workshop,
    transport: Transport,
    what: Asked,
    indexes: Callable[[], Sequence[Index]],
    interpreter: Interpreter,
    logs: Path,
    before: Lock | None,
    offline: bool,
    origin: OriginOf,
    crates: str | None,
    preparers: Preparers,
    may_change: Callable[[Candidate], bool],
) -> Answers:
    """The services of a run; `before` is the plan that the wheelhouse was made by.

    origin: where a project comes from, if not from an index. crates: the index of crates that
    settings name. preparers: prepare sources beside us. may_change: whether the file of a candidate
    may be another one than when it was first taken.
    """
    store = shop.store
    archives = Archives(
        store=store,
        transport=transport,
        hashes=_hashes(what),
        offline=offline,
        may_change=may_change,
    )
    sources = Sources(
        store=store,
        archives=archives,
        promised=Promised(store, transport),
        registries=Registries(transport, lambda: cargo.registries(crates=crates)),
        plugins=shop.plugins,
        run=confined(shop.sandbox),
        interpreter=interpreter,
        preparers=preparers,
    )
    reading = Reading(
        store=store,
        transport=transport,
        listings=Listings(
            store=store,
            transport=transport,
            indexes=indexes,
            origin=origin,
            interpreter=interpreter,
            offline=offline,
        ),
        sources=sources,
        plugins=shop.plugins,
        interpreter=interpreter,
        offline=offline,
    )
    return Answers(shop=shop, reading=reading, logs=logs, before=_inputs(before))


def _hashes(what: Asked) -> Mapping[NormalizedName, frozenset[Digest]]:
    found: dict[NormalizedName, frozenset[Digest]] = {}
    for each in what.sets:
        for wanted in (*each.wanted, *each.constraints):
            if wanted.hashes:
                found[wanted.name] = found.get(wanted.name, frozenset()) | wanted.hashes
    return found


def _inputs(before: Lock | None) -> dict[str, dict[str, str]]:
    """What the wheels of the earlier plan were made of; those of a plan alone were not made."""
    published = before.published() if before else {}
    return {name: each.inputs for name, each in published.items() if each.content is not None}
