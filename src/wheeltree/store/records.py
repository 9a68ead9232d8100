"""What is known by key: JSON files that prove whole when they are read, or count as missing."""

import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TypeVar

from wheeltree.model.codec import Malformed, decode, encode
from wheeltree.store import frame
from wheeltree.store.addressing import address
from wheeltree.store.files import explained, explaining, renew, write_soon
from wheeltree.store.quarantine import Quarantine
from wheeltree.store.scratch import appear
from wheeltree.store.work import Work

T = TypeVar("T")
Lock = Callable[[str], AbstractContextManager[None]]
"""Holds the lock of that name, against all threads and processes, while the block runs."""

_KIND = re.compile(r"[a-z][a-z0-9-]{0,40}")


class Records:
    """The folder `ac/`, a folder per kind; every method raises StoreError where the disk fails.

    Nothing waits for the disk: a power cut may lose the records of the last seconds; it tears none.
    """

    def __init__(self, folder: Path, work: Work, quarantine: Quarantine, lock: Lock) -> None:
        self._top = os.fspath(folder)
        self._work = work
        self._quarantine = quarantine
        self._lock = lock

    def find(self, kind: str, key: str, shape: type[T]) -> T | None:
        """The record of `kind` under `key`, if there is one; a damaged one is moved aside."""
        path = self._path(kind, key)
        try:
            with open(path, "rb") as file:  # noqa: PTH123  # hot: Path.open takes twice as long
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
                self._quarantine.set_aside(Path(path))
            return None
        renew(path, status)
        return value

    def put(self, kind: str, key: str, value: T, shape: type[T]) -> T:
        """Files `value` unless a record is there already; the record that now stands."""
        with explaining(Path(self._path(kind, key))), self._lock(f"ac/{kind}/{key}"):
            standing = self.find(kind, key, shape)
            if standing is None:
                self._write(kind, key, value)
        return value if standing is None else standing

    def replace(self, kind: str, key: str, value: object) -> None:
        """Files `value` in place of any record that is there."""
        with explaining(Path(self._path(kind, key))):
            self._write(kind, key, value)

    def drop(self, kind: str, key: str) -> None:
        """Makes `key` unknown; it need not be known."""
        path = Path(self._path(kind, key))
        with explaining(path):
            path.unlink(missing_ok=True)

    def _write(self, kind: str, key: str, value: object) -> None:
        framed = frame.closed(encode(value), kind, key)
        with self._work.temporary() as (descriptor, temp):
            write_soon(descriptor, framed)
            appear(descriptor, temp, Path(self._path(kind, key)))

    def _path(self, kind: str, key: str) -> str:
        if _KIND.fullmatch(kind) is None:
            raise ValueError(f"{kind!r} is not a kind of record")
        return f"{self._top}/{kind}/{address(key)}.json"
