"""RECORD: the list of a wheel's files with their hashes, read and written."""

import base64
import csv
import hashlib
import hmac
import io
from collections.abc import Iterable, Iterator
from typing import Protocol

from wheeltree.errors import BuildError
from wheeltree.model.digest import Digest

SIGNATURES = ("RECORD", "RECORD.jws", "RECORD.p7s")
"""Files of `.dist-info` that RECORD does not hash. The signatures go when it is written anew."""

_ALGORITHMS = ("sha256", "sha384", "sha512")
"""The wheel format allows nothing weaker."""

_CHUNK = 1 << 20


class Readable(Protocol):
    """The bytes of a file."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, up to `size`; b"" at the end."""
        ...


def check_record(
    text: str, contents: Iterable[tuple[str, Readable]], *, itself: str, subject: str
) -> dict[str, tuple[Digest, int]]:
    """SHA-256 and size of every file, each compared with its line in RECORD.

    text: of RECORD. contents: path and bytes of every file but those of `SIGNATURES`.
    itself: the path of RECORD. subject: the wheel, for messages. BuildError for a wrong, a missing
    and a surplus line.
    """
    promised = _parse(text, subject=subject)
    promised.pop(itself, None)
    found: dict[str, tuple[Digest, int]] = {}
    for path, stream in contents:
        if path not in promised:
            raise BuildError(f"{subject}: {path!r} is not in RECORD")
        found[path] = _verify(path, stream, *promised.pop(path), subject=subject)
    if promised:
        raise BuildError(f"{subject}: RECORD names {min(promised)!r}, which is not in the wheel")
    return found


def spell_record(files: Iterable[tuple[str, Digest, int]], *, itself: str) -> bytes:
    """RECORD with one line for each (path, digest, size), sorted, and its own line last."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    for path, digest, size in sorted(files):
        lines.writerow((path, f"sha256={_encoded(bytes.fromhex(digest))}", size))
    lines.writerow((itself, "", ""))
    return text.getvalue().encode()


def _parse(text: str, *, subject: str) -> dict[str, tuple[str, str]]:
    promised: dict[str, tuple[str, str]] = {}
    for number, row in _rows(text, subject=subject):
        match row:
            case [path, hashed, size] if path not in promised:
                promised[path] = (hashed, size)
            case _:
                raise BuildError(f"{subject}: RECORD line {number} is malformed or a repetition")
    return promised


def _rows(text: str, *, subject: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise BuildError(f"{subject}: RECORD line {reader.line_num}: {error}") from error


def _verify(
    path: str, stream: Readable, hashed: str, size: str, *, subject: str
) -> tuple[Digest, int]:
    algorithm, _, value = hashed.partition("=")
    if algorithm not in _ALGORITHMS:
        raise BuildError(f"{subject}: RECORD has no usable hash for {path!r}")
    ours, theirs, length = hashlib.sha256(), hashlib.new(algorithm), 0
    while chunk := stream.read(_CHUNK):
        ours.update(chunk)
        length += len(chunk)
        if algorithm != "sha256":
            theirs.update(chunk)
    actual = ours if algorithm == "sha256" else theirs
    same = hmac.compare_digest(_encoded(actual.digest()).encode(), value.rstrip("=").encode())
    if not same or size not in {"", str(length)}:
        raise BuildError(f"{subject}: {path!r} has other bytes than RECORD says")
    return Digest(ours.hexdigest()), length


def _encoded(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
