"""Whether a source has something to compile."""

import os
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_COMPILED = (
    *(
        ".c",
        ".cc",
        ".cpp",
        ".cxx",
        ".c++",
        ".m",
        ".mm",
        ".pyx",
        ".rs",
        ".go",
        ".zig",
        ".cu",
        ".hip",
    ),
    *(".f", ".for", ".f77", ".f90", ".f95", ".f03", ".f08", ".s", ".asm"),
)
_BUILD_FILES = frozenset({"CMakeLists.txt", "meson.build", "Cargo.toml", "configure.ac"})
_ASIDE = frozenset(
    {
        "test",
        "tests",
        "testing",
        "doc",
        "docs",
        "example",
        "examples",
        "bench",
        "benchmarks",
        "demo",
    }
)
_COMPILERS = frozenset(
    {
        "cffi",
        "cmake",
        "cython",
        "maturin",
        "meson-python",
        "mypy",
        "nanobind",
        "ninja",
        "pybind11",
        "scikit-build",
        "scikit-build-core",
        "setuptools-rust",
        "sip",
    }
)


def is_native(tree: Path, requires: Iterable[str]) -> bool:
    """Whether building the tree at `tree` needs compilers and headers.

    requires: its `[build-system].requires`. One that generates code (cffi, Cython, mypyc) counts
    though there is no file to compile yet. Files in folders for tests, documentation and examples
    do not count.
    """
    names = {canonicalize_name(Requirement(text).name) for text in requires}
    return bool(names & _COMPILERS) or _has_code(tree)


def _has_code(tree: Path) -> bool:
    for _, folders, files in os.walk(tree):
        folders[:] = [name for name in folders if name.lower() not in _ASIDE]
        if any(_is_code(name) for name in files):
            return True
    return False


def _is_code(name: str) -> bool:
    return name in _BUILD_FILES or name.lower().endswith(_COMPILED)
