"""A source tree as an sdist archive that is the same wherever and whenever it is packed."""

import gzip
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from wheeltree.sources.draft import Draft
from wheeltree.sources.tree import Entry, link_target, walk

_LEVEL = 6
_KINDS = {
    "file": tarfile.REGTYPE,
    "program": tarfile.REGTYPE,
    "folder": tarfile.DIRTYPE,
    "link": tarfile.SYMTYPE,
}


def pack(root: Path, into: Path, *, top: str, epoch: int) -> None:
    """Write the tree at `root` into the .tar.gz file `into`.

    top: name of the one folder in it, such as `requests-2.34.2` (PEP 625).
    epoch: modification time of every member, in seconds since 1970.

    Sorted, without owners; the gzip header has no time and no name. Its compressed bytes depend
    on the host's zlib, as those of every wheel do.
    """
    with _archive(into) as archive:
        archive.addfile(_member(Entry("", "folder", 0), top, epoch))
        for entry in walk(root):
            member = _member(entry, top, epoch)
            if member.isreg():
                with (root / entry.path).open("rb") as content:
                    archive.addfile(member, content)
                continue
            if entry.kind == "link":
                member.linkname = link_target(root / entry.path)
            archive.addfile(member)


def pack_draft(draft: Draft, into: Path, *, top: str, epoch: int) -> None:
    """The same of a tree that is no folder; its links must have been checked."""
    with _archive(into) as archive:
        archive.addfile(_member(Entry("", "folder", 0), top, epoch))
        for kind, path, _, _, size, content in draft.sealed(epoch):
            member = _member(Entry(path, kind, size), top, epoch)
            if member.isreg():
                archive.addfile(member, cast("BinaryIO", _Pieces(draft.pieces(path))))
                continue
            if kind == "link":
                member.linkname = content
            archive.addfile(member)


@contextmanager
def _archive(into: Path) -> Iterator[tarfile.TarFile]:
    with (
        into.open("wb") as file,
        gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as stream,
        tarfile.open(
            fileobj=cast("BinaryIO", stream), mode="w", format=tarfile.PAX_FORMAT
        ) as archive,
    ):
        yield archive


def _member(entry: Entry, top: str, epoch: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(f"{top}/{entry.path}" if entry.path else top)
    member.type = _KINDS[entry.kind]
    member.mode = 0o644 if entry.kind == "file" else 0o755
    member.mtime = epoch
    member.size = entry.size
    return member


class _Pieces(io.BufferedIOBase):
    """Pieces of bytes as a file that is read from its beginning."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int | None = -1, /) -> bytes:
        """The next `size` bytes; fewer at the end."""
        assert size is not None
        assert size >= 0
        found = self._rest
        while len(found) < size and (piece := next(self._pieces, b"")):
            found += piece
        self._rest = found[size:]
        return found[:size]
