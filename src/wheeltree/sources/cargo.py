"""Cargo.lock, read by us as an attacker's input: which crates a source is built with."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from wheeltree.errors import SourceError
from wheeltree.model.digest import Digest
from wheeltree.sources.parcel import Parcel

LOCK, MANIFEST = "Cargo.lock", "Cargo.toml"
LARGEST = 16 << 20
"""Bytes of a lock file; an honest one has a fiftieth of it."""

_FORMATS = (1, 2, 3, 4)
_MOST = 3000
"""Packages in one lock file."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}")
_VERSION = re.compile(r"(?:0|[1-9]\d{0,9})(?:\.(?:0|[1-9]\d{0,9})){2}(?:[-+][0-9A-Za-z.+-]{1,64})?")
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_KINDS = ("registry+", "sparse+")


def read_lock(content: bytes, where: str) -> tuple[Parcel, ...]:
    """The crates of registries that a Cargo.lock names (formats 1 to 4), sorted.

    where: package and path, for messages. What lies in the source itself is left out.

    SourceError if it is no lock file, and for a crate without a checksum, with a name or version
    that is none, or from a git repository.
    """
    table = _table(content, where)
    packages = table.get("package", [])
    if not isinstance(packages, list) or len(packages) > _MOST:
        raise _wrong(where, f"has no list of at most {_MOST} packages")
    if table.get("version", 1) not in _FORMATS:
        raise _wrong(where, f"has the format {table.get('version')!r}; 1 to 4 are known")
    old = table.get("metadata", {})
    found = _crates(packages, old if isinstance(old, dict) else {}, where)
    return tuple(sorted(set(found), key=lambda each: (each.name, each.version, each.digest)))


def _table(content: bytes, where: str) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise _wrong(where, f"is larger than {LARGEST} bytes")
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _wrong(where, f"is not valid TOML: {str(error)[:200]}") from error


def _crates(packages: list[Any], old: Mapping[str, Any], where: str) -> Iterator[Parcel]:
    for package in packages:
        if not isinstance(package, dict):
            raise _wrong(where, "has a package that is no table")
        name, version = _words(package, where)
        if "source" in package:
            source = _registry(f"{name} {version}", package["source"], where)
            # Format 1 has all checksums in a table of their own.
            said = package.get("checksum", old.get(f"checksum {name} {version} ({source})"))
            digest = _digest(said, f"{name} {version}", where)
            yield Parcel(kind="cargo", name=name, version=version, digest=digest, registry=source)


def _words(package: Mapping[str, Any], where: str) -> tuple[str, str]:
    """Name and version, which become a part of a path."""
    name, version = str(package.get("name", "")), str(package.get("version", ""))
    if not _NAME.fullmatch(name):
        raise _wrong(where, f"has a package with the name {name[:100]!r}, which is none")
    if not _VERSION.fullmatch(version):
        raise _wrong(where, f"has {name} with the version {version[:100]!r}, which is none")
    return name, version


def _registry(crate: str, source: object, where: str) -> str:
    text = str(source)
    if text.startswith("git+"):
        raise SourceError(
            f"{where} takes {crate} from the git repository {text[4:200]!r}",
            hint="only registries have checksums: patch Cargo.toml and Cargo.lock to a published "
            "version, or bring all crates in a folder of the source and say `vendor: []`",
        )
    if not text.startswith(_KINDS) or not _is_url(text.partition("+")[2]):
        raise _wrong(where, f"has {crate} from {text[:200]!r}, which is no registry")
    return text


def _digest(said: object, crate: str, where: str) -> Digest:
    if not isinstance(said, str) or not _CHECKSUM.fullmatch(said):
        raise SourceError(
            f"{where} has no checksum for {crate}",
            hint="a crate is fetched by its checksum only: patch Cargo.lock, made anew by cargo",
        )
    return Digest(said)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    has_place = bool(parts.hostname) or parts.scheme == "file"
    return parts.scheme in {"https", "http", "file"} and has_place and text.isprintable()


def _wrong(where: str, cause: str) -> SourceError:
    return SourceError(f"{where} {cause}", hint="mend it with a patch, or ask upstream")
