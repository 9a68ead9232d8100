"""Source trees on disk: what is in one, and the digest of it."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from wheeltree.errors import SourceError
from wheeltree.model.digest import Digest, digest_bytes

EntryKind = Literal["file", "program", "folder", "link"]
"""program: a file that may be executed."""

_WHOLE = 1 << 20


class Entry(NamedTuple):
    """One thing below the root of a tree."""

    path: str
    """Relative, with `/`."""
    kind: EntryKind
    size: int
    """Bytes of a file."""


def keep_all(_entry: os.DirEntry[str]) -> bool:
    """Leave nothing out."""
    return False


def walk(root: Path, leave_out: Callable[[os.DirEntry[str]], bool] = keep_all) -> list[Entry]:
    """Everything below `root`, sorted by the bytes of the path.

    leave_out: true for what does not count, and all below it.

    SourceError for what is neither file, folder nor link, and for a name that is not UTF-8.
    """
    found = list(_entries(root, leave_out))
    found.sort(key=lambda entry: entry.path.encode())
    return found


def _entries(root: Path, leave_out: Callable[[os.DirEntry[str]], bool]) -> Iterator[Entry]:
    todo = [""]
    while todo:
        folder = todo.pop()
        with os.scandir(f"{root}/{folder}") as children:
            for child in children:
                if leave_out(child):
                    continue
                entry = _entry(root, f"{folder}{child.name}", child.stat(follow_symlinks=False))
                yield entry
                if entry.kind == "folder":
                    todo.append(f"{entry.path}/")


def _entry(root: Path, path: str, status: os.stat_result) -> Entry:
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise SourceError(f"{root}: the name {os.fsencode(path)!r} is not UTF-8") from error
    match stat.S_IFMT(status.st_mode):
        case stat.S_IFREG:
            kind: EntryKind = "program" if status.st_mode & 0o111 else "file"
            return Entry(path, kind, status.st_size)
        case stat.S_IFDIR:
            return Entry(path, "folder", 0)
        case stat.S_IFLNK:
            return Entry(path, "link", 0)
        case _:
            raise SourceError(f"{root}/{path}: neither a file, nor a folder, nor a link")


def link_target(path: Path) -> str:
    """What the link at `path` says, letter by letter."""
    return os.readlink(path)  # noqa: PTH115  # Path.readlink tidies it up


def tree_digest(root: Path, leave_out: Callable[[os.DirEntry[str]], bool] = keep_all) -> Digest:
    """SHA-256 over everything below `root`, in order of path.

    Counts path, kind (with the right to be executed), bytes, and target of a link: what preparing
    keeps. Times and owners do not count. leave_out: as for `walk`.
    """
    return digest_of(
        {
            entry.path: line(entry.kind, entry.path, _content_digest(root / entry.path, entry))
            for entry in walk(root, leave_out)
        }
    )


def line(kind: EntryKind, path: str, content: str = "") -> str:
    """What the digest of a tree covers of one entry.

    content: SHA-256 of a file's bytes or of a link's target; nothing for a folder.
    """
    return f"{kind}\0{path}\0{content}\n"


def digest_of(lines: Mapping[str, str]) -> Digest:
    """The digest of the tree whose entries have these lines, by path."""
    # Strings are sorted as their UTF-8 is.
    return digest_bytes("".join([lines[path] for path in sorted(lines)]).encode())


def _content_digest(path: Path, entry: Entry) -> str:
    match entry.kind:
        case "folder":
            return ""
        case "link":
            return hashlib.sha256(os.fsencode(link_target(path))).hexdigest()
        case "file" | "program":
            with path.open("rb", buffering=0) as file:
                if entry.size > _WHOLE:
                    return hashlib.file_digest(file, "sha256").hexdigest()
                return hashlib.sha256(file.readall()).hexdigest()
