"""What the log of a failed build says, in a few lines and one hint."""

import re

from wheeltree.building.remedies import Having
from wheeltree.building.symptoms import advice

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])?")
_OUR_FRAMES = re.compile(r"^ *File \"/build/hook\.py\", .*\n {4}.*\n(?: +[~^]+\n)?", re.MULTILINE)
_MARKS = " ~^-=*"
_WIDTH = 200


def readable(log: bytes) -> list[str]:
    """The lines of a log without what could steer a terminal; what cannot be printed as `?`.

    A line that was overwritten (a progress bar) is what it was in the end.
    """
    text = _ESCAPES.sub("", log.decode("utf-8", "replace"))
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return [_printable(line.expandtabs()).rstrip() for line in lines]


def _printable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def last_lines(log: bytes, count: int = 15) -> tuple[str, ...]:
    """The last `count` lines of a log that say something, each cut to a line's width."""
    text = _OUR_FRAMES.sub("", "\n".join(readable(log)))
    lines = [line[:_WIDTH] for line in text.split("\n") if line.strip(_MARKS)]
    return tuple(lines[-count:])


def likely_cause(log: bytes, package: str, having: Having) -> str:
    """What to do about the failure that the log of a package's build shows, in one sentence.

    having: looks for installed files. "" if it cannot be told; else with the setting that declares
    it, if there is one.
    """
    return advice("\n".join(line[: 10 * _WIDTH] for line in readable(log)), package, having)
