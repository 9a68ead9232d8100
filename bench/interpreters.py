"""Which Python the wheels are built for: one for all tools, so that they do the same work."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WANTED = (3, 12)
"""What the newest Fromager needs."""

_NAME = re.compile(r"python3\.\d+")
_ASK = "import sys, os; print(*sys.version_info[:3]); print(os.path.realpath(sys.executable))"


@dataclass(frozen=True, kw_only=True, order=True)
class Python:
    """An interpreter that runs."""

    version: tuple[int, ...]
    path: Path

    def __str__(self) -> str:
        return ".".join(map(str, self.version))


def found() -> list[Python]:
    """The interpreters of this machine, those of pyenv and uv included, oldest first."""
    answers = (asked(path) for path in sorted(set(_candidates())))
    return sorted({answer.path: answer for answer in answers if answer is not None}.values())


def best() -> Python:
    """The oldest that every tool works with, else the newest there is; LookupError without any."""
    known = found()
    fit = [python for python in known if python.version[:2] >= WANTED]
    if not known:
        raise LookupError("there is no python3.N on PATH; name one with --python")
    return fit[0] if fit else known[-1]


def asked(path: Path) -> Python | None:
    """What the interpreter at `path` says of itself; None if it does not run."""
    try:
        answer = subprocess.run(
            [path, "-I", "-c", _ASK], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version, real = answer.stdout.splitlines()
    return Python(version=tuple(map(int, version.split())), path=Path(real))


def _candidates() -> Iterator[Path]:
    for folder in _folders():
        if folder.is_dir():
            yield from (path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def _folders() -> Iterator[Path]:
    for text in os.environ.get("PATH", os.defpath).split(os.pathsep):
        folder = Path(text)
        if folder.name == "shims":
            # A shim of pyenv runs only the versions that were chosen as global.
            yield from folder.parent.glob("versions/*/bin")
        elif text:
            yield folder
    yield from Path.home().glob(".local/share/uv/python/*/bin")
