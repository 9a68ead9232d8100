"""Crates, by the checksums of Cargo.lock, laid into a source tree as `cargo vendor` would."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from wheeltree.errors import SourceError, UnsafeArchive
from wheeltree.sources.archive import lay, read_files
from wheeltree.sources.cargo import LARGEST, MANIFEST, read_lock
from wheeltree.sources.cargo_config import (
    CHECKSUMS,
    VENDOR,
    brings_its_crates,
    write_config,
)
from wheeltree.sources.draft import Draft
from wheeltree.sources.member import Refused
from wheeltree.sources.parcel import Parcel, Supply

_WINDOWS = re.compile(
    r"windows(-sys|_(i686|x86_64|aarch64)_(gnu|gnullvm|msvc))?"
    r"|winapi(-(i686|x86_64)-pc-windows-gnu)?"
)
"""The interface of Windows: half a gigabyte in some lock files, and nothing of it on Linux. Lock
files name it all the same, since they are for every system, and cargo wants to see it."""


def vendor_crates(
    package: str,
    locks: Iterable[str],
    draft: Draft,
    *,
    folders: Iterable[str],
    supply: Supply,
) -> tuple[Parcel, ...]:
    """Lay all crates that `locks` name into the draft, with a configuration that names them.

    Those of them whose code can come into a wheel: all but the ones for Windows.

    package: for messages. folders: those in which cargo may look for a configuration. A source that
    has all crates in a folder of its own is left as it is.

    SourceError and its kinds: a lock file or crate is refused, or cannot be fetched.
    """
    crates = _crates(package, locks, draft)
    compiled = tuple(each for each in crates if not _WINDOWS.fullmatch(each.name))
    if brings_its_crates(package, {each.digest for each in crates}, draft):
        return compiled
    _refuse_leftovers(package, draft)
    for crate, archive in zip(crates, supply(crates), strict=True):
        where = f"{package}: crate {crate}"
        if _WINDOWS.fullmatch(crate.name):
            _lay_shell(archive, draft, package=where, below=_folder(crate))
        else:
            lay(archive, draft, package=where, below=_folder(crate))
    try:
        _write_checksums(crates, draft)
        registries = {each.registry for each in crates}
        write_config(package, folders, registries, draft)
    except Refused as error:  # what it has there is a link or folder
        raise SourceError(f"{package}: .cargo in the source: {error.cause}") from error
    return compiled


def _lay_shell(archive: Path, draft: Draft, *, package: str, below: str) -> None:
    """Lay only what cargo looks at while it resolves, with code that does nothing."""
    manifest = read_files(archive, frozenset({MANIFEST}), package=package).get(MANIFEST)
    if manifest is None:
        raise UnsafeArchive(f"{package}: {archive.name} has no {MANIFEST}")
    files = {MANIFEST: manifest, "build.rs": b"fn main() {}\n", "src/lib.rs": b""}
    for name, content in files.items():
        draft.add_file(f"{below}/{name}", [content], program=False)


def _crates(package: str, locks: Iterable[str], draft: Draft) -> tuple[Parcel, ...]:
    """What all lock files name, once each."""
    found: dict[tuple[str, str], Parcel] = {}
    for path in locks:
        content = draft.read(path, LARGEST + 1)
        assert content is not None  # it was found in the draft
        for each in read_lock(content, f"{package}: {path}"):
            if found.setdefault((each.name, each.version), each) != each:
                raise SourceError(
                    f"{package}: {path} has the crate {each} with another checksum than before",
                    hint="it is in two registries or lock files; patch one of them",
                )
    return tuple(found.values())


def _refuse_leftovers(package: str, draft: Draft) -> None:
    left = next((path for path in draft.files if path.startswith(f"{VENDOR}/")), None)
    if left is not None:
        raise SourceError(
            f"{package}: the source has {left}, but not all crates that its lock file names",
            hint=f"remove {VENDOR} from it with a patch, or say `vendor: []`",
        )


def _folder(crate: Parcel) -> str:
    return f"{VENDOR}/{crate.name}-{crate.version}"


def _write_checksums(crates: Sequence[Parcel], draft: Draft) -> None:
    files: dict[str, dict[str, str]] = {_folder(each): {} for each in crates}
    for path, digest in draft.contents(VENDOR).items():
        top = "/".join(path.split("/", 3)[:3])
        files[top][path.removeprefix(f"{top}/")] = digest
    for each in crates:
        folder = _folder(each)
        record = _record(files[folder], each)
        draft.replace(f"{folder}/{CHECKSUMS}", record)


def _record(files: Mapping[str, str], crate: Parcel) -> bytes:
    own = {path: digest for path, digest in files.items() if path != CHECKSUMS}
    return json.dumps({"files": own, "package": crate.digest}, sort_keys=True).encode()
