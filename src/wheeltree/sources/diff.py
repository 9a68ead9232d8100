"""Unified diffs, read far enough to know which files they touch and where their hunks are."""

import re
from collections.abc import Iterator

from wheeltree.model.frozen import Frozen

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_STRIPPED = re.compile(rb"(?:--- |\+\+\+ |Index: )(.+)")
_WHOLE = re.compile(rb"(?:rename|copy) (?:from|to) (.+)")
_GIT = re.compile(rb"diff --git (.+)")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {
    b"n": b"\n",
    b"t": b"\t",
    b"r": b"\r",
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"v": b"\v",
}


class BadDiff(Exception):
    """What is wrong with a patch file, as the end of a sentence about it, and what helps."""

    def __init__(self, cause: str, hint: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.hint = hint


class Hunk(Frozen):
    """One change of one file."""

    line: int
    """Of its `@@` in the patch file, from 1."""
    text: tuple[str, ...]


class FileDiff(Frozen):
    """The part of a patch that is about one file."""

    paths: tuple[str, ...]
    """All its names, old and new, as `patch -p1` reads them; without /dev/null."""
    hunks: tuple[Hunk, ...]


def parse_diff(content: bytes) -> tuple[FileDiff, ...]:
    """The files that a unified diff touches, in order.

    BadDiff for what `patch` would not understand, or would understand in a way of its own: no
    hunks, CRLF line ends, binary changes.
    """
    lines = content.split(b"\n")
    if not content.strip():
        raise BadDiff("is empty")
    files = tuple(_files(lines))
    if not files:
        raise BadDiff("is no unified diff: it has no '--- a/FILE' line", _MAKE)
    return files


_MAKE = "make it with git diff, or diff -Naur a b"


def _files(lines: list[bytes]) -> Iterator[FileDiff]:
    paths: list[str] = []
    hunks: list[Hunk] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if match := _HUNK.match(line):
            end = _end_of_hunk(lines, at, match)
            text = tuple(line.decode(errors="replace") for line in lines[at:end])
            hunks.append(Hunk(line=at + 1, text=text))
            at = end
            continue
        if (starts := _starts(line)) and (hunks or (paths and starts == "git")):
            yield FileDiff(paths=tuple(dict.fromkeys(paths)), hunks=tuple(hunks))
            paths, hunks = [], []
        paths.extend(_names(line, at + 1))
        at += 1
    if paths or hunks:
        yield FileDiff(paths=tuple(dict.fromkeys(paths)), hunks=tuple(hunks))


def _starts(line: bytes) -> str:
    """Which kind of header, if any, begins the part about another file."""
    if _GIT.match(line):
        return "git"
    return "plain" if line.startswith((b"--- ", b"Index: ")) else ""


def _end_of_hunk(lines: list[bytes], start: int, match: re.Match[bytes]) -> int:
    """The line after the hunk, by its own count: a removed `-- x` looks like a header."""
    old, new = int(match[1] or 1), int(match[2] or 1)
    at = start + 1
    while (old > 0 or new > 0) and at < len(lines):
        sign = lines[at][:1]
        old -= sign in {b" ", b"-", b""}
        new -= sign in {b" ", b"+", b""}
        at += 1
    if old or new:
        raise BadDiff(f"has a damaged hunk in line {start + 1}", _MAKE)
    return at


def _names(line: bytes, number: int) -> Iterator[str]:
    if line.startswith((b"GIT binary patch", b"Binary files ")):
        raise BadDiff(f"has a binary change in line {number}, which patch cannot apply", _TEXT_ONLY)
    if match := _STRIPPED.match(line):
        yield from _stripped(_cut_time(match[1]), number)
    elif match := _WHOLE.match(line):
        yield _text(match[1], number)
    elif match := _GIT.match(line):
        for name in _both(match[1]):
            yield from _stripped(name, number)


_TEXT_ONLY = "leave binary files out of the patch"


def _both(names: bytes) -> tuple[bytes, ...]:
    """The two names of a `diff --git` line, where they can be told apart."""
    parts = names.split(b" ")
    half = len(parts) // 2
    return (b" ".join(parts[:half]), b" ".join(parts[half:])) if len(parts) % 2 == 0 else ()


def _cut_time(name: bytes) -> bytes:
    return name.partition(b"\t")[0]


def _stripped(raw: bytes, number: int) -> Iterator[str]:
    """The name without its first component; nothing for /dev/null."""
    name = _text(raw, number)
    if name == "/dev/null":
        return
    if name.startswith("/"):
        raise BadDiff(f"names the absolute path {name!r} in line {number}")
    _, slash, rest = name.partition("/")
    yield rest.lstrip("/") if slash else name


def _text(raw: bytes, number: int) -> str:
    if raw.endswith(b"\r"):
        raise BadDiff("has CRLF line ends", "convert it with dos2unix")
    if raw.startswith(b'"') and raw.endswith(b'"'):
        raw = _ESCAPE.sub(lambda match: _unescaped(match[1]), raw[1:-1])
    try:
        name = raw.decode()
    except UnicodeDecodeError as error:
        raise BadDiff(f"names a file in line {number} that is not UTF-8: {raw!r}") from error
    if ".." in name.split("/"):
        raise BadDiff(f"names {name!r} in line {number}, which has '..'")
    return name


def _unescaped(escape: bytes) -> bytes:
    if len(escape) > 1:
        return bytes([int(escape, 8) & 0xFF])
    return _LETTERS.get(escape, escape)
