"""A run as plain lines, for logs."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from wheeltree.cli.running import Running
from wheeltree.cli.summary import error_lines, summary_lines
from wheeltree.cli.text import clean, count, duration, write
from wheeltree.errors import WheeltreeError
from wheeltree.model.event import (
    Blocked,
    Built,
    Event,
    Failed,
    Finished,
    Notice,
    Prebuilt,
    Progress,
    Reused,
    Started,
    Summary,
)

SILENCE = 60.0
"""Seconds without a line after which one says what goes on; some CI ends a job that is silent."""


class PlainLines:
    """One line for each wheel that is built, fails or is blocked, and a summary."""

    def __init__(
        self,
        *,
        out: TextIO,
        err: TextIO,
        silence: float = SILENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out
        self._err = err
        self._silence = silence
        self._clock = clock
        self._lock = threading.Lock()
        self._running = Running(clock=clock)
        self._last = clock()
        self._ended = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="console", daemon=True)

    def __enter__(self) -> Self:
        self._pulse.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._pulse.join()

    def observe(self, event: Event) -> None:
        """Shows one event."""
        with self._lock:
            self._running.take(event)
            self._print(lines_for(event, self._running))

    def error(self, error: WheeltreeError) -> None:
        """Shows `error`."""
        with self._lock:
            write(self._err, "".join(f"{line}\n" for line in error_lines(error)))

    def _print(self, lines: list[str]) -> None:
        if lines:
            self._last = self._clock()
            write(self._out, "".join(f"{line}\n" for line in lines))

    def _beat(self) -> None:
        while not self._ended.wait(self._silence / 4):
            with self._lock:
                if self._running.jobs and self._clock() - self._last >= self._silence:
                    self._print([waiting_line(self._running)])


def lines_for(event: Event, running: Running) -> list[str]:
    """What one event is worth in a log."""
    match event:
        case Finished(work="build"):
            return [built_line(event, running)]
        case Failed():
            log = f"   log: {event.log}" if event.log else ""
            return [clean(f"failed   {event.subject:28}   {event.cause}{log}")]
        case Blocked():
            return [clean(f"blocked  {event.subject:28}   needs {event.by}")]
        case Notice():
            return [clean(f"note     {event.text}")]
        case Summary():
            return summary_lines(event)
        case Started() | Finished() | Built() | Prebuilt() | Reused() | Progress():
            return []


def built_line(event: Finished, running: Running) -> str:
    """One wheel that was built, and why it was."""
    reason = running.reasons.get(event.subject)
    why = f"   ({reason})" if reason else ""
    return clean(f"built    {event.subject:28}   {duration(event.seconds)}{why}")


def waiting_line(running: Running) -> str:
    """What goes on, for a log that has been silent."""
    now = running.clock()
    first, *others = running.jobs.values()
    more = f" and {count(len(others), 'other')}" if others else ""
    return clean(f"waiting  {first}   {duration(now - first.since)}{more}")
