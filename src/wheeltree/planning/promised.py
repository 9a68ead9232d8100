"""Files that somebody promised by digest: each fetched once and kept in the store."""

from collections.abc import Callable
from pathlib import Path

from wheeltree.errors import DigestMismatch, WheeltreeError
from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.store.local import Store
from wheeltree.transport import Transport, redact


class Promise(Frozen):
    """One file, before it is known whether it keeps what is promised of it."""

    digest: Digest
    url: Callable[[], str]
    """Where it is published; asked for only if the store has no such file."""
    wanted: str
    """Who wants it, and where the digest is written; for messages."""
    remedy: str
    """What to do where it cannot be had, unless the failure itself tells."""


class Promised:
    """Any thread, and any other run on the same store, may ask for the same file meanwhile."""

    def __init__(self, store: Store, transport: Transport) -> None:
        self._store = store
        self._transport = transport

    def file(self, promise: Promise) -> Path:
        """Where it lies in the store; FetchError or DigestMismatch, which say who wanted it."""
        if known := self._store.file(promise.digest):
            return known
        with self._store.lock(f"fetch/{promise.digest}"):
            return self._store.file(promise.digest) or self._fetched(promise)

    def _fetched(self, promise: Promise) -> Path:
        with self._store.scratch("fetch-promised") as scratch:
            file = scratch / "archive"
            try:
                self._download(promise, file)
            except WheeltreeError as error:
                error.details = (*error.details, promise.wanted)
                error.hint = error.hint or promise.remedy
                raise
            return self._store.path(self._store.add(file))

    def _download(self, promise: Promise, into: Path) -> None:
        url = promise.url()
        got = self._transport.download(url, into)
        if got != promise.digest:
            raise DigestMismatch(
                f"{redact(url)} has sha256 {got}, and {promise.digest} is promised",
                hint="do not use it: either the file was replaced where it is published, or a "
                "cache on the way is damaged",
            )
