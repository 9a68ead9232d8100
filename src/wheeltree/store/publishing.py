"""Publishing: a wheelhouse is made to show a view, file by file, so that it works at any moment.

Files come first, then the pages that point to them, then removals. A run that is killed leaves the
old or the new view usable, and the next one repairs it: what it was going to write it said before.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.store import layout, roots
from wheeltree.store.layout import Wanted
from wheeltree.store.ledger import append, read_ledger
from wheeltree.store.local import Store
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
from wheeltree.store.wheelhouse import Wheelhouse


class Publication(Frozen):
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


class _Change(Frozen):
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
