"""A tree of files as one file, and back: trees are kept so, for thousands of files are slow.

First come the bytes of all regular files, in any order; then the entries as JSON, a folder before
what is in it; at last a footer of fixed size that tells where the entries begin, and their digest.
So a pack can be written while its tree is read, and can prove that it is whole. It is ours alone:
what is unpacked was packed here, so paths are not looked at again.
"""

import os
import stat
import struct
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Literal

from wheeltree.errors import StoreError
from wheeltree.model.codec import decode, encode

Entry = tuple[Literal["file", "program", "folder", "link"], str, int, int, int, str]
"""Kind, path and mtime in seconds; position, size and SHA-256 of a file's bytes, or 0, 0 and the
target of a link, or 0, 0 and "" for a folder."""

_FOOTER = struct.Struct("<32sQ8s")
"""SHA-256 of the entries, where they begin, and what this file is."""
_MAGIC = b"wt-pack2"
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_CHUNK = 1 << 20


def finish(file: BinaryIO, entries: Sequence[Entry]) -> None:
    """Make a pack of a file to whose end the bytes of all files have been written."""
    begin, listed = file.tell(), encode(entries)
    file.write(listed + _FOOTER.pack(sha256(listed).digest(), begin, _MAGIC))
    file.flush()


def pack(folder: Path, into: BinaryIO) -> None:
    """Write the pack of `folder` to the empty file `into`: mtimes, and modes as 644 or 755."""
    finish(into, list(_packed(os.fspath(folder), "", into)))


def unpack(file: Path, into: Path) -> None:
    """Fill the new folder `into` with what was packed into `file`; StoreError if it is none."""
    top = os.fspath(into)
    folders: list[tuple[str, int]] = []
    with file.open("rb") as packed:
        entries = _entries(packed, file)
        os.mkdir(top, 0o755)  # noqa: PTH102  a hot loop
        for kind, path, mtime, position, size, last in entries:
            target = f"{top}/{path}"
            if kind == "folder":
                os.mkdir(target, 0o755)  # noqa: PTH102  a hot loop
                folders.append((target, mtime))
            elif kind == "link":
                os.symlink(last, target)  # noqa: PTH211  a hot loop
            else:
                mode = 0o755 if kind == "program" else 0o644
                descriptor = os.open(target, _WRITE, mode)
                try:
                    _send(packed.fileno(), position, size, descriptor)
                    os.utime(descriptor, (mtime, mtime))
                finally:
                    os.close(descriptor)
    for target, mtime in reversed(folders):
        os.utime(target, (mtime, mtime))
    if stat.S_IMODE(os.stat(top).st_mode) & 0o755 != 0o755:  # noqa: PTH116, PLR2004  a mode
        _unmask(top, entries)


def _unmask(top: str, entries: Sequence[Entry]) -> None:
    """Give everything the modes that the umask of this process took from it."""
    os.chmod(top, 0o755)  # noqa: PTH101, S103  that of all its folders
    for kind, path, *_ in entries:
        if kind != "link":
            os.chmod(f"{top}/{path}", 0o644 if kind == "file" else 0o755)  # noqa: PTH101


def listed(file: Path) -> tuple[str, ...]:
    """The paths of everything but folders that was packed into `file`; StoreError if it is none."""
    with file.open("rb") as packed:
        return tuple(path for kind, path, *_ in _entries(packed, file) if kind != "folder")


def check(file: Path) -> None:
    """Hash everything that was packed into `file`; StoreError if it is damaged."""
    with file.open("rb") as packed:
        for _, path, _, position, size, digest in _entries(packed, file):
            packed.seek(position)
            if size and _digest(packed, size) != digest:
                raise StoreError(f"{file} is damaged: {path} in it is not what it was", hint=_AGAIN)


def _digest(file: BinaryIO, size: int) -> str:
    whole = sha256()
    while size and (piece := file.read(min(size, _CHUNK))):
        whole.update(piece)
        size -= len(piece)
    return whole.hexdigest()


def _entries(packed: BinaryIO, path: Path) -> list[Entry]:
    end = packed.seek(0, os.SEEK_END) - _FOOTER.size
    packed.seek(max(end, 0))
    footer = packed.read()
    if len(footer) == _FOOTER.size and footer.endswith(_MAGIC):
        digest, begin, _ = _FOOTER.unpack(footer)
        packed.seek(begin)
        listed = packed.read(max(end - begin, 0))
        if sha256(listed).digest() == digest:
            return decode(listed, list[Entry])
    raise StoreError(f"{path} is damaged: it does not end as a packed tree does", hint=_AGAIN)


_AGAIN = "remove it and run `builder bootstrap` again: it is made anew"


def _send(packed: int, position: int, size: int, into: int) -> None:
    """Copy a part of the pack piece by piece: mapped as a whole, it would count as our memory."""
    end = position + size
    while position < end:
        piece = os.pread(packed, min(end - position, _CHUNK), position)
        if not piece:
            raise StoreError("a packed tree is damaged: it ends too soon", hint=_AGAIN)
        position += os.write(into, piece)


def _packed(top: str, below: str, into: BinaryIO) -> Iterator[Entry]:
    """Write the contents of everything below; the entries of it."""
    with os.scandir(f"{top}/{below}") as found:
        inside = sorted(found, key=lambda each: each.name)
    for each in inside:
        path = f"{below}{each.name}"
        status = each.stat(follow_symlinks=False)
        mtime = int(status.st_mtime)
        if each.is_symlink():
            yield "link", path, mtime, 0, 0, os.readlink(each.path)  # noqa: PTH115  a hot loop
        elif each.is_dir():
            yield "folder", path, mtime, 0, 0, ""
            yield from _packed(top, f"{path}/", into)
        else:
            kind: Literal["file", "program"] = (
                "program" if status.st_mode & stat.S_IXUSR else "file"
            )
            start = into.tell()
            digest = _copy(each.path, into)
            yield kind, path, mtime, start, into.tell() - start, digest


def _copy(path: str, into: BinaryIO) -> str:
    """Append a file to the pack; the SHA-256 of its bytes."""
    whole = sha256()
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  a hot loop
        while chunk := file.read(_CHUNK):
            whole.update(chunk)
            into.write(chunk)
    return whole.hexdigest()
