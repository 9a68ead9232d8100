"""The pkg-config modules of the distribution, as pkg-config describes them."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from wheeltree.host.programs import BUILD_PATH
from wheeltree.model.frozen import Frozen

_QUESTIONS = ("--modversion", "--libs", "--variable=pcfiledir")


class Module(Frozen):
    """A module that can be used."""

    name: str
    version: str
    file: Path
    flags: tuple[str, ...]
    """For the linker."""


class NoModule(Frozen):
    """Why a module cannot be used; `reason` goes on after its name."""

    missing: str
    """The module that is not there: itself, or one that it requires; "" if nothing is missing but
    pkg-config."""
    reason: str


def module(name: str) -> Module | NoModule:
    """What pkg-config says of a module, asked with nothing of the environment of this process.

    Modules below /usr/local, which no build sees, do not count. Four processes of some ms.
    """
    program = shutil.which("pkg-config", path=BUILD_PATH)
    if program is None:
        return NoModule(missing="", reason="cannot be looked for without pkg-config")
    folders = _folders(program)
    asked = [_ask(program, folders, option, name) for option in _QUESTIONS]
    if wrong := next((each for each in asked if each.returncode != 0), None):
        return unusable(name, wrong.stderr.decode(errors="replace"))
    version, flags, folder = (each.stdout.decode(errors="replace").strip() for each in asked)
    return Module(
        name=name, version=version, file=Path(folder, f"{name}.pc"), flags=tuple(_split(flags))
    )


def unusable(name: str, complaint: str) -> NoModule:
    """What pkg-config complains of a module: that it is not there, or what it requires is not."""
    found = _REQUIRED.search(complaint)
    if found and found[1] != name:
        return NoModule(missing=found[1], reason=f"requires {found[1]}, which is not installed")
    return NoModule(missing=name, reason="is not installed")


_REQUIRED = re.compile(r"Package '?([^'\s,]+)'?, required by '?[^'\s,]+'?, not found")


def linking(stem: str) -> tuple[str, ...]:
    """The modules whose own library, the first that linkers get, is `stem`; the plainest first."""
    program = shutil.which("pkg-config", path=BUILD_PATH)
    folders = _folders(program) if program else ()
    files = (file for folder in folders for file in Path(folder).glob("*.pc"))
    return tuple(sorted((file.stem for file in files if _names_first(file, stem)), key=_plainest))


def _folders(program: str) -> tuple[str, ...]:
    asked = _run([program, "--variable=pc_path", "pkg-config"], {})
    folders = asked.stdout.decode(errors="replace").strip().split(":")
    return tuple(each for each in folders if each and not each.startswith("/usr/local/"))


def _ask(
    program: str, folders: Iterable[str], *arguments: str
) -> subprocess.CompletedProcess[bytes]:
    command = [program, "--print-errors", *arguments]
    return _run(command, {"PKG_CONFIG_LIBDIR": ":".join(folders)})


def _run(command: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"LC_ALL": "C.UTF-8", "PATH": BUILD_PATH, **environ},
        check=False,
    )


def _split(flags: str) -> list[str]:
    try:
        return shlex.split(flags)
    except ValueError:
        return flags.split()


def _names_first(file: Path, stem: str) -> bool:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    libs = next((line for line in text.splitlines() if line.startswith("Libs:")), "")
    named = [flag for flag in libs.split() if flag.startswith("-l")]
    return bool(named) and named[0] == f"-l{stem}"


def _plainest(name: str) -> tuple[int, str]:
    return len(name), name
