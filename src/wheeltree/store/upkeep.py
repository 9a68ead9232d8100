"""The store looked after: damage found, and what nobody uses removed."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from wheeltree.errors import StoreError
from wheeltree.model.codec import Malformed
from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.store import frame, packs
from wheeltree.store.files import explaining
from wheeltree.store.local import Store
from wheeltree.store.locks import Busy
from wheeltree.store.roots import addresses
from wheeltree.store.scratch import held

_DAY = 86400.0
_ADDRESS = "[0-9a-f]" * 64
"""Glob of a digest or a key."""


class Problem(Frozen):
    """Something of the store that was damaged, and has been moved aside."""

    path: Path
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


class Freed(Frozen):
    """What a collection removed."""

    entries: int
    """Files, records and trees."""
    bytes: int
    """Of the disk; a file that a wheelhouse shares frees nothing."""


_OF_SOURCES = frozenset({"fetched", "laid", "located", "prepared", "offers"})
"""Records that are kept with the content that they tell of: an offline run finds it by them."""


_LASTING = frozenset({"seen"})
"""Records that are never removed: what a file was when it was first taken. They are small."""


def verify(store: Store) -> tuple[Problem, ...]:
    """Hashes all content, packed trees and records of the store; what is damaged is moved aside."""
    with explaining(store.root):
        return (*_wrong_content(store), *_wrong_trees(store), *_wrong_records(store))


def gc(store: Store, *, roots: Iterable[str], keep_days: int) -> Freed:
    """Removes what no root leads to and what was not used in the last days.

    roots: digests and keys, such as `roots.published_roots(store)`. A record that is kept keeps
    everything that it names. StoreError if a run uses the store.
    """
    try:
        with store.unused(), explaining(store.root):
            store.sweep()
            _refuse_held(store)
            return collect(store, roots=roots, used_since=time.time() - keep_days * _DAY)
    except Busy:
        raise StoreError(
            f"{store.root} is in use by another run", hint="collect when that run has ended"
        ) from None


def collect(store: Store, *, roots: Iterable[str], used_since: float) -> Freed:
    """As `gc`, with the time (seconds since 1970) after which what was used is kept.

    The caller makes sure that nobody uses the store. Records go before the content that they name.
    """
    live = _live(store, roots, used_since)
    freed = [
        *_removed(_passing(store), live, used_since),
        *_removed(_contents(store), live, used_since),
        *_removed(_trees(store), live, used_since),
        *_removed(_aside(store), frozenset(), used_since),
    ]
    return Freed(entries=len(freed), bytes=sum(freed))


def _refuse_held(store: Store) -> None:
    if store.work.is_dir() and held(store.work):
        raise Busy(store.work)


def _wrong_content(store: Store) -> Iterator[Problem]:
    for path in _contents(store):
        try:
            store.check(Digest(path.name))
        except StoreError as error:
            yield Problem(path=path, what=error.message)


def _wrong_trees(store: Store) -> Iterator[Problem]:
    for path in _trees(store):
        try:
            packs.check(path)
        except StoreError as error:
            store.set_aside(path)
            yield Problem(path=path, what=error.message)


def _wrong_records(store: Store) -> Iterator[Problem]:
    for path in _records(store):
        try:
            frame.opened(path.read_bytes(), path.parent.name, path.stem)
        except Malformed as error:
            store.set_aside(path)
            yield Problem(path=path, what=str(error))


def _live(store: Store, roots: Iterable[str], used_since: float) -> frozenset[str]:
    """Everything that the roots and the records in use lead to."""
    records: dict[str, list[Path]] = {}
    sources: dict[str, list[str]] = {}
    pending = set(roots)
    for path in _records(store):
        records.setdefault(path.stem, []).append(path)
        if path.stat().st_ctime >= used_since:
            pending.add(path.stem)
        if path.parent.name in _OF_SOURCES:
            for found in addresses(path.read_bytes()):
                sources.setdefault(found, []).append(path.stem)
    live: set[str] = set()
    while pending:
        address = pending.pop()
        live.add(address)
        pending.update(found for found in sources.get(address, ()) if found not in live)
        for path in records.get(address, ()):
            pending.update(found for found in addresses(path.read_bytes()) if found not in live)
    return frozenset(live)


def _removed(paths: Iterable[Path], live: frozenset[str], used_since: float) -> Iterator[int]:
    """Removes those of `paths` that are neither live nor recently used; the bytes of each."""
    for path in list(paths):
        if path.stem not in live and path.lstat().st_ctime < used_since:
            yield _remove(path)


def _remove(path: Path) -> int:
    status = path.lstat()
    path.unlink()
    return status.st_size if status.st_nlink == 1 else 0


def _contents(store: Store) -> Iterator[Path]:
    return (store.root / "cas").glob(_ADDRESS)


def _trees(store: Store) -> Iterator[Path]:
    return (store.root / "trees").glob(_ADDRESS)


def _records(store: Store) -> Iterator[Path]:
    return (store.root / "ac").glob(f"*/{_ADDRESS}.json")


def _passing(store: Store) -> Iterator[Path]:
    return (each for each in _records(store) if each.parent.name not in _LASTING)


def _aside(store: Store) -> Iterator[Path]:
    return (store.root / "quarantine").glob("*")
