"""Temporary files and folders that are known to be left over once their process is dead."""

import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wheeltree.store.files import make_folder, remove_tree, sync_folder, write_all


@contextmanager
def temporary(folder: Path) -> Iterator[tuple[int, Path]]:
    """A new empty file in `folder`: its descriptor and path; removed unless it was renamed.

    It is locked while in use, so that a sweep leaves it alone; the kernel unlocks it on death.
    """
    descriptor, path = _claim_file(folder)
    try:
        yield descriptor, path
    finally:
        with suppress(FileNotFoundError):
            path.unlink()
        os.close(descriptor)


def replace_file(path: Path, content: bytes, *, by_way_of: Path) -> None:
    """Puts `content` at `path`, durably and at once; `by_way_of` is a folder for the temp file."""
    with temporary(by_way_of) as (descriptor, temp):
        write_all(descriptor, content)
        os.fchmod(descriptor, 0o644)
        temp.replace(path)
    sync_folder(path.parent)


def settle(descriptor: int, temp: Path, target: Path) -> None:
    """Renames the synced file `temp` to `target`, read-only and durably."""
    make_folder(target.parent)
    appear(descriptor, temp, target)
    sync_folder(target.parent)


def appear(descriptor: int, temp: Path, target: Path) -> None:
    """Renames the synced file `temp` to `target`, read-only; a power cut may undo that."""
    os.fchmod(descriptor, 0o444)
    try:
        temp.replace(target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        temp.replace(target)


def admit(file: Path, target: Path, *, by_way_of: Path) -> None:
    """Moves `file` to `target`, read-only and durably, by renaming it where that is safe."""
    with file.open("rb") as original:
        # A file with a second name could still be changed under that.
        if os.fstat(original.fileno()).st_nlink == 1:
            os.fchmod(original.fileno(), 0o444)
            os.fsync(original.fileno())
            if _is_moved(file, target):
                return
        with temporary(by_way_of) as (descriptor, temp):
            with os.fdopen(descriptor, "wb", closefd=False) as copy:
                shutil.copyfileobj(original, copy)
            os.fsync(descriptor)
            settle(descriptor, temp, target)


def claim(folder: Path, label: str) -> tuple[int, Path]:
    """A new folder in `folder` that is ours while the returned descriptor is open."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", label)[:60]
    while True:
        path = folder / f"{readable}-{secrets.token_hex(4)}"
        path.mkdir(mode=0o700)
        with suppress(FileNotFoundError):
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
            if _hold(descriptor):
                return descriptor, path
            os.close(descriptor)


def sweep(folder: Path) -> tuple[Path, ...]:
    """Removes what dead processes left in `folder`; what of it could not be removed."""
    left: list[Path] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            _remove_unheld(path)
        except FileNotFoundError:
            continue
        except OSError:
            left.append(path)
    return tuple(left)


def held(folder: Path) -> tuple[Path, ...]:
    """What living processes hold in `folder`."""
    return tuple(path for path in sorted(folder.iterdir()) if _is_held(path))


def _is_moved(file: Path, target: Path) -> bool:
    make_folder(target.parent)
    try:
        file.rename(target)
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        raise
    sync_folder(target.parent)
    return True


def _claim_file(folder: Path) -> tuple[int, Path]:
    while True:
        path = folder / f"tmp-{secrets.token_hex(8)}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        if _hold(descriptor):
            return descriptor, path
        os.close(descriptor)


def _hold(descriptor: int) -> bool:
    """Whether what was just made could be locked before a sweep of another process took it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(descriptor).st_nlink > 0


def _remove_unheld(path: Path) -> None:
    is_folder = path.is_dir() and not path.is_symlink()
    if is_folder:
        path.chmod(0o700)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if is_folder:
            remove_tree(path)
        else:
            path.unlink()
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
