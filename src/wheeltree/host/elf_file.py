"""One ELF file, as far as wheels are asked about theirs: what it loads, and its sections.

Libraries that read all of ELF follow whatever chains a file has, and a broken or hostile one keeps
them busy for good. Here a few tables are read, each in bounds (ADR 10).
"""

import struct
from collections.abc import Iterator
from typing import IO, TypeAlias

from wheeltree.host.extent import Extent, Malformed
from wheeltree.model.frozen import Frozen

MAGIC = b"\x7fELF"
NEEDED, SONAME = 1, 14
"""Tags of the dynamic table: the name of a library that is loaded, and the file's own."""
NOTE, NOBITS = 7, 8
"""Types of sections: notes, and what takes no place in the file."""

_LOAD, _DYNAMIC = 1, 2
_END, _STRINGS, _LENGTH = 0, 5, 10
_LONGEST_NAME = 4096
_LARGEST_TABLE = 1 << 20
_MOST_NAMES = 1 << 26
_MOST_SECTIONS = 1 << 17
_NAMELESS = 0xFFFF

_Segment: TypeAlias = tuple[int, int, int, int]
"""Type, offset, address and size."""


class _Class(Frozen):
    """Where 32-bit and 64-bit files have what is asked for."""

    word: str
    programs: int
    """In the header: offset of the program headers; that of the sections is the next word."""
    counts: int
    """In the header: sizes and numbers of both, and which section has the sections' names."""
    segment: str
    fields: tuple[int, int, int, int]
    """Of a segment: type, offset, address, size in the file."""
    section: str
    """Name, type, flags, address, offset, size, link and more."""
    entry: str
    """Of the dynamic table."""


_CLASSES = {
    1: _Class(
        word="I",
        programs=28,
        counts=42,
        segment="8I",
        fields=(0, 1, 2, 4),
        section="10I",
        entry="iI",
    ),
    2: _Class(
        word="Q",
        programs=32,
        counts=54,
        segment="2I6Q",
        fields=(0, 2, 3, 5),
        section="2I4Q2I2Q",
        entry="qQ",
    ),
}
_ORDERS = {1: "<", 2: ">"}


class Section(Frozen):
    """A named part of an ELF file."""

    name: str
    kind: int
    content: Extent


class Elf:
    """One ELF file; Malformed from all of it where the file is damaged."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = Extent.whole(file)
        ident = self._file.read(0, 16)
        if ident[4] not in _CLASSES or ident[5] not in _ORDERS:
            raise Malformed("is of an unknown kind")
        self._class = _CLASSES[ident[4]]
        self._order = _ORDERS[ident[5]]
        self.abi_version = ident[8]

    @property
    def machine(self) -> int:
        """What it runs on: e_machine."""
        return self._unpack("H", 18)[0]

    @property
    def flags(self) -> int:
        """What its machine makes of it: e_flags."""
        return self._unpack("I", self._class.counts - 6)[0]

    def entries(self) -> Iterator[tuple[int, str]]:
        """The needed names and the own name, each with its tag."""
        segments, entries = self._dynamic()
        names = dict(entries).get(_STRINGS)
        for tag, value in entries:
            if tag in (NEEDED, SONAME) and names is not None:
                yield tag, self._name(_offset(names, segments) + value)

    def names(self) -> bytes:
        """All names that the dynamic linker may look at, one after the other."""
        segments, entries = self._dynamic()
        found = dict(entries)
        if _STRINGS not in found:
            return b""
        length = min(found.get(_LENGTH, 0), _MOST_NAMES)
        return self._file.read(_offset(found[_STRINGS], segments), length)

    def sections(self) -> Iterator[Section]:
        """Its sections that take a place in the file."""
        (start,) = self._unpack(self._class.word, self._class.programs + self._size)
        if start == 0:
            return
        each, count, named = self._unpack("3H", self._class.counts + 4)
        first = self._unpack(self._class.section, start)
        # Where there are too many for the header, the first section says how many.
        count, named = count or first[5], first[6] if named == _NAMELESS else named
        if count > _MOST_SECTIONS:
            raise Malformed("has more sections than any linker writes")
        names = self._unpack(self._class.section, start + named * each)[4]
        for number in range(1, count):
            values = self._unpack(self._class.section, start + number * each)
            if values[1] != NOBITS:
                yield Section(
                    name=self._name(names + values[0]),
                    kind=values[1],
                    content=self._file.part(values[4], values[5]),
                )

    @property
    def _size(self) -> int:
        return struct.calcsize(f"={self._class.word}")

    def _dynamic(self) -> tuple[tuple[_Segment, ...], tuple[tuple[int, int], ...]]:
        """The segments, and the entries of the dynamic table, if there is one."""
        segments = tuple(self._segments())
        table = next((item for item in segments if item[0] == _DYNAMIC), None)
        return segments, tuple(self._table(*table[1::2])) if table is not None else ()

    def _segments(self) -> Iterator[_Segment]:
        """Type, offset, address and size of each."""
        (start,) = self._unpack(self._class.word, self._class.programs)
        size, count = self._unpack("2H", self._class.counts)
        for number in range(count):
            values = self._unpack(self._class.segment, start + number * size)
            kind_, offset, address, length = (values[at] for at in self._class.fields)
            yield kind_, offset, address, length

    def _table(self, start: int, size: int) -> Iterator[tuple[int, int]]:
        table = self._file.read(start, min(size, _LARGEST_TABLE))
        form = struct.Struct(self._order + self._class.entry)
        whole = len(table) - len(table) % form.size
        for tag, value in form.iter_unpack(table[:whole]):
            if tag == _END:
                return
            yield tag, value

    def _name(self, start: int) -> str:
        return self._file.head(start, _LONGEST_NAME).partition(b"\0")[0].decode("utf-8", "replace")

    def _unpack(self, form: str, start: int) -> tuple[int, ...]:
        return self._file.unpack(self._order + form, start)


def _offset(address: int, segments: tuple[_Segment, ...]) -> int:
    for kind, offset, start, size in segments:
        if kind == _LOAD and start <= address < start + size:
            return offset + address - start
    raise Malformed("points outside itself")
