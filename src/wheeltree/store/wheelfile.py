"""The inside of a wheel file as far as publishing needs it: its metadata, and its build tag."""

import base64
import csv
import hashlib
import io
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from wheeltree.errors import StoreError

_MOST = 64 << 20
"""Bytes of METADATA, WHEEL or RECORD; a larger one is an attack."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,  # an encrypted member
    UnicodeDecodeError,
    csv.Error,
)


def core_metadata(wheel: Path, *, filename: str) -> bytes:
    """The METADATA of the wheel file, as it is published beside it (PEP 658).

    filename: the wheel's own name, for messages. StoreError if it is damaged.
    """
    with opened(wheel, filename) as archive:
        return read_member(archive, find_member(archive, "METADATA"))


def retag(wheel: Path, *, filename: str, tag: int, into: Path) -> Path:
    """A copy of the wheel file with the build number `tag`, in the folder `into`.

    filename: the wheel's own name. `Build:` in WHEEL, the line of WHEEL in RECORD and the file name
    change, and nothing else: members keep order, dates, modes and compression, so that the same
    wheel and tag give the same bytes on hosts with the same zlib. StoreError if it is damaged.
    """
    target = into / tagged(filename, tag)
    with opened(wheel, filename) as archive:
        about, record = find_member(archive, "WHEEL"), find_member(archive, "RECORD")
        statement = _with_build(read_member(archive, about), tag)
        changed = {
            about: statement,
            record: _with_hash(read_member(archive, record), about, statement),
        }
        with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as packed:
            for entry in archive.infolist():
                with packed.open(_like(entry), "w") as copy:
                    if entry.filename in changed:
                        copy.write(changed[entry.filename])
                        continue
                    with archive.open(entry) as original:
                        shutil.copyfileobj(original, copy, 1 << 20)
    return target


def tagged(filename: str, tag: int) -> str:
    """The wheel file name with the build number `tag` in place of any it had."""
    parts = filename.split("-")
    return "-".join((*parts[:2], str(tag), *parts[-3:]))


def build_number(filename: str) -> int:
    """The build number in a wheel file name; 0 where it has none."""
    try:
        build = parse_wheel_filename(filename)[2]
    except InvalidWheelFilename as error:
        raise StoreError(f"{filename!r} is not the name of a wheel: {error}") from error
    return build[0] if build else 0


@contextmanager
def opened(wheel: Path, filename: str) -> Iterator[zipfile.ZipFile]:
    """The wheel file, for reading.

    filename: the wheel's own name, for messages. What turns out to be damaged while the block runs
    is a StoreError.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            yield archive
    except _BROKEN as error:
        raise StoreError(
            f"{filename} ({wheel}) is damaged: {error}",
            hint="`builder store verify` moves damaged files aside; then build it again",
        ) from error


def find_member(archive: zipfile.ZipFile, name: str) -> str:
    """The path of the one file of that name in `.dist-info`; BadZipFile if there is not one."""
    found = [
        path
        for path in archive.namelist()
        if path.endswith(f".dist-info/{name}") and path.count("/") == 1
    ]
    if len(found) != 1:
        raise zipfile.BadZipFile(f"it has {len(found)} .dist-info/{name}")
    return found[0]


def read_member(archive: zipfile.ZipFile, path: str) -> bytes:
    """The bytes of a file in `.dist-info`; BadZipFile if they are too many."""
    with archive.open(path) as member:
        content = member.read(_MOST + 1)
    if len(content) > _MOST:
        raise zipfile.BadZipFile(f"{path} is larger than {_MOST >> 20} MiB")
    return content


def _like(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    copy = zipfile.ZipInfo(entry.filename, entry.date_time)
    copy.create_system = entry.create_system
    copy.external_attr = entry.external_attr
    copy.compress_type = entry.compress_type
    copy.file_size = entry.file_size
    return copy


def _with_build(statement: bytes, tag: int) -> bytes:
    """WHEEL with `Build:` after `Root-Is-Purelib:`, where wheels have it, or at its end."""
    lines = [
        line for line in statement.splitlines() if line and not re.match(rb"(?i)build\s*:", line)
    ]
    place = next(
        (
            number
            for number, line in enumerate(lines, start=1)
            if line.lower().startswith(b"root-is-purelib")
        ),
        len(lines),
    )
    lines.insert(place, b"Build: %d" % tag)
    return b"\n".join(lines) + b"\n"


def _with_hash(record: bytes, path: str, content: bytes) -> bytes:
    """RECORD with the hash and size of `content` in the line of `path`."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    for row in csv.reader(io.StringIO(record.decode(), newline=""), strict=True):
        lines.writerow((path, f"sha256={digest}", len(content)) if row[:1] == [path] else row)
    return text.getvalue().encode()
