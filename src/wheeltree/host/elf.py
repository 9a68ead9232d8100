"""What the programs and libraries in a wheel load, and which of them are libraries of its own.

Libraries that read all of ELF follow whatever chains a file has, and a broken or hostile one keeps
them busy for good. All that is asked here are two kinds of entries of one table, read in bounds.
"""

import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, TypeAlias

from wheeltree.errors import BuildError
from wheeltree.model.frozen import Frozen

_MAGIC = b"\x7fELF"
_LOAD, _DYNAMIC = 1, 2
_END, _NEEDED, _STRINGS, _LENGTH, _SONAME = 0, 1, 5, 10, 14
_LONGEST_NAME = 4096
_LARGEST_TABLE = 1 << 20
_MOST_NAMES = 1 << 26
_ENTRY = b"PyInit"
"""How the functions begin that Python calls to import an extension module (PEP 489)."""
_TAGGED = re.compile(r"\.(abi3|cpython-[\w-]+|pypy[\w-]+|graalpy[\w-]+)\.so")
_VERSIONED = re.compile(r"\.so\.\d")


_Segment: TypeAlias = tuple[int, int, int, int]
"""Type, offset, address and size."""


class _Malformed(ValueError):
    """An ELF file whose tables point nowhere."""


class _Class(Frozen):
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


class Linkage(Frozen):
    """What one file of a wheel says to the dynamic linker."""

    member: str
    """Its path in the wheel."""
    needed: frozenset[str]
    """DT_NEEDED: what it loads."""
    soname: frozenset[str]
    """DT_SONAME: what it is loaded as; one or none."""
    module: bool
    """Whether it has what Python calls to import an extension module."""

    @property
    def is_library(self) -> bool:
        """Whether it is a shared library that other files load, and not an extension module."""
        path = PurePosixPath(self.member)
        if any(folder.endswith(".libs") for folder in path.parts[:-1]) or _VERSIONED.search(
            path.name
        ):
            return True
        if _TAGGED.search(path.name) or not path.name.endswith(".so"):
            return False
        return not self.module and (path.name.startswith("lib") or bool(self.soname))


class Linkages(Frozen):
    """All programs and libraries in one wheel."""

    files: tuple[Linkage, ...]
    """By path. A file that no dynamic linker could load, such as test data, is none of them."""
    carried: frozenset[str]
    """The names of all files of the wheel."""

    @property
    def needed(self) -> tuple[str, ...]:
        """DT_NEEDED of all files, without what the wheel has itself, sorted."""
        names = frozenset[str]().union(*(each.needed for each in self.files))
        return tuple(sorted(names - self.carried.union(*(each.soname for each in self.files))))


def linkages(wheel: Path) -> Linkages:
    """What the programs and libraries in `wheel` load; BuildError if it is damaged."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            carried = frozenset(PurePosixPath(name).name for name in archive.namelist())
            members = sorted(filter(_may_link, archive.infolist()), key=lambda each: each.filename)
            found = [_linkage(archive, member) for member in members]
    except (OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise BuildError(f"{wheel}: its libraries cannot be read: {error}") from error
    files = tuple(each for each in found if each is not None)
    return Linkages(files=files, carried=carried)


def soname_of(library: Path) -> str:
    """The name by which programs that are linked to a shared library load it.

    Its file name where it says none, as for the linker.
    """
    try:
        with library.open("rb") as file:
            names = [name for tag, name in _Elf(file).entries() if tag == _SONAME]
    except (OSError, _Malformed):
        names = []
    return next(iter(names), library.name)


def _may_link(member: zipfile.ZipInfo) -> bool:
    executable = member.external_attr >> 16 & 0o111
    return not member.is_dir() and (".so" in PurePosixPath(member.filename).name or executable != 0)


def _linkage(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Linkage | None:
    with archive.open(member) as packed, tempfile.TemporaryFile() as file:
        if packed.read(len(_MAGIC)) != _MAGIC:
            return None
        file.write(_MAGIC)
        shutil.copyfileobj(packed, file)
        try:
            elf = _Elf(file)
            entries = tuple(elf.entries())
            module = _ENTRY in elf.names()
        except _Malformed:
            return None
    return Linkage(
        member=member.filename,
        needed=frozenset(name for tag, name in entries if tag == _NEEDED),
        soname=frozenset(name for tag, name in entries if tag == _SONAME),
        module=module,
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
        segments, entries = self._dynamic()
        names = dict(entries).get(_STRINGS)
        for tag, value in entries:
            if tag in (_NEEDED, _SONAME) and names is not None:
                yield tag, self._name(_offset(names, segments) + value)

    def names(self) -> bytes:
        """All names that the dynamic linker may look at, one after the other."""
        segments, entries = self._dynamic()
        found = dict(entries)
        if _STRINGS not in found:
            return b""
        length = min(found.get(_LENGTH, 0), _MOST_NAMES)
        return self._read(_offset(found[_STRINGS], segments), length)

    def _dynamic(self) -> tuple[tuple[_Segment, ...], tuple[tuple[int, int], ...]]:
        """The segments, and the entries of the dynamic table, if there is one."""
        segments = tuple(self._segments())
        table = next((item for item in segments if item[0] == _DYNAMIC), None)
        return segments, tuple(self._table(*table[1::2])) if table is not None else ()

    def _segments(self) -> Iterator[_Segment]:
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


def _offset(address: int, segments: tuple[_Segment, ...]) -> int:
    for kind, offset, start, size in segments:
        if kind == _LOAD and start <= address < start + size:
            return offset + address - start
    raise _Malformed("points outside itself")
