"""Programs of the system that builds may run, and their versions."""

import re
import shutil
import subprocess

from wheeltree.model.frozen import Frozen

BUILD_PATH = "/usr/bin:/bin"
"""Where a build finds programs of the system."""

_PATIENCE = 10.0
"""Seconds."""
_VERSION = re.compile(r"\d+(?:\.\d+)+\S*")


class Program(Frozen):
    """A program that was looked for."""

    name: str
    path: str | None
    """Where a build finds it; None if it does not."""
    version: str = ""
    """As it says itself; "" if it says none."""
    hidden: str | None = None
    """Where the user finds it, if a build does not."""


def program(name: str) -> Program:
    """The program `name` as a build sees it. Runs it once, if it is there."""
    path = shutil.which(name, path=BUILD_PATH)
    if path is None:
        return Program(name=name, path=None, hidden=shutil.which(name))
    return Program(name=name, path=path, version=_version(path))


def version_in(text: str) -> str:
    """The version in what a program prints of itself: the last number in its first line."""
    found = _VERSION.findall((text.splitlines() or [""])[0])
    return found[-1].rstrip(".,;:)") if found else ""


def _version(path: str) -> str:
    try:
        answer = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return version_in(answer.stdout.decode(errors="replace"))
