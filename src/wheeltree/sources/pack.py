"""A source tree as an sdist archive that is the same wherever and whenever it is packed."""

import gzip
import tarfile
from pathlib import Path
from typing import BinaryIO, cast

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
    with (
        into.open("wb") as file,
        gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as stream,
        tarfile.open(
            fileobj=cast("BinaryIO", stream), mode="w", format=tarfile.PAX_FORMAT
        ) as archive,
    ):
        archive.addfile(_member(Entry("", "folder", 0), root, top, epoch))
        for entry in walk(root):
            member = _member(entry, root, top, epoch)
            if member.isreg():
                with (root / entry.path).open("rb") as content:
                    archive.addfile(member, content)
            else:
                archive.addfile(member)


def _member(entry: Entry, root: Path, top: str, epoch: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(f"{top}/{entry.path}" if entry.path else top)
    member.type = _KINDS[entry.kind]
    member.mode = 0o644 if entry.kind == "file" else 0o755
    member.mtime = epoch
    member.size = entry.size
    if entry.kind == "link":
        member.linkname = link_target(root / entry.path)
    return member
