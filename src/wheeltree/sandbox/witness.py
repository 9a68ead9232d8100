"""Which process makes a call, and who started it, read from /proc while the call waits."""

import os
from collections.abc import Collection, Iterator

from wheeltree.model.frozen import Frozen

_DEEPEST = 24
"""Processes above each other."""
_LONGEST = 4096
"""Bytes of the arguments of each."""


class Witness(Frozen):
    """Who made a call."""

    process: int
    processes: tuple[tuple[str, ...], ...]
    """As of `Attempt`."""
    folder: str


def witness(thread: int, above: Collection[int]) -> Witness:
    """The process of `thread` and those above it, up to one of `above`, which is not told.

    OSError if it is gone.
    """
    process = _status(thread, "Tgid")
    try:
        folder = os.readlink(f"/proc/{thread}/cwd")  # noqa: PTH115 - as text
    except OSError:
        folder = ""
    chain = tuple(filter(None, map(_arguments, _upwards(process, above))))
    return Witness(process=process, processes=chain, folder=folder)


def parent_of(process: int) -> int:
    """The process that started another, or took it over; 0 if it is gone."""
    try:
        return _status(process, "PPid")
    except OSError:
        return 0


def _upwards(process: int, above: Collection[int]) -> Iterator[int]:
    for _ in range(_DEEPEST):
        yield process
        try:
            process = _status(process, "PPid")
        except OSError:
            return
        if process in above or process <= 1:
            return


def _arguments(process: int) -> tuple[str, ...]:
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:  # noqa: PTH123 - many, and each small
            words = file.read(_LONGEST)
    except OSError:
        return ()
    return tuple(os.fsdecode(word).encode(errors="replace").decode() for word in _split(words))


def _split(words: bytes) -> list[bytes]:
    return words.rstrip(b"\0").split(b"\0") if words else []


def _status(process: int, name: str) -> int:
    with open(f"/proc/{process}/status", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
        for line in file:
            key, _, value = line.partition(":")
            if key == name:
                return int(value)
    raise OSError(f"/proc/{process}/status has no {name}")
