"""One download that survives being cut: what is on disk so far, and what to ask for next."""

import hashlib
import re
from collections.abc import Mapping
from typing import BinaryIO

from wheeltree.model.digest import Digest

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_OK, _PARTIAL = 200, 206


class Cut(Exception):
    """A transfer ended early or out of step; asking again can help."""


class Transfer:
    """Bytes received into a file, hashed as they come.

    file: open for writing, empty.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._restart()

    def headers(self) -> dict[str, str]:
        """What to add to the next request so that it continues where the last one stopped."""
        if not self._size or not (self._validator or self._total):
            return {}
        condition = {"If-Range": self._validator} if self._validator else {}
        return {"Range": f"bytes={self._size}-", **condition}

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Take note of an answer; Cut if it does not continue what is there."""
        if status == _PARTIAL:
            self._continue(headers)
            return
        self._restart()
        if status != _OK:
            raise Cut(f"the server answered {status} to a request for the rest")
        self._total = _number(headers.get("content-length", ""))
        etag = headers.get("etag", "")
        self._etag = etag
        strong = etag if etag.startswith('"') else ""
        self._validator = strong or headers.get("last-modified", "")

    def take(self, chunk: bytes) -> None:
        """Write the next bytes of the answer."""
        self._file.write(chunk)
        self._hash.update(chunk)
        self._size += len(chunk)

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._size

    def finish(self) -> Digest:
        """SHA-256 of what came; Cut if that is not all of it."""
        if self._total and self._size != self._total:
            got, total = self._size, self._total
            if got > total:
                self._restart()
            raise Cut(f"got {got} of {total} bytes")
        return Digest(self._hash.hexdigest())

    def _continue(self, headers: Mapping[str, str]) -> None:
        found = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        fits = (
            found is not None
            and int(found[1]) == self._size
            and found[2] in {"*", str(self._total or found[2])}
            and headers.get("etag", self._etag) == self._etag
        )
        if not fits:
            self._restart()
            raise Cut("the server sent another range than was asked for")

    def _restart(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._hash = hashlib.sha256()
        self._size = 0
        self._total = 0
        self._etag = ""
        self._validator = ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
