"""A folder as one file, and back: source trees are kept so, for thousands of files are slow.

The file is a line of JSON that lists the entries in order of their paths, and then the bytes of all
regular files one after the other. It is ours alone: what is unpacked was packed here and is named
by its digest, so paths are not looked at again.
"""

import mmap
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from wheeltree.model.codec import decode, encode

_Entry = tuple[Literal["file", "program", "folder", "link"], str, int, int | str]
"""Kind, path, mtime in seconds, and the size of a file, the target of a link, or 0."""

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_CHUNK = 1 << 20


def pack(folder: Path, into: BinaryIO) -> None:
    """Write the pack of `folder` to `into`: entries with their mtimes, modes as 644 or 755."""
    top = os.fspath(folder)
    entries = list(_entries(top, ""))
    into.write(encode(entries) + b"\n")
    for kind, path, _, _ in entries:
        if kind in {"file", "program"}:
            with open(f"{top}/{path}", "rb", buffering=0) as file:  # noqa: PTH123  a hot loop
                while chunk := file.read(_CHUNK):
                    into.write(chunk)


def unpack(file: Path, into: Path) -> None:
    """Fill the new folder `into` with what was packed into `file`."""
    top = os.fspath(into)
    os.mkdir(top, 0o755)  # noqa: PTH102  a hot loop
    folders: list[tuple[str, int]] = []
    with file.open("rb") as packed, mmap.mmap(packed.fileno(), 0, access=mmap.ACCESS_READ) as view:
        content, position = memoryview(view), view.find(b"\n") + 1
        with content:
            for kind, path, mtime, rest in decode(bytes(content[:position]), list[_Entry]):
                target = f"{top}/{path}"
                if isinstance(rest, str):
                    os.symlink(rest, target)  # noqa: PTH211  a hot loop
                elif kind == "folder":
                    os.mkdir(target, 0o755)  # noqa: PTH102  a hot loop
                    folders.append((target, mtime))
                else:
                    mode = 0o755 if kind == "program" else 0o644
                    with content[position : position + rest] as piece:
                        _write(target, piece, mode, mtime)
                    position += rest
    for target, mtime in reversed(folders):
        os.utime(target, (mtime, mtime))


def _write(path: str, content: memoryview, mode: int, mtime: int) -> None:
    descriptor = os.open(path, _WRITE, mode)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
        os.utime(descriptor, (mtime, mtime))
    finally:
        os.close(descriptor)


def _entries(top: str, below: str) -> Iterator[_Entry]:
    with os.scandir(f"{top}/{below}") as found:
        inside = sorted(found, key=lambda each: each.name)
    for each in inside:
        path = f"{below}{each.name}"
        status = each.stat(follow_symlinks=False)
        mtime = int(status.st_mtime)
        if each.is_symlink():
            yield "link", path, mtime, os.readlink(each.path)  # noqa: PTH115  a hot loop
        elif each.is_dir():
            yield "folder", path, mtime, 0
            yield from _entries(top, f"{path}/")
        else:
            program = status.st_mode & stat.S_IXUSR
            yield "program" if program else "file", path, mtime, status.st_size
