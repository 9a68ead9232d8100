"""Wheelhouses: views of the store that pip and uv install from, replaced as a whole.

::

    NAME.whl                          the install set, for --find-links
    simple/                           its index (PEP 503, 658, 691)
    build/NAME.whl  build/simple/     wheels that were only used in builds, likewise
    pool/<2 hex>/<sha256>/NAME.whl    every wheel once, where the indexes point, with its metadata
    sdists/FILENAME                   the sources that were built
    plan.json ...                     documents
    ledger.jsonl                      which bytes each wheel file name stands for, for ever
    .builder/                         what of all this is ours

One run at a time has a wheelhouse (`occupy`), names its wheels (`shelve`) and publishes them
(`publish`): files first, then pages, then removals. One that is killed leaves the old or the new
view usable, and the next one repairs it.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from wheeltree.model.digest import Digest
from wheeltree.store import layout, roots
from wheeltree.store.files import explaining
from wheeltree.store.layout import Wanted
from wheeltree.store.ledger import append, read_ledger
from wheeltree.store.local import Store
from wheeltree.store.locks import Busy, exclusive, exclusive_now
from wheeltree.store.manifest import (
    Manifest,
    Placed,
    own_folder,
    placed,
    read_intent,
    read_manifest,
    untouched,
    write_intent,
    write_manifest,
)
from wheeltree.store.placing import place, refuse_strangers, take_out
from wheeltree.store.tagging import BuildTag, name_wheels
from wheeltree.store.view import Published, Shelved, View

_PATIENCE = 2.0
"""Seconds before a run that waits for a wheelhouse says for whom."""


@dataclass(frozen=True, kw_only=True)
class Wheelhouse:
    """A wheelhouse that this run has for itself; made by `occupy`."""

    root: Path


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What a publication did."""

    view: View
    new: tuple[str, ...]
    """File names of wheels that were not in the view before."""
    removed: tuple[str, ...]
    """File names of wheels that no longer are."""
    changed: tuple[str, ...]
    """File names that stand for other bytes than before: only with `build_tag: none`."""
    left: tuple[str, ...]
    """Files that no longer belong here, but were changed by somebody else: not removed."""


@contextmanager
def occupy(root: Path, notice: Callable[[str], None]) -> Iterator[Wheelhouse]:
    """The wheelhouse `root`, made where it is missing, for this run alone while the block runs.

    Waits for another run, and after a moment gives `notice` one sentence that names it. StoreError
    if the folder cannot be had.
    """
    with own_folder(root) as own:
        path = own / "lock"
    with ExitStack() as stack:
        descriptor = _lock(stack, path, notice)
        with explaining(path):
            os.ftruncate(descriptor, 0)
            # The command line stays out: it may hold a password.
            os.write(descriptor, f"process {os.getpid()} on {os.uname().nodename}".encode())
        yield Wheelhouse(root=root.absolute())


def current(root: Path) -> bool:
    """Whether the wheelhouse `root` is as it was last published; no file of it is read."""
    manifest = read_manifest(root)
    finished = read_intent(root) is None
    return (
        finished
        and bool(manifest.files)
        and all(file.is_untouched(root) for file in manifest.files)
    )


def published(root: Path) -> View:
    """The view that was last published in the wheelhouse `root`; an empty one where none was."""
    return read_manifest(root).view


def shelve(
    store: Store, house: Wheelhouse, wheels: Sequence[Published], *, build_tag: BuildTag = "auto"
) -> tuple[Shelved, ...]:
    """Each wheel with the file name that it is published by; nothing is published yet.

    For documents that name files, such as pylock.toml. StoreError for a damaged wheel.
    """
    ledger = read_ledger(house.root / "ledger.jsonl")
    return name_wheels(store, ledger, wheels, build_tag=build_tag)


