"""Members of an archive, and the rules by which one is refused before anything is written."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from wheeltree.model.frozen import Frozen

Kind = Literal["file", "folder", "link", "copy"]
"""link: a symbolic link. copy: a hard link, written as a copy of an earlier member."""

_LONGEST_PATH = 1024
_LONGEST_NAME = 255
_DEEPEST = 100
"""Folders in one another; what removes a tree again holds a descriptor for each."""
_SHORT = 199
"""ASCII characters of a path that cannot be too long or too deep."""
_LINES = {"Zl", "Zp"}


class Refused(Exception):
    """Why an archive is refused, as the end of a sentence about it.

    hint: what to do next, where it is not the usual "ask upstream".
    """

    def __init__(self, cause: str, *, hint: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.hint = hint


class Limits(Frozen):
    """What an archive may cost, so that a small file cannot fill the disk."""

    members: int = 100_000
    size: int = 4 << 30
    """Bytes of everything in it."""
    ratio: int = 200
    """Unpacked bytes for each packed one, once `floor` is passed."""
    floor: int = 64 << 20
    """Bytes up to which the ratio does not matter."""

    def check(self, unpacked: int, packed: int) -> None:
        """Refused if so many bytes came out of so many."""
        if unpacked > self.size:
            raise Refused(f"it unpacks to more than {self.size} bytes", hint=_TOO_LARGE)
        if unpacked > self.floor and unpacked > self.ratio * packed:
            raise Refused(f"it unpacks to more than {self.ratio} times its size", hint=_TOO_LARGE)


_TOO_LARGE = "it looks like a decompression bomb; do not build it"


class Member(NamedTuple):
    """One file, folder or link of an archive, its path not checked yet."""

    path: str
    kind: Kind
    executable: bool
    mtime: int
    """Seconds since 1970."""
    target: str
    """Of a link, relative to its folder; of a copy, a path in the archive; else ""."""
    where: str
    """For messages: where in the archive it stands."""
    content: Iterator[bytes]
    """Its bytes, if it is a file; to be read before the next member is asked for."""


def components(path: str) -> tuple[str, ...]:
    """The names in a member's path, without `.` and empty ones.

    Refused if it is absolute, leaves the archive, is too long, or cannot be shown on a terminal.
    """
    if path.startswith("/"):
        raise Refused("its path is absolute")
    check_characters(path)
    names = path.split("/")
    if "" in names or "." in names:
        names = [name for name in names if name not in {"", "."}]
    if ".." in names:
        raise Refused("its path has '..'")
    if len(path) > _SHORT or not path.isascii():
        _check_length(names)
    return tuple(names)


def check_characters(path: str) -> None:
    """Refused if a path is not UTF-8 or would do something to a terminal."""
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise Refused("its path is not UTF-8") from error
    if path.isprintable():
        return
    for character in path:
        kind = unicodedata.category(character)
        if kind == "Cc" or kind in _LINES:
            raise Refused(f"its path has the control character U+{ord(character):04X}")


def _check_length(names: Sequence[str]) -> None:
    length = sum(len(name.encode()) + 1 for name in names)
    if length > _LONGEST_PATH:
        raise Refused(f"its path is {length} bytes long; {_LONGEST_PATH} are allowed")
    if len(names) > _DEEPEST:
        raise Refused(f"it lies {len(names)} folders deep; {_DEEPEST} are allowed")
    if any(len(name.encode()) > _LONGEST_NAME for name in names):
        raise Refused(f"a name in its path is longer than {_LONGEST_NAME} bytes")


def counted(members: Iterable[Member], limit: int) -> Iterator[Member]:
    """The same members; Refused when there are more than `limit`."""
    for number, member in enumerate(members, start=1):
        if number > limit:
            raise Refused(f"it has more than {limit} members", hint=_TOO_LARGE)
        yield member
