"""The services of one run: who fetches, asks and builds for it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from packaging.utils import NormalizedName

from wheeltree.host.pip import index_url
from wheeltree.model.digest import Digest
from wheeltree.model.platform import Interpreter
from wheeltree.planning.answers import Answers
from wheeltree.planning.lockfile import Lock
from wheeltree.resolution.indexes import Index
from wheeltree.sandbox.base import Sandbox
from wheeltree.session.asked import Asked
from wheeltree.session.confined import confined
from wheeltree.settings import evaluate
from wheeltree.store.local import Store
from wheeltree.transport import Transport


def answers(
    *,
    store: Store,
    sandbox: Sandbox,
    transport: Transport,
    what: Asked,
    from_settings: Sequence[evaluate.Index],
    interpreter: Interpreter,
    logs: Path,
    before: Lock | None,
    offline: bool,
) -> Answers:
    """The services of a run; `before` is the plan that the wheelhouse was made by."""

    def default() -> str:
        return index_url(interpreter.executable)

    return Answers(
        store=store,
        sandbox=sandbox,
        transport=transport,
        # Only when a page is needed: what pip's default is takes a process to find out.
        indexes=cache(lambda: index_list(what, from_settings, default)),
        hashes=_hashes(what),
        logs=logs,
        before=_inputs(before),
        offline=offline,
        run=confined(sandbox),
        interpreter=interpreter,
    )


def index_list(
    what: Asked, from_settings: Sequence[evaluate.Index], default: Callable[[], str]
) -> tuple[Index, ...]:
    """The indexes in their order: those of the settings, the one that was asked for or else, where
    the settings name none for every project, the default, and further ones.
    """
    named = [Index(url=each.url, only=_patterns(each)) for each in from_settings]
    if what.index_url:
        named.append(Index(url=what.index_url))
    elif all(each.only for each in named):
        named.append(Index(url=default()))
    return (*named, *(Index(url=url) for url in what.extra_index_urls))


def _patterns(index: evaluate.Index) -> tuple[str, ...]:
    texts = tuple(each.text for each in index.only)
    return () if texts == ("*",) else texts


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
