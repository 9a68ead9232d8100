"""Looks after a store: finds damage, frees space."""

from pathlib import Path

from wheeltree.store import upkeep
from wheeltree.store.local import Store
from wheeltree.store.roots import published_roots
from wheeltree.store.upkeep import Freed, Problem


def verify(store: Path) -> tuple[Problem, ...]:
    """What was damaged in the store, and has been moved aside; StoreError if it cannot be read."""
    return upkeep.verify(Store(store))


def gc(store: Path, keep_days: int) -> Freed:
    """Removes what no wheelhouse holds and no run has used in the last `keep_days` days.

    StoreError if the store cannot be written, or a run uses it.
    """
    here = Store(store)
    return upkeep.gc(here, roots=published_roots(here), keep_days=keep_days)
