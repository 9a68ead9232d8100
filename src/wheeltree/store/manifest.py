"""What of a wheelhouse is ours: every file that we published, as it was then."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wheeltree.errors import StoreError
from wheeltree.model.codec import Malformed, decode, encode
from wheeltree.model.digest import Digest, digest_file
from wheeltree.model.frozen import Frozen, field
from wheeltree.store.files import explaining, is_plain_file, make_folder, sync_folder
from wheeltree.store.scratch import replace_file
from wheeltree.store.view import Showing

OWN = ".builder"
"""The folder in a wheelhouse that holds what we know of it."""


class Placed(Frozen):
    """One file as it was published."""

    name: str
    """Path below the wheelhouse."""
    sha256: Digest
    size: int
    mtime_ns: int
    inode: int

    def is_untouched(self, root: Path) -> bool:
        """Whether size, date and inode are as they were; nothing is read."""
        try:
            status = os.lstat(f"{root}/{self.name}")
        except (FileNotFoundError, NotADirectoryError):
            return False
        return (
            status.st_ino == self.inode
            and status.st_size == self.size
            and status.st_mtime_ns == self.mtime_ns
        )


class Manifest(Frozen):
    """All files of one publication, and what they show."""

    showing: Showing = field(default_factory=lambda: Showing(views={}))
    files: tuple[Placed, ...] = ()


class Intent(Frozen):
    """The files that a publication has begun to write; gone when it is done."""

    digests: dict[str, frozenset[Digest]] = field(default_factory=dict)
    """By path below the wheelhouse."""


def placed(root: Path, name: str, sha256: Digest) -> Placed:
    """The file below the wheelhouse `root` as it is now; OSError if it is not there."""
    status = os.lstat(root / name)
    return Placed(
        name=name,
        sha256=sha256,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino,
    )


def has_bytes(path: Path, sha256: Digest) -> bool:
    """Whether there is a regular file with these bytes."""
    return is_plain_file(path) and digest_file(path) == sha256


def read_manifest(root: Path) -> Manifest:
    """What was last published in the wheelhouse `root`; an empty one where nothing was.

    StoreError if it is damaged.
    """
    path = root / OWN / "published.json"
    text = _read(path)
    try:
        return Manifest() if text is None else decode(text, Manifest)
    except Malformed as error:
        raise StoreError(
            f"{path} is damaged: {error}",
            hint=f"remove {root} except for ledger.jsonl, and run again",
        ) from error


def write_manifest(root: Path, manifest: Manifest) -> None:
    """Makes `manifest` what was last published, durably, and ends the intent."""
    replace_file(root / OWN / "published.json", encode(manifest), by_way_of=root / OWN)
    (root / OWN / "intent.json").unlink(missing_ok=True)
    sync_folder(root / OWN)


def read_intent(root: Path) -> Intent | None:
    """What a killed publication had begun to write; None where none was killed.

    An unreadable one is empty: it is written before any file it names.
    """
    text = _read(root / OWN / "intent.json")
    try:
        return None if text is None else decode(text, Intent)
    except Malformed:
        return Intent()


def write_intent(root: Path, digests: dict[str, frozenset[Digest]]) -> None:
    """Says, durably, which files are going to be written."""
    replace_file(root / OWN / "intent.json", encode(Intent(digests=digests)), by_way_of=root / OWN)


@contextmanager
def own_folder(root: Path) -> Iterator[Path]:
    """The wheelhouse's own folder, made where it is missing; OSErrors explained."""
    with explaining(root):
        make_folder(root / OWN)
        yield root / OWN


def untouched(root: Path, files: Iterable[Placed]) -> dict[str, Placed]:
    """Those of `files` that are as they were published, by name."""
    return {file.name: file for file in files if file.is_untouched(root)}


def _read(path: Path) -> bytes | None:
    with explaining(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
