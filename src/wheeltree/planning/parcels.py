"""Archives that lock files of sources name, kept in the store by their digest."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wheeltree.errors import DigestMismatch, FetchError
from wheeltree.sources.parcel import Parcel
from wheeltree.sources.registries import Registries
from wheeltree.store.local import Store
from wheeltree.transport import Transport, redact

_AT_ONCE = 16


class Parcels:
    """Each is fetched once for all sources, several at a time; for use from many threads."""

    def __init__(self, store: Store, transport: Transport, registries: Registries) -> None:
        self._store = store
        self._transport = transport
        self._registries = registries

    def supply(self, parcels: Sequence[Parcel]) -> Sequence[Path]:
        """Where they lie in the store, in the same order.

        FetchError where one cannot be had, DigestMismatch where it has other bytes than its lock
        file promises.
        """
        found = [self._store.file(each.digest) for each in parcels]
        missing = [each for each, path in zip(parcels, found, strict=True) if path is None]
        if missing:
            with (
                self._store.scratch(f"fetch-{missing[0].kind}") as scratch,
                ThreadPoolExecutor(_AT_ONCE) as pool,
            ):
                done = [pool.submit(self._fetch, each, scratch) for each in missing]
                try:
                    for each in done:
                        each.result()
                finally:
                    pool.shutdown(cancel_futures=True)
        return [self._store.path(each.digest) for each in parcels]

    def _fetch(self, parcel: Parcel, scratch: Path) -> None:
        # Another source, or another run, may be fetching the same.
        with self._store.lock(f"fetch/{parcel.digest}"):
            if self._store.file(parcel.digest) is None:
                self._store.add(self._download(parcel, scratch / parcel.digest))

    def _download(self, parcel: Parcel, into: Path) -> Path:
        try:
            url = self._registries.url(parcel)
            got = self._transport.download(url, into)
        except FetchError as error:
            raise FetchError(
                f"cannot fetch the {parcel.kind} package {parcel}: {error.message}", hint=error.hint
            ) from error
        if got != parcel.digest:
            raise DigestMismatch(
                f"{redact(url)} has sha256 {got}, but the lock file promises {parcel.digest}",
                hint="do not use it: either the file was replaced where it is published, or a "
                "cache on the way is damaged",
            )
        return into
