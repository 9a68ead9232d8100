"""Members of a zip file as they lie in it: deflate streams, read strictly and copied as they are.

What zipfile reads is not the whole of a member: bytes after the end of its stream are passed over.
Here a stream ends where its member ends, or it is damaged; so it may be taken over into another
file without being packed again (APPNOTE.TXT 4.3.7, 4.3.8 and RFC 1951).
"""

import struct
import zipfile
import zlib
from typing import IO

from wheeltree.model.frozen import Frozen

_HEADER = struct.Struct("<4s2B4HL2L2H")
_SIGNATURE = b"PK\x03\x04"
_NAME, _EXTRA = 10, 11
"""Places of their lengths in a local header."""
_ENCRYPTED = 1
_CHUNK = 1 << 18


class Extent(Frozen):
    """Where the packed bytes of a member lie in a file."""

    offset: int
    length: int
    crc: int
    """CRC-32 of what they unpack to."""


def extent(file: IO[bytes], item: zipfile.ZipInfo) -> Extent:
    """Where the member is; zipfile.BadZipFile if its own header tells of another one."""
    if item.flag_bits & _ENCRYPTED:
        raise zipfile.BadZipFile(f"{item.filename!r} is encrypted")
    file.seek(item.header_offset)
    head = file.read(_HEADER.size)
    if len(head) != _HEADER.size or not head.startswith(_SIGNATURE):
        raise zipfile.BadZipFile(f"{item.filename!r} has no header")
    fields = _HEADER.unpack(head)
    name = file.read(fields[_NAME])
    if name not in {item.orig_filename.encode(), item.orig_filename.encode("cp437", "replace")}:
        raise zipfile.BadZipFile(
            f"{item.filename!r} has another name in its header: {name[:200]!r}"
        )
    offset = item.header_offset + _HEADER.size + fields[_NAME] + fields[_EXTRA]
    return Extent(offset=offset, length=item.compress_size, crc=item.CRC)


class Inflating:
    """What a member unpacks to, chunk by chunk.

    zlib.error and zipfile.BadZipFile as soon as it is not what its entry says: its size, its
    CRC-32, and a stream that fills its extent.
    """

    def __init__(self, file: IO[bytes], place: Extent, *, size: int, name: str) -> None:
        self._file = file
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._at = place.offset
        self._end = place.offset + place.length
        self._promised = (size, place.crc)
        self._length = self._crc = 0
        self._name = name

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; b"" at the end, when all is known to be right."""
        while not self._inflater.eof:
            packed = self._inflater.unconsumed_tail or self._next()
            chunk = self._inflater.decompress(packed, size)
            self._crc = zlib.crc32(chunk, self._crc)
            self._length += len(chunk)
            if self._length > self._promised[0]:
                break
            if chunk:
                return chunk
            if not packed:
                raise zipfile.BadZipFile(f"{self._name!r} ends before its end")
        if (self._length, self._crc) != self._promised:
            raise zipfile.BadZipFile(f"{self._name!r} has another size or CRC-32 than is said")
        if self._inflater.unused_data or self._at != self._end:
            raise zipfile.BadZipFile(f"{self._name!r} has bytes after its end")
        return b""

    def _next(self) -> bytes:
        self._file.seek(self._at)
        found = self._file.read(min(_CHUNK, self._end - self._at))
        self._at += len(found)
        return found


def copy(source: IO[bytes], place: Extent, entry: zipfile.ZipInfo, into: zipfile.ZipFile) -> None:
    """Append the member at `place` of `source` to a zip file that is written, as it is packed.

    entry: the new one, with its size.
    """
    target = into.fp
    assert target is not None  # it is open
    target.seek(into.start_dir)
    entry.header_offset = target.tell()
    entry.CRC, entry.compress_size = place.crc, place.length
    target.write(entry.FileHeader())
    source.seek(place.offset)
    left = place.length
    while left:
        chunk = source.read(min(_CHUNK, left))
        if not chunk:
            raise zipfile.BadZipFile(f"{entry.filename!r} ends before its end")
        target.write(chunk)
        left -= len(chunk)
    into.filelist.append(entry)
    into.NameToInfo[entry.filename] = entry
    into.start_dir = target.tell()
