"""The members of a zip archive, as old sdists are; read strictly."""

import calendar
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from wheeltree.sources.member import Kind, Limits, Member, Refused

_CHUNK = 1 << 18
_ENCRYPTED = 1
_LONGEST_TARGET = 4096
_PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def read_zip(file: BinaryIO, limits: Limits) -> Iterator[Member]:
    """The members of the archive, in the order of its directory."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if not entries:
                raise Refused("it is an empty archive")
            budget = _Budget(limits, packed=_size(file))
            for entry in entries:
                yield _member(archive, entry, budget)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, UnicodeDecodeError) as error:
        raise Refused(f"it is a damaged zip archive: {error}") from error


class _Budget:
    """What may still come out of the archive, counted as it comes and not as it is promised."""

    def __init__(self, limits: Limits, *, packed: int) -> None:
        self._limits = limits
        self._packed = packed
        self._unpacked = 0

    def take(self, size: int) -> None:
        self._unpacked += size
        self._limits.check(self._unpacked, self._packed)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> Member:
    # `filename` is cut at the first NUL, which is what an attacker would like.
    path = entry.orig_filename
    if entry.flag_bits & _ENCRYPTED:
        raise Refused(f"member {path!r} is encrypted")
    if entry.compress_type not in _PLAIN:
        raise Refused(f"member {path!r} is compressed by method {entry.compress_type}")
    kind = _kind(entry, path)
    content = _content(archive, entry, budget)
    return Member(
        path=path,
        kind=kind,
        executable=bool(entry.external_attr >> 16 & 0o111),
        mtime=_mtime(entry),
        target=_target(content, path) if kind == "link" else "",
        where=f"at byte {entry.header_offset}",
        content=content if kind == "file" else iter(()),
    )


def _kind(entry: zipfile.ZipInfo, path: str) -> Kind:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "link"
    if path.endswith("/") or kind == stat.S_IFDIR:
        return "folder"
    if kind not in {0, stat.S_IFREG}:
        raise Refused(f"member {path!r} is a device, FIFO or socket")
    return "file"


def _target(content: Iterator[bytes], path: str) -> str:
    raw = b""
    for piece in content:
        raw += piece
        if len(raw) > _LONGEST_TARGET:
            raise Refused(f"member {path!r} is a link with an endless target")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"member {path!r} is a link whose target is not UTF-8") from error


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> Iterator[bytes]:
    try:
        with archive.open(entry) as file:
            while piece := file.read(_CHUNK):
                budget.take(len(piece))
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Refused(f"member {entry.orig_filename!r} is damaged: {error}") from error


def _mtime(entry: zipfile.ZipInfo) -> int:
    """Its local time, taken for UTC so that it is the same on every host; 0 for no such day."""
    try:
        return calendar.timegm(entry.date_time)
    except ValueError:
        return 0


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)
