"""Text from builds, made safe to show, and written even where it cannot be encoded."""

import os
import re
from typing import TextIO

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours and cursor movement
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles, hyperlinks, device strings
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # what hides or reorders other text
    "\ud800-\udfff]"
)
_COMMANDS = re.compile(r"^\s*:(?=:)|#(?=#)")


_TENTHS_BELOW = 9.95
"""Seconds."""


def clean(text: str) -> str:
    """`text` on one line, without escapes and controls, and with nothing in it that a CI obeys.

    A CI takes `::error::` at the start of a line, `##[...]` or `##vso[...]` anywhere, and the like
    from a log for commands to itself; a space is put into them.
    """
    bare = _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\n", " ").replace("\r", " ")))
    return _COMMANDS.sub(_broken, bare.replace("\t", " ")).rstrip()


def lines_of(text: str) -> list[str]:
    """`text`, of one line or many, with each line clean; it has at least one."""
    return [clean(line) for line in text.splitlines()] or [""]


def duration(seconds: float) -> str:
    """`seconds` for people: 0.3s, 12s, 4m 05s, 2h 10m."""
    if seconds < _TENTHS_BELOW:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    minutes, hours = whole // 60, whole // 3600
    if not minutes:
        return f"{whole}s"
    return f"{minutes}m {whole % 60:02}s" if not hours else f"{hours}h {minutes % 60:02}m"


def count(number: int, noun: str) -> str:
    """`number` with its noun: 1 wheel, 28 wheels."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def write(stream: TextIO, text: str) -> None:
    """Writes `text` to `stream` at once; a reader that went away does not stop a run."""
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        _silence(stream)


def _silence(stream: TextIO) -> None:
    """Sends all further output of `stream` nowhere, so that its last flush succeeds too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _broken(found: re.Match[str]) -> str:
    return f"{found[0]} "
