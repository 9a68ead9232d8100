"""Archives that lock files of sources name, several fetched at a time."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from wheeltree.planning.promised import Promise, Promised
from wheeltree.sources.parcel import Parcel
from wheeltree.sources.registries import Registries

_AT_ONCE = 16


def parcel_files(
    parcels: Sequence[Parcel], registries: Registries, promised: Promised
) -> list[Path]:
    """Where they lie in the store, in the same order.

    FetchError where one cannot be had, DigestMismatch where it has other bytes than its lock file
    promises.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = [pool.submit(promised.file, _promise(each, registries)) for each in parcels]
        try:
            return [each.result() for each in found]
        finally:
            pool.shutdown(cancel_futures=True)


def _promise(parcel: Parcel, registries: Registries) -> Promise:
    return Promise(
        digest=parcel.digest,
        url=partial(registries.url, parcel),
        wanted=f"the {parcel.kind} package {parcel}, which a lock file of the source names",
        remedy="see whether it is published there; `crates: URL` in settings.yaml names another "
        "index, and a rule or constraint another version of the package",
    )
