"""Compressed bytes, unpacked a piece at a time and no further than is asked for."""

import zlib
from collections.abc import Iterator
from typing import Protocol

from wheeltree.host.extent import Extent, Malformed

_CHUNK = 1 << 16


class Unpacking(Protocol):
    """What unpacks one kind, as `compression.zstd.ZstdDecompressor` and `_Zlib` below do."""

    @property
    def eof(self) -> bool:
        """Whether all has been unpacked."""

    @property
    def needs_input(self) -> bool:
        """Whether it has nothing left to unpack of what it was given."""

    @property
    def unused_data(self) -> bytes:
        """What it was given beyond the end."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """The next bytes, at most so many."""


class Unpacked:
    """The bytes that `content` begins with, compressed as `unpacking` reads it."""

    def __init__(self, content: Extent, unpacking: Unpacking) -> None:
        self._content = content
        self._unpacking = unpacking
        self._taken = 0

    @property
    def size(self) -> int:
        """How much of `content` it is, once all of it is read."""
        return self._taken - len(self._unpacking.unused_data)

    def chunks(self) -> Iterator[bytes]:
        """What is left of it, in pieces of 64 KiB at most; Malformed if it is damaged."""
        while not self._unpacking.eof:
            packed = b""
            if self._unpacking.needs_input:
                packed = self._content.head(self._taken, _CHUNK)
                self._taken += len(packed)
                if not packed:
                    raise Malformed("ends within what is compressed")
            yield self._unpack(packed)

    def _unpack(self, packed: bytes) -> bytes:
        try:
            return self._unpacking.decompress(packed, _CHUNK)
        except Exception as error:
            # No common class: zlib.error, ZstdError and whatever else they raise for wrong bytes.
            raise Malformed(f"is compressed and damaged ({error})") from error


def zlib_unpacking() -> Unpacking:
    """Reads what zlib writes (RFC 1950)."""
    return _Zlib()


def zstd_unpacking() -> Unpacking:
    """Reads one frame of zstd (RFC 8878)."""
    from wheeltree.host.zstandard import ZstdDecompressor  # noqa: PLC0415  few files need it

    return ZstdDecompressor()


class _Zlib:
    """zlib's object with the manners of the others, which keep what they have not unpacked yet."""

    def __init__(self) -> None:
        self._object = zlib.decompressobj()

    @property
    def eof(self) -> bool:
        return self._object.eof

    @property
    def needs_input(self) -> bool:
        return not self._object.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._object.decompress(self._object.unconsumed_tail + data, max_length)
