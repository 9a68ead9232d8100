"""Reads what a build left, which may be any file of any type."""

import stat
from pathlib import Path

from wheeltree.errors import BuildError

_BYTES = 16 << 20


def small_file(folder: Path, *names: str, subject: str) -> bytes:
    """The bytes of a file that a build left; BuildError unless it is a regular one, not a link."""
    path = folder
    try:
        for name in names[:-1]:
            path /= name
            if not stat.S_ISDIR(path.lstat().st_mode):
                raise BuildError(f"{subject} left {path.name!r}, which is not a folder")
        path /= names[-1]
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _BYTES:
            raise BuildError(f"{subject} left {path.name!r}, which is not a regular small file")
        return path.read_bytes()
    except OSError as error:
        raise BuildError(f"{subject} left no {'/'.join(names)!r}: {error.strerror}") from error
