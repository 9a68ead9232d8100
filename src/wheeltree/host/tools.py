"""Programs of the system that stand for projects: where they are, and which version they have."""

import re
import shutil
import subprocess
from pathlib import Path

from packaging.version import InvalidVersion, Version

from wheeltree.errors import ResolutionError
from wheeltree.host.programs import BUILD_PATH
from wheeltree.model.digest import digest_bytes, digest_file
from wheeltree.model.stand_in import StandIn
from wheeltree.model.system import SystemTool
from wheeltree.model.tools import programs_of

_PATIENCE = 30.0
"""Seconds; a loaded machine may take long to start a program."""
_ASKED = {"swig": "-version"}
"""What programs are asked with that do not know `--version`."""
_VERSION = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)+)(?:[.-]?(a|b|rc)\.?(\d+))?")


def probe(tool: SystemTool, *, path: str = BUILD_PATH) -> StandIn:
    """The programs of this machine that stand for a project.

    path: folders in which they are looked for, as in PATH. ResolutionError if there is none, or if
    neither it nor the settings tell its version.
    """
    paths = _paths(tool, path)
    says = _version(paths[0], _ASKED.get(tool.name, "--version"))
    if not (tool.version or says):
        raise ResolutionError(
            f"{paths[0]}, which is to stand for {tool.name}, does not tell its version",
            hint=f"say it in the settings: {_settings(tool)}",
        )
    try:
        digests = [digest_file(Path(path)) for path in paths]
    except OSError as error:
        raise ResolutionError(f"{error.filename} cannot be read: {error.strerror}") from error
    return StandIn(
        name=tool.name,
        version=Version(tool.version or says),
        says=says,
        programs=paths,
        digest=digest_bytes(" ".join(digests).encode()),
    )


def stamp(tool: SystemTool) -> str:
    """What changes when a program that stands for a project is replaced; "" if there is none.

    A look at a few files; no program is run.
    """
    found = (shutil.which(name, path=BUILD_PATH) for name in programs_of(tool.name))
    return stamp_of(tuple(filter(None, found)))


def stamp_of(programs: tuple[str, ...]) -> str:
    """The same for the paths of its programs."""
    return " ".join(map(_stamp, programs))


def version_told(text: str) -> str:
    """The version in what a program prints of itself, as PEP 440 spells it; "" if there is none.

    That is the last one in the first line that has any.
    """
    for line in text.splitlines():
        if found := _VERSION.findall(line):
            return "".join(found[-1])
    return ""


def _paths(tool: SystemTool, path: str) -> tuple[str, ...]:
    first, *others = (shutil.which(name, path=path) for name in programs_of(tool.name))
    if first is None:
        raise ResolutionError(
            f"there is no {programs_of(tool.name)[0]} in {path.replace(':', ' or ')}, and "
            f"settings have the system's stand for {tool.name}",
            hint=f"install it from your distribution, or have {tool.name} built from source: "
            f"`system: {{{tool.name}: {{off: true}}}}`",
        )
    return (first, *filter(None, others))


def _stamp(path: str) -> str:
    try:
        real = Path(path).resolve()
        status = real.stat()
    except OSError:
        return ""
    return f"{path} {real} {status.st_mtime_ns} {status.st_size} {status.st_ino}"


def _version(path: str, asked: str) -> str:
    try:
        answer = subprocess.run(
            [path, asked],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"PATH": BUILD_PATH, "LC_ALL": "C.UTF-8"},
            cwd="/",
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    told = version_told(answer.stdout.decode(errors="replace"))
    return told if _is_version(told) else ""


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _settings(tool: SystemTool) -> str:
    return f"`system: {{{tool.name}: {{version: …, because: …}}}}`"
