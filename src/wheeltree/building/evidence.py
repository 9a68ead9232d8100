"""What a source tree shows of libraries that it bundles, and of the switches that it has for that.

The tree was written by a build: no link in it is followed, and only plain files are read.
"""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from wheeltree.host.libraries import stem_of

_MOST_FILES = 200_000
_LARGEST = 1 << 20
_DEEPEST = 2
_SCRIPT = re.compile(
    r"(?:setup|.*build.*|.*config.*)\.py|CMakeLists\.txt|meson[._]options?(?:\.txt)?"
)
_ENVIRONMENT = re.compile(
    r"""(?:environ(?:\.get|\.pop|\.setdefault)?\s*[(\[]|getenv\s*\()\s*['"]([A-Z][A-Z0-9_]{2,59})['"]
      | ['"]([A-Z][A-Z0-9_]{2,59})['"]\s+(?:not\s+)?in\s+(?:os\.)?environ
      | \boption\s*\(\s*['"]?([A-Za-z][\w-]{2,59})""",
    re.VERBOSE,
)
_TELLING = re.compile(
    r"SYSTEM|BUNDLE|EMBED|VENDOR|INSTALL|STATIC|SHARED|EXTERNAL|BUILTIN|INTERNAL|FETCH|DOWNLOAD"
)


def archives(source: Path, stems: frozenset[str]) -> tuple[str, ...]:
    """Libraries of these names in a tree, static or shared, by path.

    stems: such as sodium for libsodium.a.
    """
    return tuple(
        sorted(path for path in _files(source) if _is_library(path) and _stem(path) in stems)
    )


def switches(source: Path, stems: frozenset[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The scripts of a tree that read what looks like a switch for bundling, with its names.

    stems: libraries whose names are as telling.
    """
    words = {re.sub(r"[^A-Z]", "", each.upper()) for each in stems}
    for path in sorted(_files(source)):
        name = path.rpartition("/")[2]
        if path.count("/") < _DEEPEST and _SCRIPT.fullmatch(name):
            names = {
                next(filter(None, each)) for each in _ENVIRONMENT.findall(_text(source / path))
            }
            telling = [each for each in sorted(names) if _tells(each.upper(), words)]
            if telling:
                yield path, tuple(telling)


def _tells(name: str, words: set[str]) -> bool:
    return _TELLING.search(name) is not None or any(word and word in name for word in words)


def _is_library(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith("lib") and (name.endswith(".a") or ".so" in name)


def _stem(path: str) -> str:
    return stem_of(path.rpartition("/")[2].removesuffix(".a"))


def _files(source: Path) -> Iterator[str]:
    """The paths of plain files, as many as anybody will look at."""
    count = 0
    for folder, _, names in os.walk(source):
        for name in names:
            count += 1
            if count > _MOST_FILES:
                return
            yield os.path.relpath(f"{folder}/{name}", source)


def _text(path: Path) -> str:
    """The beginning of a plain file; "" of anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return file.read(_LARGEST).decode("utf-8", "replace")
