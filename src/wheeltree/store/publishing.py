"""Publishing: a wheelhouse is made to show a view, file by file, so that it works at any moment.

Files come first, then the pages that point to them, then removals. A run that is killed leaves the
old or the new view usable, and the next one repairs it: what it was going to write it said before.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.model.variant import Variant
from wheeltree.store import layout, roots
from wheeltree.store.front import chosen, front
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
from wheeltree.store.registry import Registry
from wheeltree.store.tagging import BuildTag, name_wheels
from wheeltree.store.view import Entry, Front, Published, Shelved, Showing, View
from wheeltree.store.wheelhouse import Wheelhouse

_LEDGER = "ledger.jsonl"


class Publication(Frozen):
    """What a publication did."""

    showing: Showing
    new: tuple[str, ...]
    """File names of wheels that were not in the view before."""
    removed: tuple[str, ...]
    """File names of wheels that no longer are."""
    changed: tuple[str, ...]
    """File names that stand for other bytes than before: only with `build_tag: none`."""
    left: tuple[str, ...]
    """Files that no longer belong here, but were changed by somebody else: not removed."""


def shelve(
    store: Store,
    house: Wheelhouse,
    wheels: Sequence[Published],
    *,
    build_tag: BuildTag = "auto",
    variant: str = "",
) -> tuple[Shelved, ...]:
    """Each wheel of a variant with the file name that it is published by; nothing is published yet.

    For documents that name files, such as pylock.toml. variant: "" where none is declared.
    StoreError for a damaged wheel.
    """
    ledger = read_ledger(house.root / _LEDGER)
    return name_wheels(store, ledger, wheels, build_tag=build_tag, variant=variant)


def fronted(
    store: Store,
    house: Wheelhouse,
    views: Mapping[str, View],
    registry: Registry,
    variants: Sequence[Variant],
) -> Front:
    """The index of all variants; nothing is published yet.

    views: of each variant. registry: has the label of each that asks for something. variants: as
    the settings declare them, the default first. StoreError for a damaged wheel.
    """
    found = {each.name: registry.label_of(each) for each in variants}
    return front(
        store,
        read_ledger(house.root / _LEDGER),
        chosen(views, default=variants[0].name),
        {name: label for name, label in found.items() if label},
        registry.vocabulary,
    )


def publish(
    store: Store, house: Wheelhouse, showing: Showing, documents: Mapping[str, bytes]
) -> Publication:
    """Makes the wheelhouse show what it is told and nothing else that was published before.

    documents: content by path below the wheelhouse. Only files that we published are replaced or
    removed. StoreError if another's file is in the way, something of the store is damaged or
    missing, or the disk is full.
    """
    files, pages = layout.files(showing), layout.pages(showing, documents)
    with own_folder(house.root):
        change = _compare(house.root, files, pages)
        before = change.standing.showing
        if change.is_nothing and showing == before:
            return _publication(before, showing, changed=(), left=())
        refuse_strangers(house.root, (*change.files, *change.pages), change.ours)
        roots.remember(store, house.root)
        changed = _enter(house.root / _LEDGER, showing)
        left = _apply(store, house.root, change)
        _conclude(house.root, showing, (*files, *pages), change)
    return _publication(before, showing, changed=changed, left=left)


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


def _enter(path: Path, showing: Showing) -> tuple[str, ...]:
    """Writes new file names into the ledger, before they appear; those that got other bytes."""
    ledger = read_ledger(path)
    new, changed = [], []
    for entry in showing.entries():
        before = ledger.digest(entry.filename, entry.variant)
        if ledger.enter(entry):
            new.append(entry)
            if before is not None:
                changed.append(_place(entry))
    append(path, new)
    return tuple(changed)


def _place(entry: Entry) -> str:
    return f"{entry.variant}/{entry.filename}" if entry.variant else entry.filename


def _apply(store: Store, root: Path, change: _Change) -> tuple[str, ...]:
    """Files, then pages, then removals; the names of surplus files that are not ours any more."""
    intended = dict(change.ours)
    for item in (*change.files, *change.pages):
        intended[item.name] = intended.get(item.name, frozenset()) | {item.digest}
    write_intent(root, intended)
    place(root, store, change.files)
    place(root, store, change.pages)
    return take_out(root, change.surplus)


def _conclude(root: Path, showing: Showing, wanted: tuple[Wanted, ...], change: _Change) -> None:
    files = (
        change.good[item.name]
        if _stands(item, change.good)
        else placed(root, item.name, item.digest)
        for item in wanted
    )
    write_manifest(root, Manifest(showing=showing, files=tuple(files)))


def _publication(
    before: Showing, after: Showing, *, changed: tuple[str, ...], left: tuple[str, ...]
) -> Publication:
    old, new = set(map(_place, before.entries())), set(map(_place, after.entries()))
    return Publication(
        showing=after,
        new=tuple(sorted(new - old)),
        removed=tuple(sorted(old - new)),
        changed=changed,
        left=left,
    )