def publish(
    store: Store, house: Wheelhouse, view: View, documents: Mapping[str, bytes]
) -> Publication:
    """Makes the wheelhouse show `view` and nothing else that was published before.

    view: to keep what is there, `published(root).joined(view)`. documents: content by path below
    the wheelhouse. Only files that we published are replaced or removed. StoreError if another's
    file is in the way, something of the store is damaged or missing, or the disk is full.
    """
    files, pages = layout.files(view), layout.pages(view, documents)
    with own_folder(house.root):
        change = _compare(house.root, files, pages)
        before = change.standing.view
        if change.is_nothing and view == before:
            return _publication(before, view, changed=(), left=())
        refuse_strangers(house.root, (*change.files, *change.pages), change.ours)
        roots.remember(store, house.root)
        changed = _enter(house.root / "ledger.jsonl", view)
        left = _apply(store, house.root, change)
        _conclude(house.root, view, (*files, *pages), change)
    return _publication(before, view, changed=changed, left=left)


@dataclass(frozen=True, kw_only=True)
class _Change:
    """What differs between a wheelhouse and what it is to show."""

    standing: Manifest
    good: dict[str, Placed]
    """Files that are as they were published, by name."""
    ours: dict[str, frozenset[Digest]]
    """The bytes that we gave files, or began to."""
    files: tuple[Wanted, ...]
    pages: tuple[Wanted, ...]
    surplus: dict[str, frozenset[Digest]]
    was_killed: bool
    """Whether an earlier publication did not end."""

    @property
    def is_nothing(self) -> bool:
        return not (self.files or self.pages or self.surplus or self.was_killed)


def _compare(root: Path, files: tuple[Wanted, ...], pages: tuple[Wanted, ...]) -> _Change:
    standing, intent = read_manifest(root), read_intent(root)
    good = untouched(root, standing.files)
    ours = dict(intent.digests) if intent else {}
    for file in standing.files:
        ours[file.name] = ours.get(file.name, frozenset()) | {file.sha256}
    wanted = {item.name for item in (*files, *pages)}
    return _Change(
        standing=standing,
        good=good,
        ours=ours,
        files=tuple(item for item in files if not _stands(item, good)),
        pages=tuple(item for item in pages if not _stands(item, good)),
        surplus={name: digests for name, digests in ours.items() if name not in wanted},
        was_killed=intent is not None,
    )


def _stands(item: Wanted, good: Mapping[str, Placed]) -> bool:
    return item.name in good and good[item.name].sha256 == item.digest


def _enter(path: Path, view: View) -> tuple[str, ...]:
    """Writes new file names into the ledger, before they appear; those that got other bytes."""
    ledger = read_ledger(path)
    new, changed = [], []
    for wheel in view.wheels:
        before = ledger.digest(wheel.filename)
        if ledger.enter(wheel.entry):
            new.append(wheel.entry)
            if before is not None:
                changed.append(wheel.filename)
    append(path, new)
    return tuple(changed)


def _apply(store: Store, root: Path, change: _Change) -> tuple[str, ...]:
    """Files, then pages, then removals; the names of surplus files that are not ours any more."""
    intended = dict(change.ours)
    for item in (*change.files, *change.pages):
        intended[item.name] = intended.get(item.name, frozenset()) | {item.digest}
    write_intent(root, intended)
    place(root, store, change.files)
    place(root, store, change.pages)
    return take_out(root, change.surplus)


def _conclude(root: Path, view: View, wanted: tuple[Wanted, ...], change: _Change) -> None:
    files = (
        change.good[item.name]
        if _stands(item, change.good)
        else placed(root, item.name, item.digest)
        for item in wanted
    )
    write_manifest(root, Manifest(view=view, files=tuple(files)))


def _publication(
    before: View, after: View, *, changed: tuple[str, ...], left: tuple[str, ...]
) -> Publication:
    old = {wheel.filename for wheel in before.wheels}
    new = {wheel.filename for wheel in after.wheels}
    return Publication(
        view=after,
        new=tuple(sorted(new - old)),
        removed=tuple(sorted(old - new)),
        changed=changed,
        left=left,
    )


def _lock(stack: ExitStack, path: Path, notice: Callable[[str], None]) -> int:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            return stack.enter_context(exclusive_now(path))
        except Busy:
            time.sleep(0.05)
    holder = path.read_bytes()[:200].decode(errors="replace")
    notice(f"waiting for {path.parent.parent}: it is in use by {holder or 'another run'}")
    return stack.enter_context(exclusive(path))
