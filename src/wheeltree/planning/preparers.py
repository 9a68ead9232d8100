"""Processes that prepare sources: several at a time, and beside everything that we compute."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore, Lock
from types import TracebackType
from typing import Self

from wheeltree import errors
from wheeltree.errors import SourceError, WheeltreeError
from wheeltree.model.codec import decode, encode
from wheeltree.model.source import SourceTree
from wheeltree.planning.orders import Declined, Done, Order, Refusal, Reply

# -P: what lies in the current folder is not ours to import.
_COMMAND = (sys.executable, "-P", "-m", "wheeltree.planning.preparing")


class Preparers:
    """Processes that prepare sources, each started when it is needed; for use from any thread.

    most: how many there are at a time.
    """

    def __init__(self, most: int) -> None:
        self._free = BoundedSemaphore(most)
        self._lock = Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._all: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            for process in self._all:
                _end(process)

    def begin(self) -> None:
        """Start the first one: it loads what it needs while the run begins."""
        with self._lock:
            if not self._all:
                self._idle.append(self._started())

    def prepare(self, order: Order) -> SourceTree | None:
        """The prepared source, whose pack the order's body is then; None if none of us can do it.

        SourceError and its kinds, SettingsError: see `wheeltree.sources.prepare`.
        """
        with self._one() as process:
            outcome = _asked(process, order).outcome
        match outcome:
            case Done(tree=tree):
                return tree
            case Declined():
                return None
            case Refusal():
                raise _error(outcome)

    @contextmanager
    def _one(self) -> Iterator[subprocess.Popen[bytes]]:
        """A process that nobody else gives orders to; it is given back unless it died."""
        with self._free:
            with self._lock:
                process = self._idle.pop() if self._idle else self._started()
            try:
                yield process
            except BaseException:
                _end(process)
                raise
            with self._lock:
                self._idle.append(process)

    def _started(self) -> subprocess.Popen[bytes]:
        # A group of its own: Ctrl-C is for us, and what we started ends with its input.
        process = subprocess.Popen(
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )
        self._all.append(process)
        return process


def _asked(process: subprocess.Popen[bytes], order: Order) -> Reply:
    assert process.stdin is not None and process.stdout is not None  # noqa: PT018  pipes
    with suppress(BrokenPipeError):
        process.stdin.write(encode(order) + b"\n")
        process.stdin.flush()
    reply = process.stdout.readline()
    if not reply:
        raise SourceError(
            f"{order.candidate}: the process that unpacked {order.archive.name} ended too soon "
            f"(exit status {process.wait()})",
            hint="see whether it ran out of memory (`dmesg`), then run again",
        )
    return decode(reply, Reply)


def _error(refusal: Refusal) -> WheeltreeError:
    kind: type[WheeltreeError] = getattr(errors, refusal.kind)
    return kind(refusal.message, hint=refusal.hint, details=refusal.details)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
