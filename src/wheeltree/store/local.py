"""The store on this machine: content by digest, records by key, trees by digest, in one folder."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from wheeltree.model.digest import Digest
from wheeltree.store.contents import Contents
from wheeltree.store.files import explaining, make_folder
from wheeltree.store.locks import Busy, exclusive, exclusive_now, shared
from wheeltree.store.quarantine import Quarantine
from wheeltree.store.records import Records
from wheeltree.store.settling import Settling
from wheeltree.store.trees import Trees
from wheeltree.store.work import Work

T = TypeVar("T")

_IN_USE = "in-use"
"""The lock that every run shares."""


class Store:
    """A folder of content and of what is known about it.

    ::

        cas/<sha256>          bytes, read-only, named by their digest: see `contents`
        ac/<kind>/<key>.json  records: see `records`
        trees/<digest>        folders packed into files, a cache: see `trees`, `packs`
        authority/            of the sandboxes: see `sandbox.authority`
        unsettled/            markers of runs whose trees may not be on the disk: see `settling`
        work/                 scratch of running processes: see `work`
        quarantine/ roots/
        lock                  all locks, each a byte of it

    Any number of threads and processes may use it at once, and each may be killed at any moment:
    everything appears whole (written, then renamed) or not at all. Making a `Store` touches
    nothing; folders appear on the first write. The time of the last use is a file's ctime, renewed
    at most daily.

    root: the folder. Every method raises StoreError where it cannot be read or written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.work = self.root / "work"
        self._work = work = Work(self.work)
        self._quarantine = quarantine = Quarantine(self.root / "quarantine")
        self._contents = Contents(self.root / "cas", work, quarantine)
        self._records = Records(self.root / "ac", work, quarantine, self.lock)
        self._trees = Trees(self.root / "trees", work, Settling(self.root / "unsettled"))

    def add(self, file: Path) -> Digest:
        """Moves the regular file `file` into the store; its digest."""
        return self._contents.add(file)

    def add_bytes(self, content: bytes) -> Digest:
        """Writes `content` into the store; its digest."""
        return self._contents.add_bytes(content)

    def file(self, digest: Digest) -> Path | None:
        """The stored file with these bytes, if it is there; its bytes are not looked at."""
        return self._contents.file(digest)

    def path(self, digest: Digest) -> Path:
        """The stored file with these bytes; StoreError if it is not there."""
        return self._contents.path(digest)

    def check(self, digest: Digest) -> None:
        """Hashes the stored file with this digest; a wrong one is moved aside.

        StoreError if its bytes are not those of its name, or if it is not there.
        """
        self._contents.check(digest)

    def set_aside(self, path: Path) -> Path:
        """Moves a damaged file of the store out of the way; where it is now."""
        return self._quarantine.set_aside(path)

    def record(self, kind: str, key: str, shape: type[T]) -> T | None:
        """The record of `kind` under `key`, if there is one; a damaged one is moved aside.

        key: 64 hexadecimal digits. shape: the type that it was put with.
        """
        return self._records.find(kind, key, shape)

    def put_record(self, kind: str, key: str, value: T, shape: type[T]) -> T:
        """Files `value` unless a record is there already; the record that now stands.

        The first writer wins: who comes later adopts what was recorded, and with it the artifact.
        A power cut may lose the records of the last seconds; it tears none.
        """
        return self._records.put(kind, key, value, shape)

    def replace_record(self, kind: str, key: str, value: T, shape: type[T]) -> None:
        """Files `value` in place of any record that is there: for hints such as durations.

        Also for a record whose content is gone, which `put_record` would keep.
        """
        del shape  # for the reader and the type checker: `value` must have it
        self._records.replace(kind, key, value)

    def drop_record(self, kind: str, key: str) -> None:
        """Makes `key` unknown; it need not be known."""
        self._records.drop(kind, key)

    def blank(self) -> AbstractContextManager[BinaryIO]:
        """A new empty file on the disk of the store, to read and to write with a buffer.

        For a pack (see `packs`); removed after the block unless `keep_tree` took it.
        """
        return self._trees.blank()

    def keep_tree(self, digest: Digest, pack_file: Path) -> None:
        """Keeps the finished pack as the tree `digest`: moves it, and does not wait for the disk.

        A power cut before the end of the run loses it; see `in_use`.
        """
        self._trees.keep(digest, pack_file)

    def keep_folder(self, digest: Digest, folder: Path) -> None:
        """Keeps the content of `folder` as the tree `digest`."""
        self._trees.keep_folder(digest, folder)

    def tree(self, digest: Digest) -> Path | None:
        """The file that holds the tree `digest`, if it is there: see `packs`."""
        return self._trees.find(digest)

    def scratch(self, label: str) -> AbstractContextManager[Path]:
        """A new private folder while the block runs, removed after it; `label` is for people.

        It is on the file system of the store, so that what is made in it can be moved there.
        """
        return self._work.scratch(label)

    def scratch_in_memory(self, label: str, *, source: int) -> AbstractContextManager[Path]:
        """The same in memory if there is room, for many small files that nobody keeps.

        source: bytes that are worked on; much more may come out of them.
        """
        return self._work.scratch_in_memory(label, source=source)

    def sweep(self) -> tuple[Path, ...]:
        """Removes the scratch of processes that are dead; what of it could not be removed."""
        return self._work.sweep()

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Holds the lock named `key` while the block runs, against all threads and processes.

        Not re-entrant. The kernel releases it when the process dies.
        """
        with exclusive(self._lock_file(), key):
            yield

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keeps `upkeep.gc` of any process away while the block runs; a run is one such block.

        Trees that a power cut may have torn are removed first, and the block's own are on the disk
        when it ends.
        """
        if self._trees.are_doubtful():
            with suppress(Busy), self.unused():
                self._trees.drop()
        with shared(self._lock_file(), _IN_USE):
            yield
            self._trees.settle()

    @contextmanager
    def unused(self) -> Iterator[None]:
        """Keeps every run away while the block runs; Busy where one uses the store."""
        with exclusive_now(self._lock_file(), _IN_USE):
            yield

    def _lock_file(self) -> Path:
        with explaining(self.root):
            make_folder(self.root)
        return self.root / "lock"
