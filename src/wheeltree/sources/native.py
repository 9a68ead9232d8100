"""Whether a source has something to compile."""

from collections.abc import Iterable

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


def is_native(files: Iterable[str], requires: Iterable[str]) -> bool:
    """Whether building a source needs compilers and headers.

    files: paths of all its files. requires: its `[build-system].requires`. One that generates code
    (cffi, Cython, mypyc) counts though there is no file to compile yet. Files in folders for tests,
    documentation and examples do not count.
    """
    names = {canonicalize_name(Requirement(text).name) for text in requires}
    return bool(names & _COMPILERS) or any(_is_code(path) for path in files)


def _is_code(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    if name not in _BUILD_FILES and not name.lower().endswith(_COMPILED):
        return False
    return _ASIDE.isdisjoint(folder.lower().split("/"))
