"""Files put into a wheelhouse and taken out of it, whole or not at all, and only our own."""

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path

from wheeltree.errors import StoreError
from wheeltree.model.digest import Digest
from wheeltree.store.files import Cloner, remove_tree, sync_file_system
from wheeltree.store.layout import Stored, Wanted, Written
from wheeltree.store.local import Store
from wheeltree.store.manifest import OWN, has_bytes


def refuse_strangers(root: Path, wanted: Iterable[Wanted], ours: Container[str]) -> None:
    """StoreError if a file that we did not publish stands where one of `wanted` must.

    One with the very same bytes may stand there. ours: names of what we published or began to.
    """
    for item in wanted:
        path = root / item.name
        if item.name not in ours and os.path.lexists(path) and not has_bytes(path, item.digest):
            raise StoreError(
                f"{path} is in the way: it was not published by builder",
                hint="move it elsewhere, or choose another wheelhouse with -o",
            )


def place(root: Path, store: Store, wanted: Sequence[Wanted]) -> None:
    """Puts every file where it belongs: all are written and synced before the first appears.

    What comes from the store is hashed. StoreError if it is damaged or missing there.
    """
    staging = root / OWN / "staging"
    if staging.exists():
        remove_tree(staging)
    staging.mkdir()
    for digest in {item.digest for item in wanted if isinstance(item, Stored)}:
        store.check(digest)
    cloner = Cloner()
    for number, item in enumerate(wanted):
        _stage(item, store, staging / str(number), cloner)
    sync_file_system(staging)
    for number, item in enumerate(wanted):
        target = root / item.name
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / str(number)).replace(target)
    # Renaming one name of a file to another of its names does nothing: some may be left.
    remove_tree(staging)
    sync_file_system(root)


def take_out(root: Path, digests: Mapping[str, Iterable[Digest]]) -> tuple[str, ...]:
    """Removes the files that have one of the bytes that we gave them; the names of the others.

    digests: by name below the wheelhouse. Folders that become empty go too. What pages point to
    goes last.
    """
    kept = []
    for name in sorted(digests, key=lambda name: (name.startswith("pool/"), name)):
        path, known = root / name, digests[name]
        if any(has_bytes(path, digest) for digest in known):
            path.unlink()
            _drop_empty(path.parent, root)
        elif os.path.lexists(path):
            kept.append(name)
    return tuple(kept)


def _stage(item: Wanted, store: Store, path: Path, cloner: Cloner) -> None:
    match item:
        case Stored(digest=digest):
            cloner.clone(store.path(digest), path)
        case Written(content=content):
            path.write_bytes(content)


def _drop_empty(folder: Path, root: Path) -> None:
    while folder != root:
        try:
            folder.rmdir()
        except OSError:  # it is not empty
            return
        folder = folder.parent
