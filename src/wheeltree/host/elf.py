"""The shared libraries of the system that a wheel needs.

Libraries that read all of ELF follow whatever chains a file has, and a broken or hostile one keeps
them busy for good. All that is asked here are two kinds of entries of one table, read in bounds.
"""

import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from wheeltree.errors import BuildError

_MAGIC = b"\x7fELF"
_LOAD, _DYNAMIC = 1, 2
_END, _NEEDED, _STRINGS, _SONAME = 0, 1, 5, 14
_LONGEST_NAME = 4096
_LARGEST_TABLE = 1 << 20


class _Malformed(ValueError):
    """An ELF file whose tables point nowhere."""


@dataclass(frozen=True, kw_only=True)
class _Class:
    """Where 32-bit and 64-bit files have what is asked for."""

    table: tuple[int, str]
    """In the header: offset of the program headers."""
    counts: int
    """In the header: their size and number."""
    segment: str
    fields: tuple[int, int, int, int]
    """Of a segment: type, offset, address, size in the file."""
    entry: str
    """Of the dynamic table."""


_CLASSES = {
    1: _Class(table=(28, "I"), counts=42, segment="8I", fields=(0, 1, 2, 4), entry="iI"),
    2: _Class(table=(32, "Q"), counts=54, segment="2I6Q", fields=(0, 2, 3, 5), entry="qQ"),
}
_ORDERS = {1: "<", 2: ">"}


@dataclass(frozen=True, kw_only=True)
class _Linkage:
    needed: frozenset[str]
    soname: frozenset[str]


_NOTHING = _Linkage(needed=frozenset(), soname=frozenset())


def needed(wheel: Path) -> tuple[str, ...]:
    """The DT_NEEDED names of all programs and libraries in `wheel` that are not in it, sorted.

    A file that no dynamic linker could load, such as the test data of a package, needs nothing.
    BuildError if the wheel is damaged.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            carried = {PurePosixPath(name).name for name in archive.namelist()}
            found = [_linkage(archive, member) for member in filter(_may_link, archive.infolist())]
    except (OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise BuildError(f"{wheel}: its libraries cannot be read: {error}") from error
    names = frozenset[str]().union(*(each.needed for each in found))
    provided = carried.union(*(each.soname for each in found))
    return tuple(sorted(names - provided))


def _may_link(member: zipfile.ZipInfo) -> bool:
    executable = member.external_attr >> 16 & 0o111
    return not member.is_dir() and (".so" in PurePosixPath(member.filename).name or executable != 0)


def _linkage(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Linkage:
    with archive.open(member) as packed, tempfile.TemporaryFile() as file:
        if packed.read(len(_MAGIC)) != _MAGIC:
            return _NOTHING
        file.write(_MAGIC)
        shutil.copyfileobj(packed, file)
        try:
            entries = tuple(_Elf(file).entries())
        except _Malformed:
            return _NOTHING
    return _Linkage(
        needed=frozenset(name for tag, name in entries if tag == _NEEDED),
        soname=frozenset(name for tag, name in entries if tag == _SONAME),
    )


class _Elf:
    """One ELF file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = file.seek(0, 2)
        ident = self._read(0, 16)
        if ident[4] not in _CLASSES or ident[5] not in _ORDERS:
            raise _Malformed("is of an unknown kind")
        self._class = _CLASSES[ident[4]]
        self._order = _ORDERS[ident[5]]

    def entries(self) -> Iterator[tuple[int, str]]:
        """The needed names and the own name, each with its tag."""
        segments = tuple(self._segments())
        table = next((item for item in segments if item[0] == _DYNAMIC), None)
        if table is None:
            return
        entries = tuple(self._table(*table[1::2]))
        names = dict(entries).get(_STRINGS)
        for tag, value in entries:
            if tag in (_NEEDED, _SONAME) and names is not None:
                yield tag, self._name(_offset(names, segments) + value)

    def _segments(self) -> Iterator[tuple[int, int, int, int]]:
        """Type, offset, address and size of each."""
        at, kind = self._class.table
        (start,) = self._unpack(kind, at)
        size, count = self._unpack("2H", self._class.counts)
        for number in range(count):
            values = self._unpack(self._class.segment, start + number * size)
            kind_, offset, address, length = (values[at] for at in self._class.fields)
            yield kind_, offset, address, length

    def _table(self, start: int, size: int) -> Iterator[tuple[int, int]]:
        table = self._read(start, min(size, _LARGEST_TABLE))
        form = struct.Struct(self._order + self._class.entry)
        whole = len(table) - len(table) % form.size
        for tag, value in form.iter_unpack(table[:whole]):
            if tag == _END:
                return
            yield tag, value

    def _name(self, start: int) -> str:
        text = self._read(start, min(_LONGEST_NAME, self._size - start))
        return text.partition(b"\0")[0].decode("utf-8", "replace")

    def _unpack(self, form: str, start: int) -> tuple[int, ...]:
        reader = struct.Struct(self._order + form)
        return reader.unpack(self._read(start, reader.size))

    def _read(self, start: int, size: int) -> bytes:
        if start < 0 or size < 0 or start + size > self._size:
            raise _Malformed("points outside itself")
        self._file.seek(start)
        return self._file.read(size)


def _offset(address: int, segments: tuple[tuple[int, int, int, int], ...]) -> int:
    for kind, offset, start, size in segments:
        if kind == _LOAD and start <= address < start + size:
            return offset + address - start
    raise _Malformed("points outside itself")
