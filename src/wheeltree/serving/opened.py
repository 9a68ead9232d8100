"""Regular files below a folder, opened so that no name leads out of it."""

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_ABSENT = frozenset(
    {
        *(errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG),
        *(errno.EACCES, errno.EPERM, errno.ENXIO),
    }
)
"""What the system says of a name that is none, a link, a socket, or nobody's business."""


class OpenFile:
    """A file that is open until its block ends: the same bytes, whatever takes its name."""

    def __init__(self, descriptor: int, status: os.stat_result) -> None:
        self.status = status
        self._descriptor = descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def read(self, start: int, count: int) -> bytes:
        """Up to `count` bytes from `start` on; none at the end."""
        return os.pread(self._descriptor, count, start)


def open_below(root: Path, names: Sequence[str]) -> OpenFile | None:
    """The regular file that `names` lead to from `root`, or None; each name is one of a folder.

    `root` itself may be a link; below it none is followed, wherever it points, and none that comes
    while we look. OSError for what is no answer to that, such as too many open files.
    """
    try:
        descriptor = _opened(root, names)
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        raise
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None
    return OpenFile(descriptor, status)


def _opened(root: Path, names: Sequence[str]) -> int:
    *folders, last = names
    here = os.open(root, os.O_PATH | os.O_DIRECTORY)
    try:
        for name in folders:
            inner = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = inner
        # A pipe would be waited for until somebody writes to it.
        return os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
    finally:
        os.close(here)
