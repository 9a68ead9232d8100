"""What of this machine's /usr a job may see, and which parts of it are the toolchain."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from wheeltree.model.frozen import Frozen
from wheeltree.model.tools import is_managed
from wheeltree.sandbox import accelerators

_TOP = ("/bin", "/sbin", "/lib", "/lib32", "/libx32", "/lib64")
_LOCAL = "/usr/local"
"""Not the distribution's: no build sees it."""

_FOLDERS = ("include", "lib/gcc", "libexec/gcc", "lib/jvm", "lib/rustlib", "lib/golang")
_FOLDER_PATTERNS = ("lib/llvm*", "lib/go-*", "lib/rust-*", "lib64/llvm*")

_PROGRAMS = re.compile(
    r"""
    (?: (?:[a-z0-9_]+-){1,2} linux (?:-gnu[a-z0-9]*)? - )?        # x86_64-linux-gnu-
    (?: cc | c\+\+ | cpp | gcc | g\+\+ | gfortran | clang | clang\+\+ | flang | tcc
      | as | ar | ld | ld\.(?:bfd|gold|lld) | lld | mold | strip
      | make | gmake | bazel | pkg-config | pkgconf
      | rustc | rustup | cargo | go | gofmt | ghc | node | nodejs | javac | valac
      | bison | yacc | flex | protoc | cython3? | f2py3?
    )
    (?: -? [0-9][0-9.]* )?                                         # -12
    """,
    re.VERBOSE,
)


class System(Frozen):
    """The shape of one machine's /usr."""

    links: tuple[tuple[str, str], ...]
    """Links of the top folder and where they point: /bin to usr/bin on a merged system."""
    folders: tuple[str, ...]
    """Top folders that are no links, on a system that is not merged."""
    foreign: tuple[str, ...]
    """Folders that no job sees."""
    toolchain_folders: tuple[str, ...]
    """Headers and the insides of compilers: seen by native jobs only."""
    toolchain_programs: tuple[tuple[str, str], ...]
    """Compilers and build programs by name, each with the file behind it: for native jobs only, and
    some of them only for those that are given them."""


def look() -> System:
    """The system that this process runs on; a few milliseconds, once per run."""
    top = [path for path in map(Path, _TOP) if path.exists()]
    folders = tuple(sorted(_toolchain_folders()))
    foreign = (_LOCAL, *accelerators.folders(Path("/usr")))
    return System(
        links=tuple((str(path), os.readlink(path)) for path in top if path.is_symlink()),  # noqa: PTH115 - as text
        folders=tuple(str(path) for path in top if not path.is_symlink()),
        foreign=tuple(path for path in foreign if Path(path).is_dir()),
        toolchain_folders=folders,
        toolchain_programs=tuple(sorted(_toolchain_programs((*folders, *foreign)))),
    )


def is_toolchain(program: str) -> bool:
    """Whether a program of this name compiles, links or drives a build."""
    return _PROGRAMS.fullmatch(program) is not None or is_managed(program)


def _toolchain_folders() -> Iterator[str]:
    usr = Path("/usr")
    fixed = (usr / name for name in _FOLDERS)
    found = (path for pattern in _FOLDER_PATTERNS for path in usr.glob(pattern))
    for path in (*fixed, *found):
        if path.is_dir() and not path.is_symlink():
            yield str(path)


def _toolchain_programs(hidden: tuple[str, ...]) -> set[tuple[str, str]]:
    """The names of the toolchain, and the files behind them, so that each is disabled once."""
    programs = set()
    for folder in ("/usr/bin", "/usr/sbin"):
        for entry in os.scandir(folder):
            real = os.path.realpath(entry.path) if is_toolchain(entry.name) else ""
            inside = any(real.startswith(f"{path}/") for path in hidden)
            if real.startswith("/usr/") and not inside and os.path.isfile(real):  # noqa: PTH113
                programs.add((entry.name, real))
    return programs
