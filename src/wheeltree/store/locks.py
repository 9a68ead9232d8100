"""Locks that the kernel releases when their holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wheeltree.store.files import explained


class Busy(Exception):
    """Somebody else holds the lock."""


@contextmanager
def exclusive(path: Path) -> Iterator[int]:
    """Waits for and holds the only lock on the file at `path`; its descriptor.

    Excludes threads as well as processes, because each call opens the file anew. StoreError where
    it cannot be opened or locked.
    """
    descriptor = _locked(path, fcntl.LOCK_EX)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def exclusive_now(path: Path) -> Iterator[int]:
    """As `exclusive`, but Busy where it would have to wait."""
    descriptor = _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Waits for and holds one of any number of shared locks on the file at `path`."""
    descriptor = _locked(path, fcntl.LOCK_SH)
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(path: Path, operation: int) -> int:
    try:
        while (descriptor := _attempt(path, operation)) is None:
            pass
    except BlockingIOError:
        raise Busy(path) from None
    except OSError as error:
        raise explained(error, path) from error
    return descriptor


def _attempt(path: Path, operation: int) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(descriptor, operation)
        # A collection may have unlinked the file between the opening and the lock, and a lock on
        # a file without a name excludes nobody.
        if os.fstat(descriptor).st_nlink > 0:
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
