"""A build environment on disk: wheels that were unpacked apart, merged into one venv."""

import errno
import filecmp
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from wheeltree.errors import BuildError
from wheeltree.model.platform import Interpreter

ENV = "/env"
"""Where a build sees its environment, and where the scripts in it say they are."""

Unpacked = Sequence[tuple[str, Path]]
"""Wheels by `name==version`, each a folder laid out like a venv."""


def linked(wheels: Unpacked, into: Path, interpreter: Interpreter) -> None:
    """Makes the empty folder `into` a venv of hard links into the wheels, to be shown at `ENV`.

    It must be shown read-only. BuildError, with both names and the path, if two wheels have
    different files of one path.
    """
    _merge(wheels, into, interpreter, _linked)


def copied(wheels: Unpacked, into: Path, interpreter: Interpreter) -> None:
    """The same venv as a copy, for a sandbox that cannot mount; its scripts name `into`.

    A build could write through a hard link into what other builds use.
    """
    _merge(wheels, into, interpreter, shutil.copy2)
    for script in sorted(into.glob("bin/*")):
        if not script.is_symlink():
            _redirect(script, into)


def _merge(
    wheels: Unpacked,
    into: Path,
    interpreter: Interpreter,
    place: Callable[[str, str], object],
) -> None:
    _venv(into, interpreter)
    for position, (name, folder) in enumerate(wheels):
        try:
            _place_tree(str(folder), str(into), place)
        except _Clash as clash:
            path = Path(clash.path).relative_to(into)
            before = (other for other, tree in wheels[:position] if (tree / path).exists())
            raise BuildError(
                f"{name} and {next(before, 'the environment itself')} both install {path},"
                " with different content",
                hint="they cannot be in one build environment: constrain one of them",
            ) from clash


def _venv(into: Path, interpreter: Interpreter) -> None:
    """The files that make `into` a virtual environment (PEP 405)."""
    (into / "bin").mkdir()
    (into / interpreter.site).mkdir(parents=True)
    (into / "bin/python").symlink_to(interpreter.executable)
    for alias in ("python3", Path(interpreter.site).parent.name):
        (into / "bin" / alias).symlink_to("python")
    (into / "pyvenv.cfg").write_text(
        f"home = {Path(interpreter.executable).parent}\n"
        "include-system-site-packages = false\n"
        f"version = {interpreter.version}\n",
        encoding="utf-8",
    )


class _Clash(Exception):
    """Two wheels have different files of one path."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def _place_tree(source: str, target: str, place: Callable[[str, str], object]) -> None:
    """Everything below `source` also below `target`; folders of both are merged at any depth."""
    with os.scandir(source) as entries:
        for entry in entries:
            goal = f"{target}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                _merge_folder(entry.path, goal, place)
            else:
                _place_file(entry.path, goal, place)


def _merge_folder(source: str, target: str, place: Callable[[str, str], object]) -> None:
    try:
        os.mkdir(target)  # noqa: PTH102 -- thousands of times per environment
    except FileExistsError:
        if os.path.islink(target) or not os.path.isdir(target):  # noqa: PTH112, PTH114
            raise _Clash(target) from None
    _place_tree(source, target, place)


def _place_file(source: str, target: str, place: Callable[[str, str], object]) -> None:
    if not os.path.lexists(target):
        place(source, target)
    elif not _same(source, target):
        raise _Clash(target)


def _same(first: str, second: str) -> bool:
    if os.path.islink(second) or not os.path.isfile(second):  # noqa: PTH113, PTH114
        return False
    modes = {os.stat(path).st_mode for path in (first, second)}  # noqa: PTH116
    return len(modes) == 1 and filecmp.cmp(first, second, shallow=False)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in {errno.EMLINK, errno.EXDEV, errno.EPERM, errno.ENOTSUP}:
            raise
        shutil.copy2(source, target)


def _redirect(script: Path, folder: Path) -> None:
    text = script.read_bytes()
    ours = f"#!{ENV}/bin/python".encode()
    if text.startswith(ours):
        script.write_bytes(f"#!{folder}/bin/python".encode() + text.removeprefix(ours))
