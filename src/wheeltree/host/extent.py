"""A part of a file that somebody else made, read in bounds."""

import struct
from typing import IO

from wheeltree.model.frozen import Frozen


class Malformed(ValueError):
    """A file whose tables or headers are not what its kind says, or point nowhere."""


class Extent(Frozen):
    """The bytes of `file` from `start` on, `size` of them.

    Nothing is read with it that lies outside: what points there is malformed.
    """

    file: IO[bytes]
    start: int
    size: int

    @classmethod
    def whole(cls, file: IO[bytes]) -> "Extent":
        """All of a file."""
        return cls(file=file, start=0, size=file.seek(0, 2))

    def part(self, start: int, size: int) -> "Extent":
        """A part of this part."""
        if start < 0 or size < 0 or start + size > self.size:
            raise Malformed("points outside itself")
        return Extent(file=self.file, start=self.start + start, size=size)

    def read(self, start: int, size: int) -> bytes:
        """`size` bytes from `start` on; Malformed if they are not all there."""
        part = self.part(start, size)
        self.file.seek(part.start)
        return self.file.read(size)

    def head(self, start: int, most: int) -> bytes:
        """What is there from `start` on, at most `most` bytes of it."""
        return self.read(start, min(most, max(self.size - start, 0)))

    def unpack(self, form: str, start: int) -> tuple[int, ...]:
        """Numbers, with their byte order, as `struct` has them."""
        reader = struct.Struct(form)
        return reader.unpack(self.read(start, reader.size))

    def after_zeros(self, start: int) -> int:
        """Where the first byte from `start` on is that is not zero; the end if there is none."""
        while start < self.size:
            chunk = self.head(start, 1 << 16)
            filled = chunk.lstrip(b"\0")
            start += len(chunk) - len(filled)
            if filled:
                break
        return start
