"""Watches what a running job takes, where no control group can be had: anywhere.

A look costs a millisecond or so and is taken twice a second, more seldom where it takes longer. A
job can go over a limit by what it takes between two looks, and is then killed with all it started.
"""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator

from wheeltree.sandbox.base import Breach, Job, Limits
from wheeltree.sandbox.view import HOME
from wheeltree.sandbox.waiting import Attendant, Deadline, End, Stopper

_PAUSE = 0.5
_SHARE = 20
"""A pause is at least so many times as long as a look."""
_SCRATCH = ("/tmp", HOME, "/dev/shm")  # noqa: S108 - the job's own
_BLOCK = 512


class Watch:
    """What one job takes, and may take."""

    def __init__(self, job: Job, first: int) -> None:
        """first: the process above all others of it; nothing that it takes is of account."""
        self.breach: Breach | None = None
        self.due = time.monotonic() + _PAUSE
        """When to look next, as time.monotonic() has it."""
        self._limits: Limits = job.limits
        self._first = first
        self._folders = [str(bind.source) for bind in job.binds if bind.writable]

    def look(self) -> bool:
        """Whether a limit is broken; then `breach` says which."""
        began = time.monotonic()
        self.breach = next(self._breaches(), None)
        now = time.monotonic()
        self.due = now + max(_PAUSE, _SHARE * (now - began))
        return self.breach is not None

    def _breaches(self) -> Iterator[Breach]:
        limits = self._limits
        most = limits.processes
        processes = list(_below(self._first, most))
        if most is not None and len(processes) > most:
            yield Breach(what="processes", found=len(processes), limit=most)
        if limits.memory is not None:
            memory = sum(map(_memory, processes)) + self._scratch()
            if memory > limits.memory:
                yield Breach(what="memory", found=memory, limit=limits.memory)
        if limits.disk is not None:
            disk = sum(map(_size, self._folders)) + self._scratch()
            if disk > limits.disk:
                yield Breach(what="disk", found=disk, limit=limits.disk)

    def _scratch(self) -> int:
        """Bytes in the folders in memory that a sandbox gives to every job."""
        root, found = f"/proc/{self._first}/root", {}
        for path in _SCRATCH:
            with contextlib.suppress(OSError):
                device = os.stat(f"{root}{path}").st_dev  # noqa: PTH116
                status = os.statvfs(f"{root}{path}")
                if os.stat(path).st_dev != device:  # noqa: PTH116 - else it is the machine's
                    found[device] = (status.f_blocks - status.f_bfree) * status.f_frsize
        return sum(found.values())


def see_out(
    stopper: Stopper,
    process: subprocess.Popen[bytes],
    deadline: Deadline,
    watch: Watch,
    attendant: Attendant | None = None,
) -> End:
    """As `Stopper.wait_for_exit`; "breach" if the job broke a limit first."""

    def next_moment() -> float:
        last = deadline()
        return watch.due if last is None else min(last, watch.due)

    while True:
        end = stopper.wait_for_exit(process, next_moment, attendant)
        if end != "timeout":
            return end
        last = deadline()
        if last is not None and last <= time.monotonic():
            return "timeout"
        if watch.due <= time.monotonic() and watch.look():
            return "breach"


def _below(process: int, most: int | None) -> Iterator[int]:
    """The processes that descend from one, no more than one above `most`."""
    waiting, count = [process], 0
    while waiting:
        for child in _children(waiting.pop()):
            waiting.append(child)
            yield child
            count += 1
            if most is not None and count > most:
                return


def _children(process: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208 - a few, and often
            with open(f"/proc/{process}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                found += map(int, file.read().split())
    return found


def _memory(process: int) -> int:
    """Bytes of memory that a process takes; of what is shared, its share."""
    with contextlib.suppress(OSError), open(f"/proc/{process}/smaps_rollup", "rb") as file:  # noqa: PTH123
        for line in file:
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) << 10
    return 0


def _size(folder: str) -> int:
    """Bytes on the disk of all in a folder."""
    total, waiting = 0, [folder]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
    return total
