"""Cargo's configuration inside a source: what it says of where crates are, and what we put there.

It is an attacker's input. What it says of sources and of the network is replaced; the rest, such as
compiler flags, can do no more than the code that it is for.
"""

import json
import posixpath
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wheeltree.errors import SourceError
from wheeltree.model import toml
from wheeltree.model.digest import Digest
from wheeltree.sources.draft import Draft
from wheeltree.sources.registries import CRATES_IO, is_crates_io

VENDOR = ".cargo/vendor"
"""Where crates are laid. No Python backend takes a hidden folder for a package, as setuptools would
take a folder `vendor`."""

CHECKSUMS = ".cargo-checksum.json"
"""In the folder of each crate: SHA-256 of its archive and of its files."""

_NAMES = (".cargo/config.toml", ".cargo/config")
_OURS = "wheeltree"
_REPLACED = ("source", "net", "http", "include")
_LARGEST = 1 << 20
_HEAD = b"# Written by wheeltree: crates are taken from this source and from nowhere else.\n"


def brings_its_crates(package: str, digests: Iterable[Digest], draft: Draft) -> bool:
    """Whether the source has all of these crates in a folder that its own configuration names.

    They are then taken as they are, like the rest of the source that was published with them; cargo
    compares their files with the checksums beside them.
    """
    config = _read(package, _NAMES[0], draft)
    folder = _own_folder(config) if config else None
    if folder is None:
        return False
    there = {_archive(path, draft) for path in draft.files if _is_record(path, folder)}
    return there.issuperset(digests)


def write_config(
    package: str, folders: Iterable[str], registries: Iterable[str], draft: Draft
) -> None:
    """Have cargo take crates from `VENDOR`, for all `registries` as lock files name them.

    folders: those in which cargo may be started; a configuration there is stripped of what it says
    of sources. SourceError if one cannot be read.
    """
    for folder in folders:
        for name in _NAMES:
            path = posixpath.join(folder, name)
            kept = _read(package, path, draft)
            if folder and kept is not None:
                draft.replace(path, _written(_stripped(kept)))
            elif not folder and (kept is not None or name == _NAMES[0]):
                whole = {**_stripped(kept or {}), "source": _sources(registries)}
                draft.replace(path, _written(whole))


def _sources(registries: Iterable[str]) -> dict[str, Any]:
    """The table `source`, which replaces each registry."""
    table: dict[str, Any] = {CRATES_IO: {"replace-with": _OURS}}
    for registry in sorted(registries):
        if not is_crates_io(registry):
            url = registry.removeprefix("registry+")
            table[url] = {"registry": url, "replace-with": _OURS}
    return {**table, _OURS: {"directory": VENDOR}}


def _stripped(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key not in _REPLACED}


def _written(config: Mapping[str, Any]) -> bytes:
    return _HEAD + toml.spelled(config)


def _read(package: str, path: str, draft: Draft) -> dict[str, Any] | None:
    content = draft.read(path, _LARGEST + 1)
    if content is None:
        return None
    try:
        if len(content) > _LARGEST:
            raise SourceError(f"{package}: {path} is larger than {_LARGEST} bytes")
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(
            f"{package}: {path} is not valid TOML: {str(error)[:200]}", hint="mend it with a patch"
        ) from error


def _own_folder(config: Mapping[str, Any]) -> str | None:
    """The folder of the source that a configuration at its top takes crates from."""
    sources = config.get("source")
    if not isinstance(sources, dict):
        return None
    name = _text(sources.get(CRATES_IO), "replace-with")
    path = _text(sources.get(name), "directory") if name else None
    if not path or path.startswith("/"):
        return None
    clean = posixpath.normpath(path)
    return None if clean in {".", ".."} or clean.startswith("../") else clean


def _text(table: object, key: str) -> str | None:
    found = table.get(key) if isinstance(table, dict) else None
    return found if isinstance(found, str) else None


def _is_record(path: str, folder: str) -> bool:
    inner = path.removeprefix(f"{folder}/")
    return inner != path and inner.count("/") == 1 and inner.endswith(f"/{CHECKSUMS}")


def _archive(path: str, draft: Draft) -> str | None:
    """Digest of the archive that a folder says that it comes from."""
    try:
        table = json.loads(draft.read(path, _LARGEST * 4) or b"")
    except (ValueError, RecursionError):
        return None
    return _text(table, "package")


def folders_of(manifests: Iterable[str], build_dir: str) -> tuple[str, ...]:
    """Every folder from which cargo reads its configuration, if it is started where it usually is.

    That is beside a manifest or in the folder that is built, and all folders above.
    """
    starts = [build_dir, *(path.rpartition("/")[0] for path in manifests)]
    return tuple(sorted({folder for start in starts for folder in _above(start)}))


def _above(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
