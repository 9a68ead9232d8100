"""The log of a build: what hooks print, up to a limit."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_TAIL = 64 << 10
_CHUNK = 1 << 16


class Log:
    """The file at `path`, begun anew.

    limit: its bytes. A build that prints more finds its output closed.
    """

    def __init__(self, path: Path, *, limit: int) -> None:
        self.path = path
        self.full = False
        """Whether something was not written because the log had reached its limit or the disk's."""
        self.heard = 0.0
        """When something was printed last, as time.monotonic() has it."""
        self._limit = limit
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")

    def write(self, line: str) -> None:
        """Add a line of our own."""
        with self.path.open("ab") as file:
            file.write(line.encode() + b"\n")

    @contextmanager
    def descriptor(self) -> Iterator[int]:
        """A descriptor to give to a process; everything is in the file when the block ends.

        It is a pipe: once the limit is reached its other end is closed, and a process that goes on
        printing is told so by its next write.
        """
        outlet, inlet = os.pipe()
        pump = threading.Thread(target=self._pump, args=(outlet,), name="log", daemon=True)
        pump.start()
        try:
            yield inlet
        finally:
            os.close(inlet)
            pump.join()

    def tail(self) -> bytes:
        """The last bytes of the log, at most 64 KiB."""
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            return file.read()

    def _pump(self, outlet: int) -> None:
        with open(outlet, "rb", buffering=0) as source:
            try:
                self._copy(source)
            except OSError:
                self.full = True

    def _copy(self, source: IO[bytes]) -> None:
        with self.path.open("ab") as file:
            room = self._limit - file.tell()
            while chunk := source.read(_CHUNK):
                self.heard = time.monotonic()
                file.write(chunk[: max(0, room)])
                room -= len(chunk)
                if room < 0:
                    self.full = True
                    file.write(b"\n[the log has reached its limit]\n")
                    return
