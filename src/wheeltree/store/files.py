"""File operations that a crash cannot tear, and the OSErrors of a full or closed disk explained."""

import errno
import fcntl
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wheeltree.errors import StoreError

_FICLONE = 0x40049409
_NO_REFLINKS = frozenset({errno.EOPNOTSUPP, errno.ENOTTY, errno.EXDEV})
"""What a disk says that has no reflinks, or is not the disk of the original."""
_DAY = 86400.0

_HINTS = {
    errno.ENOSPC: "free some space (`builder store gc` drops what is not used), or use another"
    " folder",
    errno.EDQUOT: "your disk quota is used up: free some space, or use another folder",
    errno.EROFS: "the file system is mounted read-only: use a folder that can be written",
    errno.EACCES: "it belongs to somebody else: use a folder of your own, or ask its owner",
    errno.EPERM: "it belongs to somebody else: use a folder of your own, or ask its owner",
    errno.ENOLCK: "this file system has no locks: use a folder on a local disk",
    errno.EBADF: "this file system cannot lock folders: use a folder on a local disk",
    errno.ENOTDIR: "a file is where a folder is needed: move it away, or use another folder",
    errno.ENAMETOOLONG: "use a folder with a shorter path",
    errno.EMFILE: "too many files are open: raise the limit with `ulimit -n`",
}


def explained(error: OSError, path: Path) -> StoreError:
    """`error` as what happened to which path, with what to do about it."""
    where = error.filename2 or error.filename or path
    if isinstance(where, int):
        where = path
    hint = _HINTS.get(error.errno or 0, "check the disk and who owns the folder, then run again")
    return StoreError(f"cannot use {os.fsdecode(where)}: {error.strerror or error}", hint=hint)


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turns any OSError of the block into a StoreError about `path`."""
    try:
        yield
    except OSError as error:
        raise explained(error, path) from error


def make_folder(path: Path) -> None:
    """Makes `path` and its parents where they are missing, durably."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with suppress(FileExistsError):
        path.mkdir()
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), os.fspath(path))
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Waits until the names in the folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file_system(path: Path) -> None:
    """Waits until everything below the folder is on the disk.

    One call for the whole file system: thousands of small files take milliseconds, where fsync of
    each takes seconds.
    """
    import ctypes  # noqa: PLC0415  # 3 ms that a run which changes nothing does not pay

    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syncfs(descriptor) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), os.fspath(path))
    finally:
        os.close(descriptor)


def write_all(descriptor: int, content: bytes) -> None:
    """Writes `content` and waits until it is on the disk."""
    write_soon(descriptor, content)
    os.fsync(descriptor)


def write_soon(descriptor: int, content: bytes) -> None:
    """Writes `content`, which a power cut in the next seconds may tear."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


class Cloner:
    """Makes files with the bytes of others: reflink, else hardlink, else copy.

    For files that go from one disk to one disk: where these turn out to have no reflinks, none is
    tried again, since each attempt makes a file.
    """

    def __init__(self) -> None:
        self._reflinks = True

    def clone(self, source: Path, target: Path) -> None:
        """Makes the new file `target` with the bytes of `source`."""
        if not (self._reflinks and self._is_reflinked(source, target)):
            _link_or_copy(source, target)

    def _is_reflinked(self, source: Path, target: Path) -> bool:
        try:
            _reflink(source, target)
        except OSError as error:
            target.unlink(missing_ok=True)
            self._reflinks = error.errno not in _NO_REFLINKS
            return False
        return True


def clone(source: Path, target: Path) -> None:
    """Makes the new file `target` with the bytes of `source`: reflink, else hardlink, else copy."""
    Cloner().clone(source, target)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copyfile(source, target)
        target.chmod(0o444)


def _reflink(source: Path, target: Path) -> None:
    with source.open("rb") as original, target.open("xb") as copy:
        fcntl.ioctl(copy.fileno(), _FICLONE, original.fileno())
        os.fchmod(copy.fileno(), 0o444)


def remove_tree(top: Path) -> None:
    """Removes the folder `top` with everything in it, whatever modes and depth a build gave it.

    Folders are emptied one by one and moved up to `top` first: a tree that is too deep for a path
    or for recursion needs no more than two descriptors. Links are never followed. FileNotFoundError
    if there is no such folder.
    """
    top.chmod(0o700)
    root = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        pending = _emptied(root, root)
        while pending:
            name = pending.pop()
            folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=root)
            try:
                pending += _emptied(folder, root)
            finally:
                os.close(folder)
            os.rmdir(name, dir_fd=root)
    finally:
        os.close(root)
    top.rmdir()


def _emptied(folder: int, root: int) -> list[str]:
    """Empties `folder`: removes its files, moves its folders to `root`; their names there."""
    moved = []
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.name, dir_fd=folder)
                continue
            os.chmod(entry.name, 0o700, dir_fd=folder)
            name = entry.name
            if folder != root:
                name = secrets.token_hex(16)
                os.rename(entry.name, name, src_dir_fd=folder, dst_dir_fd=root)
            moved.append(name)
    return moved


def renew(path: Path | str, status: os.stat_result) -> None:
    """Makes now the time of the last use of the file with that status, at most once a day."""
    if time.time() - status.st_ctime > _DAY:
        # Another's store, or a read-only one, need not be renewed.
        with suppress(OSError):
            os.chmod(path, stat.S_IMODE(status.st_mode))  # noqa: PTH101  # str or Path


def is_plain_file(path: Path) -> bool:
    """Whether there is a regular file, not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False
