"""Which part of a file a Range header asks for (RFC 9110, 14)."""

import re

from wheeltree.model.frozen import Frozen

_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,99})-([0-9]{0,99})[ \t]*", re.IGNORECASE)


class Part(Frozen):
    """Some consecutive bytes of a file, at least one."""

    start: int
    end: int
    """The first byte that is no longer in it."""


class NoSuchPart(Exception):
    """The file ends before the part that is asked for begins."""


def asked_part(header: str, size: int) -> Part | None:
    """The part that a Range header asks for, of a file with `size` bytes; None for all of it.

    header: "" where there is none. One that cannot be read, is in another unit or asks for several
    parts counts as none, as the standard allows: installers ask for one at a time. NoSuchPart where
    the file is too short.
    """
    found = _RANGE.fullmatch(header)
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return _end(int(last), size)
    start, end = int(first), int(last) + 1 if last else size
    if last and end <= start:
        return None
    if start >= size:
        raise NoSuchPart
    return Part(start=start, end=min(end, size))


def _end(count: int, size: int) -> Part | None:
    """The last `count` bytes."""
    if not count:
        raise NoSuchPart
    return Part(start=max(size - count, 0), end=size) if size else None
