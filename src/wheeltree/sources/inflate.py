"""A compressed file as a stream of bytes that is bounded, whole, and has nothing after its end."""

import bz2
import lzma
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from wheeltree.sources.member import Limits, Refused

_PACKED = 1 << 16
"""Bytes that are read at once; zlib copies what it has not used yet at every step."""
_CHUNK = 1 << 18
"""Bytes that are inflated at once."""
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"


class _Gzip:
    """zlib's decompressor in the manners of bz2's and lzma's."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


Decompressor = _Gzip | bz2.BZ2Decompressor | lzma.LZMADecompressor


def _decompressor(head: bytes) -> Decompressor:
    """By the first bytes; Refused, with a guess at what it is, if they are of no known kind."""
    if head.startswith(_GZIP):
        return _Gzip()
    if head.startswith(_BZIP2):
        return bz2.BZ2Decompressor()
    if head.startswith(_XZ):
        return lzma.LZMADecompressor(memlimit=1 << 28)
    raise Refused(*_not_compressed(head))


def _not_compressed(head: bytes) -> tuple[str]:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        return ("it is empty",)
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        return ("it is not an archive but looks like an HTML page, such as a login or error page",)
    return (f"it is not a gzip file (it starts with {head[:8]!r})",)


class Inflated:
    """The decompressed bytes of an open file, of any number of gzip (or bzip2, or xz) members.

    Every failure is Refused: damaged, truncated, beyond `limits`, or followed by something else.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._packed = 0
        self._before = 0
        """Bytes that came out before those in the buffer."""
        self._buffer = b""
        self._at = 0
        head = self._more()
        self._decompressor = _decompressor(head)
        self._input = head

    @property
    def position(self) -> int:
        """How many bytes were read."""
        return self._before + self._at

    def read(self, size: int) -> bytes:
        """The next `size` bytes; fewer at the end only."""
        start, end = self._at, self._at + size
        if end <= len(self._buffer):
            self._at = end
            return self._buffer[start:end]
        return b"".join(self._pieces(size))

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size:
            if self._at == len(self._buffer) and not self._refill():
                return
            piece = self._buffer[self._at : self._at + size]
            self._at += len(piece)
            size -= len(piece)
            yield piece

    def _refill(self) -> bool:
        """Have other bytes in the buffer; whether there were any."""
        self._before += len(self._buffer)
        self._buffer, self._at = self._inflate(), 0
        self._limits.check(self._before + len(self._buffer), self._packed)
        return bool(self._buffer)

    def _inflate(self) -> bytes:
        """Some more decompressed bytes; none at the end."""
        while True:
            if self._decompressor.eof and not self._next_stream():
                return b""
            if self._decompressor.needs_input and not self._input:
                self._input = self._more()
                if not self._input:
                    raise Refused(f"it is truncated after {self._packed} bytes", hint=_AGAIN)
            data, self._input = self._input, b""
            if out := self._decompress(data):
                return out

    def _decompress(self, data: bytes) -> bytes:
        try:
            return self._decompressor.decompress(data, _CHUNK)
        except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
            where = f"before byte {self._packed}"
            raise Refused(
                f"its compressed data are damaged {where}: {error}", hint=_AGAIN
            ) from error

    def _next_stream(self) -> bool:
        """Whether another compressed stream follows; Refused if anything else does."""
        rest = self._decompressor.unused_data
        while not rest.strip(b"\0"):
            if not (rest := self._more()):
                return False
        if not rest.startswith((_GZIP, _BZIP2, _XZ)):
            raise Refused(f"{len(rest)} or more bytes follow the end of its compressed data")
        self._decompressor, self._input = _decompressor(rest), rest
        return True

    def _more(self) -> bytes:
        data = self._file.read(_PACKED)
        self._packed += len(data)
        return data


_AGAIN = "fetch it again; if it stays so, the file is damaged where it is published"
