"""Wheels with a variant label: what a wheel is for, written into its copy and its name (PEP 825).

The copy differs from the wheel in two members only. All others are taken over as they are packed,
by ranges of bytes that some file systems share between both files: a large wheel costs what its
RECORD does.
"""

import base64
import csv
import errno
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path

from wheeltree.errors import StoreError
from wheeltree.model.frozen import Frozen
from wheeltree.model.variant import Label, Vocabulary
from wheeltree.model.variant_file import in_wheel
from wheeltree.model.variant_name import label_of, labelled_name
from wheeltree.store.files import explaining, write_soon
from wheeltree.store.wheelfile import find_member, opened, read_member

__all__ = ["label_of", "labelled", "labelled_name"]

_MEMBER = "variant.json"
_HEADER = 30
"""Bytes of a local header without the name (APPNOTE.TXT 4.3.7)."""
_ENCRYPTED, _UTF8 = 1, 0x800
"""Flags of a member."""
_CHUNK = 1 << 20
_REGULAR_FILE = 0o100644
_NO_RANGES = frozenset({errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})
"""What a system says that cannot copy ranges between two files."""


def labelled(
    wheel: Path, *, filename: str, label: Label, vocabulary: Vocabulary, into: Path
) -> Path:
    """A copy of the wheel file with a variant label, in the folder `into`.

    filename: the wheel's own name, without a label. vocabulary: of the wheel's project.
    `variant.json` comes to `.dist-info`, a line for it to RECORD and the label to the file name,
    and nothing else changes: the same arguments give the same bytes on hosts with the same zlib.

    StoreError if the wheel is damaged or has a variant already; ValueError if `filename` is not the
    name of a wheel without a label, or the label does not belong to the vocabulary.
    """
    target = into / labelled_name(filename, label.name)
    statement = in_wheel(label, vocabulary)
    with opened(wheel, filename) as archive:
        record = find_member(archive, "RECORD")
        path = record.removesuffix("RECORD") + _MEMBER
        _refuse_variant(archive, path, filename)
        text = _with_line(read_member(archive, record), path, statement, itself=record)
        entry = archive.getinfo(record)
        rest = _without(archive, entry)
        with explaining(target), target.open("xb") as file:
            assert archive.fp is not None  # it is open
            for start, end in rest.ranges:
                _copy_range(archive.fp.fileno(), file.fileno(), start, end)
            file.seek(0, os.SEEK_END)
            with zipfile.ZipFile(file, "w") as packed:
                packed.comment = archive.comment
                packed.filelist += rest.entries
                packed.writestr(_like(entry, path), statement)
                packed.writestr(_like(entry, record), text)
    return target


def _refuse_variant(archive: zipfile.ZipFile, path: str, filename: str) -> None:
    if path in archive.namelist():
        raise StoreError(
            f"{filename} has a {_MEMBER} already, and a wheel is one variant only",
            hint="let its build make a plain wheel; the label comes from the settings",
        )


class _Rest(Frozen):
    """All of a wheel but one member."""

    ranges: tuple[tuple[int, int], ...]
    """Where its bytes are: from and to."""
    entries: Sequence[zipfile.ZipInfo]
    """In the order of the directory, with the places that they have when the ranges are joined."""


def _without(archive: zipfile.ZipFile, left_out: zipfile.ZipInfo) -> _Rest:
    """What remains without a member; BadZipFile where the members are not one after another."""
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    limits = [*(info.header_offset for info in infos), archive.start_dir][1:]
    for info, limit in zip(infos, limits, strict=True):
        _check_place(info, limit)
    start, after = left_out.header_offset, limits[infos.index(left_out)]
    moved = [_moved(info, start, after - start) for info in archive.infolist()]
    return _Rest(
        ranges=((0, start), (after, archive.start_dir)),
        entries=[info for info in moved if info.filename != left_out.filename],
    )


def _check_place(info: zipfile.ZipInfo, limit: int) -> None:
    name = info.orig_filename
    if info.flag_bits & _ENCRYPTED:
        raise zipfile.BadZipFile(f"{name!r} is encrypted")
    if name != info.filename or not (name.isascii() or info.flag_bits & _UTF8):
        raise zipfile.BadZipFile(f"{name!r} is no name in UTF-8")
    if info.header_offset + _HEADER + len(name.encode()) + info.compress_size > limit:
        raise zipfile.BadZipFile(f"{name!r} overlaps what comes after it")


def _moved(info: zipfile.ZipInfo, beyond: int, by: int) -> zipfile.ZipInfo:
    found = copy(info)
    if found.header_offset > beyond:
        found.header_offset -= by
    return found


def _copy_range(source: int, target: int, start: int, end: int) -> None:
    """Appends these bytes of one file to the other, shared between both where that can be had."""
    while start < end:
        try:
            done = os.copy_file_range(source, target, end - start, offset_src=start)
        except OSError as error:
            if error.errno not in _NO_RANGES:
                raise
            chunk = os.pread(source, min(end - start, _CHUNK), start)
            write_soon(target, chunk)
            done = len(chunk)
        if not done:
            raise zipfile.BadZipFile("it ends before its end")
        start += done


def _like(record: zipfile.ZipInfo, path: str) -> zipfile.ZipInfo:
    """A new member that is dated and packed as RECORD is."""
    entry = zipfile.ZipInfo(path, record.date_time)
    entry.create_system = 3  # modes are read as Unix modes, whatever host packed
    entry.external_attr = _REGULAR_FILE << 16
    entry.compress_type = record.compress_type
    return entry


def _with_line(record: bytes, path: str, content: bytes, *, itself: str) -> bytes:
    """RECORD with a line for the new file, before its own line or the first that sorts later."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    rows = list(_rows(record, path))
    place = next(
        (at for at, row in enumerate(rows) if row[0] == itself or row[0] > path), len(rows)
    )
    rows.insert(place, [path, f"sha256={digest}", str(len(content))])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _rows(record: bytes, path: str) -> Iterator[list[str]]:
    for row in csv.reader(io.StringIO(record.decode(), newline=""), strict=True):
        if row[:1] == [path]:
            raise zipfile.BadZipFile(f"RECORD names {path}, which is not in it")
        if row:
            yield row
