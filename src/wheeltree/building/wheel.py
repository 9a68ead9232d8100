"""Checks that a file is the wheel that was asked for, and says what is in it."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from packaging.tags import Tag
from packaging.utils import (
    InvalidName,
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from wheeltree.building.core_metadata import read_metadata
from wheeltree.building.deflated import Extent, Inflating, extent
from wheeltree.building.record import SIGNATURES, Readable, check_record
from wheeltree.errors import BuildError
from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Metadata

SCHEMES = ("purelib", "platlib", "headers", "scripts", "data")
"""Folders that a `.data` folder may have (the wheel format's own list)."""

_MEMBERS = 500_000
_BYTES = 64 << 30
_TEXT = 64 << 20
_PATH, _NAME = 1024, 255
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises for damaged, encrypted and exotic archives."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file of a wheel."""

    path: str
    executable: bool
    digest: Digest
    size: int
    packed: Extent | None = field(default=None, compare=False)
    """Its deflate stream in the file; None if it has none."""


class Wheel(Frozen):
    """A wheel file that was read to its end and found right."""

    path: Path
    filename: str
    """Its published name; `path` may be an entry of the store."""
    dist_info: str
    """Name of its one `.dist-info` folder."""
    name: NormalizedName
    version: Version
    members: tuple[Member, ...]
    """Sorted; without RECORD and signatures, which follow from the others."""
    metadata: Metadata
    rewritten: tuple[tuple[str, bytes], ...] = ()
    """Members whose bytes are not those in the file any more, by their paths."""


def only_file(folder: Path, name: object, *, subject: str) -> Path:
    """The one file that a hook left in `folder`; BuildError if there is not just `name`.

    name: what the hook returned. subject: the package, for messages.
    """
    found = sorted(item.name for item in folder.iterdir())
    if found != [name]:
        listing = ", ".join(map(repr, found[:5])) or "nothing"
        raise BuildError(f"{subject}: build_wheel returned {name!r:.200} but left {listing}")
    path = folder / found[0]
    if not stat.S_ISREG(path.lstat().st_mode):
        raise BuildError(f"{subject}: build_wheel left {found[0]!r}, which is not a regular file")
    return path


def inspect(
    path: Path,
    *,
    filename: str,
    name: NormalizedName,
    version: Version,
    interpreter: Interpreter,
) -> Wheel:
    """The wheel at `path`, after reading every byte of it.

    filename: its name as a wheel. BuildError, with the member where one is wrong, unless it is a
    wheel of exactly this name and version that `interpreter` supports, with one `.dist-info`, a
    complete and right RECORD, and no member that would leave its folder.
    """
    subject = f"{name} {version}: {filename!r}"
    _check_filename(filename, name=name, version=version, interpreter=interpreter, subject=subject)
    with opened(path, subject=subject) as archive:
        items = _checked_items(archive, largest=path.stat().st_size, subject=subject)
        dist_info = _dist_info(items, name=name, version=version, subject=subject)
        _check_format(_text(archive, f"{dist_info}/WHEEL", subject=subject), subject=subject)
        record = _text(archive, f"{dist_info}/RECORD", subject=subject)
        extents = _extents(archive, items)
        with closing(_contents(archive, items, extents, dist_info)) as contents:
            members = check_record(record, contents, itself=f"{dist_info}/RECORD", subject=subject)
        text = _text(archive, f"{dist_info}/METADATA", subject=subject)
    return Wheel(
        path=path,
        filename=filename,
        dist_info=dist_info,
        name=name,
        version=version,
        members=tuple(
            Member(
                path=item,
                executable=_executable(items[item]),
                digest=digest,
                size=size,
                packed=extents.get(item),
            )
            for item, (digest, size) in sorted(members.items())
        ),
        metadata=read_metadata(text, name=name, version=version, subject=subject),
    )


@contextmanager
def opened(path: Path, *, subject: str) -> Iterator[zipfile.ZipFile]:
    """The zip file at `path`; whatever is wrong with it inside is a BuildError."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _DAMAGE as error:
        raise BuildError(f"{subject}: damaged zip file: {error}") from error


def _check_filename(
    filename: str,
    *,
    name: NormalizedName,
    version: Version,
    interpreter: Interpreter,
    subject: str,
) -> None:
    try:
        found, found_version, _, tags = parse_wheel_filename(filename)
        canonicalize_name(found, validate=True)
    except (InvalidWheelFilename, InvalidVersion, InvalidName) as error:
        raise BuildError(f"{subject} is not the name of a wheel: {error}") from error
    if (found, found_version) != (name, version):
        raise BuildError(
            f"{subject} is a wheel of {found} {found_version}",
            hint="the version may be computed from files or git tags that the sdist lacks",
        )
    _check_tags(tags, interpreter, subject=subject)


def _check_tags(tags: frozenset[Tag], interpreter: Interpreter, *, subject: str) -> None:
    if not {str(tag) for tag in tags}.intersection(interpreter.tags):
        raise BuildError(f"{subject} has no tag that Python {interpreter.version} supports here")


def _checked_items(
    archive: zipfile.ZipFile, *, largest: int, subject: str
) -> Mapping[str, zipfile.ZipInfo]:
    """The files in it. largest: bytes of the archive, which members can share only in a bomb."""
    entries = archive.infolist()
    if len(entries) > _MEMBERS or sum(item.file_size for item in entries) > _BYTES:
        raise BuildError(f"{subject} has too many or too large members")
    if sum(item.compress_size for item in entries) > largest:
        raise BuildError(f"{subject} has members that overlap")
    items: dict[str, zipfile.ZipInfo] = {}
    for item in entries:
        is_folder = item.filename.endswith("/")  # item.is_dir() stumbles over an empty name
        _check_path(item.filename.removesuffix("/"), is_folder=is_folder, subject=subject)
        if is_folder:
            continue
        if item.filename in items:
            raise BuildError(f"{subject} has {item.filename!r} twice")
        if stat.S_IFMT(item.external_attr >> 16) not in {0, stat.S_IFREG}:
            raise BuildError(f"{subject}: member {item.filename!r} is not a regular file")
        items[item.filename] = item
    _check_nesting(items, subject=subject)
    return items


def _check_path(path: str, *, is_folder: bool, subject: str) -> None:
    parts = path.split("/")
    strange = _CONTROL.search(path) or any(part in {"", ".", ".."} for part in parts)
    long = len(path.encode()) > _PATH or any(len(part.encode()) > _NAME for part in parts)
    astray = parts[0].endswith(".data") and not is_folder and not _in_scheme(parts)
    if strange or long or astray:
        raise BuildError(f"{subject}: member {path!r:.200} has a path that wheels may not have")


def _in_scheme(parts: list[str]) -> bool:
    """Whether a path below `.data` is a file below one of its schemes."""
    match parts:
        case [_, scheme, _, *_]:
            return scheme in SCHEMES
        case _:
            return False


def _check_nesting(items: Mapping[str, zipfile.ZipInfo], *, subject: str) -> None:
    for path in items:
        folder = path
        while folder := folder.rpartition("/")[0]:
            if folder in items:
                raise BuildError(f"{subject}: {folder!r} is both a file and a folder")


def _dist_info(
    items: Mapping[str, zipfile.ZipInfo], *, name: NormalizedName, version: Version, subject: str
) -> str:
    found = sorted({path.split("/")[0] for path in items if ".dist-info/" in path})
    found = [folder for folder in found if folder.endswith(".dist-info")]
    if len(found) != 1:
        raise BuildError(f"{subject} has {len(found)} .dist-info folders, not one: {found[:5]}")
    project, _, spelled = found[0].removesuffix(".dist-info").rpartition("-")
    try:
        right = (canonicalize_name(project), Version(spelled)) == (name, version)
    except InvalidVersion:
        right = False
    if not right:
        raise BuildError(f"{subject}: {found[0]!r} is not of {name} {version}")
    return found[0]


def _check_format(text: str, *, subject: str) -> None:
    if not re.search(r"^Wheel-Version:\s*1\.\d+\s*$", text, re.MULTILINE):
        raise BuildError(f"{subject}: its WHEEL file has no Wheel-Version 1.x")
    if not re.search(r"^Root-Is-Purelib:\s*(true|false)\s*$", text, re.MULTILINE):
        raise BuildError(f"{subject}: its WHEEL file has no Root-Is-Purelib")


def _text(archive: zipfile.ZipFile, path: str, *, subject: str) -> str:
    try:
        if archive.getinfo(path).file_size > _TEXT:
            raise BuildError(f"{subject}: {path!r} is too large")
        return archive.read(path).decode()
    except KeyError as error:
        raise BuildError(f"{subject} has no {path!r}") from error
    except UnicodeDecodeError as error:
        raise BuildError(f"{subject}: {path!r} is not UTF-8") from error


def _extents(archive: zipfile.ZipFile, items: Mapping[str, zipfile.ZipInfo]) -> dict[str, Extent]:
    """Where the members are that are deflated, as those of nearly all wheels."""
    assert archive.fp is not None  # it is open
    deflated = (item for item in items.values() if item.compress_type == zipfile.ZIP_DEFLATED)
    return {item.filename: extent(archive.fp, item) for item in deflated}


def _contents(
    archive: zipfile.ZipFile,
    items: Mapping[str, zipfile.ZipInfo],
    extents: Mapping[str, Extent],
    dist_info: str,
) -> Generator[tuple[str, Readable], None, None]:
    assert archive.fp is not None  # it is open
    left_out = {f"{dist_info}/{name}" for name in SIGNATURES}
    for path, item in items.items():
        if path in left_out:
            continue
        if place := extents.get(path):
            yield path, Inflating(archive.fp, place, size=item.file_size, name=path)
            continue
        with archive.open(item) as stream:
            yield path, stream


def _executable(item: zipfile.ZipInfo) -> bool:
    return bool(item.external_attr >> 16 & 0o111)
