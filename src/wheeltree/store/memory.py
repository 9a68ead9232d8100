"""Scratch in memory: thousands of small files are written and removed there in no time."""

import os
import stat
from contextlib import suppress
from pathlib import Path

_MOUNT = Path("/dev/shm")  # noqa: S108  a folder of our own below it, checked for its owner
_ROOM = 2 << 30
"""Bytes that must stay free; a container often has 64 MB there."""

_GROUP = Path("/sys/fs/cgroup")


def memory_folder() -> Path | None:
    """A folder in memory that only this user can enter; None where there can be none.

    Whether there is room in it is another question: what dead processes left must be found there
    when there is none.
    """
    path = _MOUNT / f"wheeltree-{os.getuid()}"
    try:
        if os.statvfs(_MOUNT).f_flag & os.ST_NOEXEC:
            return None
        path.mkdir(mode=0o700, exist_ok=True)
        status = path.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
    return path if ours and not status.st_mode & 0o077 else None


def has_room(folder: Path, needed: int) -> bool:
    """Whether a folder that may lie in memory can take so many bytes, and leave enough free.

    Asks the file system, the machine and the group of processes that a container is.
    """
    found = os.statvfs(folder)
    return min(found.f_bavail * found.f_frsize, available()) - needed >= _ROOM


def available() -> int:
    """Bytes of memory that programs of this machine, or of this container, could still get."""
    return min(_memory(), _allowed())


def _memory() -> int:
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return int(rest.split()[0]) * 1024
    return 0


def _allowed() -> int:
    """Bytes that this group of processes may still use, files in memory included."""
    with suppress(OSError, ValueError):  # no such limit, or it reads "max"
        limit = int((_GROUP / "memory.max").read_text(encoding="ascii"))
        return limit - int((_GROUP / "memory.current").read_text(encoding="ascii"))
    return 1 << 62
