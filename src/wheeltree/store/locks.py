"""Locks by name in one file, which the kernel releases when their holder dies."""

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wheeltree.model.digest import digest_bytes
from wheeltree.store.files import explained

_OFFSETS = 1 << 62
"""Where a lock may be; the last byte that the kernel can lock is before 2^63."""


class Busy(Exception):
    """Somebody else holds the lock."""


@contextmanager
def exclusive(path: Path, name: str) -> Iterator[int]:
    """Waits for and holds the only lock `name` in the file at `path`; the file's descriptor.

    A lock is one byte of the file, told by `name` and most likely beyond its end; what the file
    holds does not matter. It is made where it is missing, and must not be removed. Excludes threads
    as well as processes, because each call opens it anew. StoreError where it cannot be opened or
    locked.
    """
    descriptor = _locked(path, name, fcntl.F_WRLCK, fcntl.F_OFD_SETLKW)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def exclusive_now(path: Path, name: str) -> Iterator[int]:
    """As `exclusive`, but Busy where it would have to wait."""
    descriptor = _locked(path, name, fcntl.F_WRLCK, fcntl.F_OFD_SETLK)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def shared(path: Path, name: str) -> Iterator[None]:
    """Waits for and holds one of any number of shared locks `name` in the file at `path`."""
    descriptor = _locked(path, name, fcntl.F_RDLCK, fcntl.F_OFD_SETLKW)
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(path: Path, name: str, kind: int, command: int) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            # Of a process, as lockf has them, locks would not exclude its threads, and the first
            # descriptor that is closed would release them all.
            fcntl.fcntl(descriptor, command, _flock(kind, name))
        except BaseException:
            os.close(descriptor)
            raise
    except BlockingIOError:
        raise Busy(path, name) from None
    except OSError as error:
        raise explained(error, path) from error
    return descriptor


def _flock(kind: int, name: str) -> bytes:
    """The `struct flock` of the byte that stands for `name`; see fcntl(2)."""
    start = int(digest_bytes(name.encode()), 16) % _OFFSETS
    # type, whence, start, length, pid; 0q is the padding at its end.
    return struct.pack("hhqqi0q", kind, os.SEEK_SET, start, 1, 0)
