"""The store on this machine: bytes by digest, records by key, unpacked folders by digest."""

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, TypeVar

from wheeltree.errors import StoreError
from wheeltree.model.codec import Malformed, decode, encode
from wheeltree.model.digest import Digest, digest_bytes, digest_file
from wheeltree.store import frame
from wheeltree.store.files import (
    DISK,
    explained,
    explaining,
    is_plain_file,
    make_folder,
    remove_tree,
    renew,
    write_all,
    write_soon,
)
from wheeltree.store.locks import Busy, exclusive, exclusive_now, shared
from wheeltree.store.memory import memory_folder
from wheeltree.store.packs import pack
from wheeltree.store.scratch import admit, appear, claim, settle, sweep, temporary
from wheeltree.store.settling import Settling

T = TypeVar("T")
Kind = Literal["wheels", "envs"]

_FIT_FOR_MEMORY = 32 << 20
"""Bytes of source whose build may take place in memory."""

_ADDRESS = re.compile(r"[0-9a-f]{64}")
_KIND = re.compile(r"[a-z][a-z0-9-]{0,40}")


class Store:
    """A folder of content and of what is known about it.

    ::

        cas/<2 hex>/<sha256>          bytes, read-only, named by their digest
        ac/<kind>/<2 hex>/<key>.json  records
        wheels/ envs/                 unpacked folders by digest: a cache
        work/                         scratch of running processes
        locks/ quarantine/ roots/

    Any number of threads and processes may use it at once, and each may be killed at any moment:
    content and records appear whole (written, synced, renamed) or not at all. Making a `Store`
    touches nothing; folders appear on the first write. The time of the last use is a file's ctime,
    renewed at most daily, since a tree's mtime may belong to its content.

    root: the folder. Every method raises StoreError where it cannot be read or written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.work = self.root / "work"
        self._settling = Settling(self.root / "unsettled")
        self._top = os.fspath(self.root)

    def add(self, file: Path) -> Digest:
        """Moves the regular file `file` into the store; its digest."""
        with explaining(file):
            if not is_plain_file(file):
                raise StoreError(f"{file} is not a regular file", hint="only files can be stored")
            digest = digest_file(file)
            if file.resolve() == self._content(digest).resolve():
                return digest
            if not self._has(digest, file.stat().st_size):
                make_folder(self.work)
                admit(file, self._content(digest), by_way_of=self.work)
            file.unlink(missing_ok=True)
        return digest

    def add_bytes(self, content: bytes) -> Digest:
        """Writes `content` into the store; its digest."""
        digest = digest_bytes(content)
        with explaining(self.root):
            if not self._has(digest, len(content)):
                with self._temporary() as (descriptor, temp):
                    write_all(descriptor, content)
                    settle(descriptor, temp, self._content(digest))
        return digest

    def file(self, digest: Digest) -> Path | None:
        """The stored file with these bytes, if it is there; its bytes are not looked at."""
        path = f"{self._top}/cas/{_address(digest)[:2]}/{digest}"
        try:
            os.stat(path)  # noqa: PTH116  # Path.stat takes three times as long, and this is hot
        except FileNotFoundError:
            return None
        except OSError as error:
            raise explained(error, Path(path)) from error
        return Path(path)

    def path(self, digest: Digest) -> Path:
        """The stored file with these bytes; StoreError if it is not there."""
        path = self.file(digest)
        if path is None:
            hint = "run again: it is fetched or built anew"
            raise StoreError(f"{self._content(digest)} is missing", hint=hint)
        return path

    def check(self, digest: Digest) -> None:
        """Hashes the stored file with this digest; a wrong one is moved aside.

        StoreError if its bytes are not those of its name, or if it is not there.
        """
        path = self.path(digest)
        with explaining(path):
            actual = digest_file(path)
            if actual != digest:
                raise StoreError(
                    f"{path} is damaged: its bytes have the digest {actual}",
                    hint="run again: it is fetched or built anew; the damaged file is"
                    f" {self.set_aside(path)}",
                )

    def set_aside(self, path: Path) -> Path:
        """Moves a damaged file of the store out of the way; where it is now."""
        folder = self.root / "quarantine"
        make_folder(folder)
        aside = folder / f"{path.name}-{secrets.token_hex(4)}"
        path.rename(aside)
        return aside

    def _content(self, digest: Digest) -> Path:
        return self.root / "cas" / _address(digest)[:2] / digest

    def _has(self, digest: Digest, size: int) -> bool:
        path = self._content(digest)
        try:
            status = path.stat()
        except FileNotFoundError:
            return False
        if status.st_size != size:
            self.set_aside(path)
            return False
        renew(path, status)
        return True

    @contextmanager
    def _temporary(self) -> Iterator[tuple[int, Path]]:
        make_folder(self.work)
        with temporary(self.work) as opened:
            yield opened

    def record(self, kind: str, key: str, shape: type[T]) -> T | None:
        """The record of `kind` under `key`, if there is one; a damaged one is moved aside.

        key: 64 hexadecimal digits. shape: the type that it was put with.
        """
        path = self._record(kind, key)
        try:
            with open(path, "rb") as file:  # noqa: PTH123  # hot, see `file`
                framed = file.read()
                status = os.fstat(file.fileno())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise explained(error, Path(path)) from error
        try:
            value = decode(frame.opened(framed, kind, key), shape)
        except Malformed:
            # It may be replaced by a good one, or be out of reach, at this very moment.
            with suppress(OSError):
                self.set_aside(Path(path))
            return None
        renew(path, status)
        return value

    def put_record(self, kind: str, key: str, value: T, shape: type[T]) -> T:
        """Files `value` unless a record is there already; the record that now stands.

        The first writer wins: who comes later adopts what was recorded, and with it the artifact.
        A power cut may lose the records of the last seconds; it tears none.
        """
        path = Path(self._record(kind, key))
        framed = frame.closed(encode(value), kind, key)
        with explaining(path), self._temporary() as (descriptor, temp):
            write_soon(descriptor, framed)
            with self.lock(f"ac/{kind}/{key[:2]}"):
                standing = self.record(kind, key, shape)
                if standing is not None:
                    return standing
                appear(descriptor, temp, path)
        return value

    def replace_record(self, kind: str, key: str, value: T, shape: type[T]) -> None:
        """Files `value` in place of any record that is there: for hints such as durations.

        Also for a record whose content is gone, which `put_record` would keep.
        """
        del shape  # for the reader and the type checker: `value` must have it
        path = Path(self._record(kind, key))
        with explaining(path), self._temporary() as (descriptor, temp):
            write_soon(descriptor, frame.closed(encode(value), kind, key))
            appear(descriptor, temp, path)

    def drop_record(self, kind: str, key: str) -> None:
        """Makes `key` unknown; it need not be known."""
        path = Path(self._record(kind, key))
        with explaining(path):
            path.unlink(missing_ok=True)

    def _record(self, kind: str, key: str) -> str:
        if _KIND.fullmatch(kind) is None:
            raise ValueError(f"{kind!r} is not a kind of record")
        return f"{self._top}/ac/{kind}/{_address(key)[:2]}/{key}.json"

    def keep_tree(self, digest: Digest, folder: Path) -> None:
        """Keeps the content of `folder` as the source tree `digest`."""
        if self.tree(digest) is None:
            with self.scratch(f"tree-{digest[:12]}") as scratch:
                with explaining(scratch), (scratch / "pack").open("wb") as file:
                    pack(folder, file)
                self.replace_record("tree", digest, self.add(scratch / "pack"), str)

    def tree(self, digest: Digest) -> Path | None:
        """The file that holds the source tree `digest`, if it is there: see `packs`."""
        packed = self.record("tree", digest, str)
        return None if packed is None else self.file(Digest(packed))

    def folder(self, kind: Kind, digest: str, make: Callable[[Path], None]) -> Path:
        """The cached folder `digest`; made by `make` if it is not there, at most once at a time.

        make: fills the empty folder that it is given; what it raises is passed on, and nothing is
        kept. Its top folder must stay writable. A finished folder is recognised by its name alone.
        """
        path = self.root / kind / _address(digest)
        if self._is_made(path):
            return path
        with self.lock(f"{kind}/{digest}"):
            if not self._is_made(path):
                self._make(path, make)
        return path

    def _is_made(self, path: Path) -> bool:
        try:
            status = path.stat()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise explained(error, path) from error
        renew(path, status)
        return True

    def _make(self, path: Path, make: Callable[[Path], None]) -> None:
        with self.scratch(f"{path.parent.name}-{path.name[:12]}") as scratch:
            made = scratch / "made"
            with explaining(path):
                made.mkdir()
            try:
                make(made)
            except OSError as error:
                if error.errno in DISK:
                    raise explained(error, path) from error
                raise
            with explaining(path):
                make_folder(path.parent)
                self._settling.mark()
                made.rename(path)

    @contextmanager
    def scratch(self, label: str) -> Iterator[Path]:
        """A new private folder while the block runs, removed after it; `label` is for people.

        It is on the file system of the store, so that what is made in it can be moved there.
        """
        with explaining(self.work):
            make_folder(self.work)
        with self._claimed(self.work, label) as path:
            yield path

    @contextmanager
    def scratch_in_memory(self, label: str, *, source: int) -> Iterator[Path]:
        """The same in memory if there is room, for many small files that nobody keeps.

        source: bytes that are worked on; much more may come out of them.
        """
        folder = memory_folder() if source < _FIT_FOR_MEMORY else None
        if folder is None:
            with self.scratch(label) as path:
                yield path
        else:
            with self._claimed(folder, label) as path:
                yield path

    @contextmanager
    def _claimed(self, folder: Path, label: str) -> Iterator[Path]:
        with explaining(folder):
            descriptor, path = claim(folder, label)
        try:
            yield path
        finally:
            # What cannot be removed now is left to a later sweep, which says so.
            with suppress(OSError):
                remove_tree(path)
            os.close(descriptor)

    def sweep(self) -> tuple[Path, ...]:
        """Removes the scratch of processes that are dead; what of it could not be removed."""
        folder = memory_folder()
        with explaining(self.work):
            return (*sweep(self.work), *(sweep(folder) if folder else ()))

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Holds the lock named `key` while the block runs, against all threads and processes.

        Not re-entrant. The kernel releases it when the process dies.
        """
        with exclusive(self.lock_file(digest_bytes(key.encode()))):
            yield

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keeps `upkeep.gc` of any process away while the block runs; a run is one such block.

        Cached folders that a power cut may have torn are removed first, and the block's own are on
        the disk when it ends.
        """
        self._distrust()
        with shared(self.lock_file("in-use")):
            yield
            with explaining(self.root):
                self._settling.settle()

    def _distrust(self) -> None:
        """Removes the cached folders of a boot that ended before they were on the disk."""
        with explaining(self.root), suppress(Busy):
            markers = self._settling.unsettled()
            if markers:
                with exclusive_now(self.lock_file("in-use")):
                    for kind in ("wheels", "envs"):
                        if (self.root / kind).is_dir():
                            remove_tree(self.root / kind)
                    for marker in markers:
                        marker.unlink(missing_ok=True)

    def lock_file(self, name: str) -> Path:
        """Where the lock `name` is, in a folder that exists."""
        folder = self.root / "locks"
        with explaining(folder):
            make_folder(folder)
        return folder / name


def _address(text: str) -> str:
    if _ADDRESS.fullmatch(text) is None:
        raise StoreError(
            f"{text[:80]!r} is not a SHA-256", hint="what names it is damaged or not from here"
        )
    return text
