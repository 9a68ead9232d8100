"""A run as one JSON object per line, for programs."""

import json
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self, TextIO

from wheeltree.cli.summary import blocked_by, error_lines
from wheeltree.cli.text import write
from wheeltree.errors import WheeltreeError
from wheeltree.model.event import Event, Summary
from wheeltree.model.frozen import asdict, replace
from wheeltree.model.tally import NOTHING, counted


class JsonLines:
    """One object for each event; the last one is the summary, also of a run that broke off."""

    def __init__(self, *, out: TextIO, err: TextIO) -> None:
        self._out = out
        self._err = err
        self._lock = threading.Lock()
        self._seen = NOTHING
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def observe(self, event: Event) -> None:
        """Writes one event."""
        with self._lock:
            self._seen = counted(self._seen, event)
            self._ended |= isinstance(event, Summary)
            self._write(event_object(event))

    def error(self, error: WheeltreeError) -> None:
        """Writes `error` for people to stderr, and as an object if no summary was written yet."""
        with self._lock:
            write(self._err, "".join(f"{line}\n" for line in error_lines(error)))
            if not self._ended:
                self._ended = True
                self._write(_error_object(error))
                self._write(event_object(replace(self._seen, error=error.message)))

    def _write(self, value: dict[str, object]) -> None:
        write(self._out, f"{object_line(value)}\n")


def object_line(value: Mapping[str, object]) -> str:
    """`value` as JSON on one line, with nothing in it that a CI obeys."""
    # "##" begins a command for some CI, even in the middle of a line.
    return json.dumps(value).replace("##", r"\u0023\u0023")


def event_object(event: Event) -> dict[str, object]:
    """The JSON object of one event."""
    if isinstance(event, Summary):
        return _summary_object(event)
    return {"event": type(event).__name__.lower(), **asdict(event)}


def _summary_object(summary: Summary) -> dict[str, object]:
    return {
        "event": "summary",
        **asdict(summary),
        "variants": [asdict(each) for each in summary.variants],
        "failed": [each.subject for each in summary.failed],
        "blocked": [each.subject for each in summary.blocked],
        "failures": [
            {
                "package": each.subject,
                "cause": each.cause,
                "log": each.log,
                "hint": each.hint,
                "blocks": blocked_by(each, summary.blocked),
            }
            for each in summary.failed
        ],
    }


def _error_object(error: WheeltreeError) -> dict[str, object]:
    return {
        "event": "error",
        "kind": type(error).__name__,
        "message": error.message,
        "details": error.details,
        "hint": error.hint,
        "exit_code": error.exit_code,
    }
