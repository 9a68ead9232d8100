"""Source trees on disk: what is in one, its digest, and its sealing."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Literal, NamedTuple

from wheeltree.errors import SourceError
from wheeltree.model.digest import Digest
from wheeltree.sources.links import check_links
from wheeltree.sources.member import Refused

EntryKind = Literal["file", "program", "folder", "link"]
"""program: a file that may be executed."""

_WHOLE = 1 << 20


class Entry(NamedTuple):
    """One thing below the root of a tree."""

    path: str
    """Relative, with `/`."""
    kind: EntryKind
    mode: int
    """Permission bits."""
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
    mode = stat.S_IMODE(status.st_mode)
    match stat.S_IFMT(status.st_mode):
        case stat.S_IFREG:
            return Entry(path, "program" if mode & 0o111 else "file", mode, status.st_size)
        case stat.S_IFDIR:
            return Entry(path, "folder", mode, 0)
        case stat.S_IFLNK:
            return Entry(path, "link", mode, 0)
        case _:
            raise SourceError(f"{root}/{path}: neither a file, nor a folder, nor a link")


def link_target(path: Path) -> str:
    """What the link at `path` says, letter by letter."""
    return os.readlink(path)  # noqa: PTH115  # Path.readlink tidies it up


def tree_digest(root: Path, leave_out: Callable[[os.DirEntry[str]], bool] = keep_all) -> Digest:
    """SHA-256 over everything below `root`, in order of path.

    Counts path, kind (with the right to be executed), bytes, and target of a link: what unpacking
    and sealing keep. Times and owners do not count. leave_out: as for `walk`.
    """
    whole = hashlib.sha256()
    for entry in walk(root, leave_out):
        content = _content_digest(root / entry.path, entry)
        whole.update(f"{entry.kind}\0{entry.path}\0{content}\n".encode())
    return Digest(whole.hexdigest())


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


def seal(root: Path, *, package: str, epoch: int, newer: AbstractSet[str]) -> None:
    """Give everything in a tree its final mode and time, and make sure that no link leaves it.

    epoch: the modification time of everything, in seconds since 1970.
    newer: paths that patches touched. They are a second newer, so that what is generated from them
    is generated again (a `.pyx` beside its `.c`).

    SourceError names the link.
    """
    entries = walk(root)
    folders = {entry.path for entry in entries if entry.kind == "folder"} | {""}
    links = {e.path: link_target(root / e.path) for e in entries if e.kind == "link"}
    try:
        check_links(links, folders)
    except Refused as error:
        raise SourceError(f"{package}: {error.cause}") from error
    for entry in entries:
        _seal(root / entry.path, entry, epoch + (entry.path in newer))
    root.chmod(0o755)
    os.utime(root, (epoch, epoch))


def _seal(path: Path, entry: Entry, time: int) -> None:
    wanted = 0o644 if entry.kind == "file" else 0o755
    if entry.kind != "link" and entry.mode != wanted:
        path.chmod(wanted)
    os.utime(path, (time, time), follow_symlinks=False)
