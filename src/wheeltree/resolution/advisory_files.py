"""Advisories of a file or a folder, which is somebody else's work: read with bounds."""

import os
from collections.abc import Iterator
from pathlib import Path

from wheeltree.errors import SettingsError
from wheeltree.model import codec
from wheeltree.model.digest import digest_bytes
from wheeltree.resolution import advisories
from wheeltree.resolution.advisories import Known, by_project

_MOST = 1_000_000
"""Files; all advisories about everything are a third of that."""
_LARGEST = 64 << 20
"""Bytes of one file; an entry has some thousand."""
_HINT = "`admission.vulnerabilities` names an OSV file, or a folder with such files ending in .json"


def load(path: Path) -> Known:
    """The advisories in the file at `path`, or in the folder and those below it, by project.

    SettingsError if there is none: a check that looks at nothing would let everything pass.
    """
    found = tuple(each for file in _files(path) for each in _read(file))
    if not found:
        raise SettingsError(f"{path} has no advisory about a Python project in it", hint=_HINT)
    return by_project(found)


def stamp(path: Path) -> str:
    """Changes as the files do, which are not read for it; SettingsError if they are not there."""
    lines = []
    for each in _files(path):
        status = each.stat()
        lines.append(f"{each}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ino}\n")
    return digest_bytes("".join(lines).encode(errors="surrogateescape"))


def _files(path: Path) -> Iterator[Path]:
    """Those that count, sorted. Links to folders are not followed: they may lead in a circle."""
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise SettingsError(f"{path}: no such file or folder", hint=_HINT)
    count = 0
    for folder, folders, names in os.walk(path, onerror=_unreadable):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if name.endswith(".json") and file.is_file():
                count += 1
                if count > _MOST:
                    raise SettingsError(f"{path} has more than {_MOST} files", hint=_HINT)
                yield file


def _unreadable(error: OSError) -> None:
    raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from error


def _read(file: Path) -> Iterator[advisories.Advisory]:
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST:
        raise SettingsError(f"{file} is larger than {_LARGEST} bytes", hint=_HINT)
    try:
        yield from advisories.read(content)
    except (codec.Malformed, RecursionError) as error:
        raise SettingsError(f"{file} is no OSV file: {error}", hint=_HINT) from error
