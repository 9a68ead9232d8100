"""Well known libraries and programs, and the packages that have them on Debian and on Fedora.

What is installed is asked of the distribution; this is for what is not installed.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from wheeltree.model.frozen import Frozen


class KnownLibrary(Frozen):
    """A library that native packages use."""

    module: str
    """The name that `uses:` takes: of its pkg-config module, or that linkers know it by."""
    debian: str
    """"" where it has none."""
    fedora: str
    headers: tuple[str, ...]
    """As they are included."""
    linked: tuple[str, ...]
    """Names that linkers know it by: z for libz.so."""
    cmake: tuple[str, ...]
    """What CMake calls it, in lower case."""

    @property
    def only_headers(self) -> bool:
        """Whether there is nothing to load."""
        return not self.linked


_LIBRARIES = Path(__file__).with_name("known_libraries.txt")
_PROGRAMS = Path(__file__).with_name("known_programs.txt")


@cache
def libraries() -> tuple[KnownLibrary, ...]:
    """All that are known."""
    return tuple(_library(*cells) for cells in _rows(_LIBRARIES))


def by_module(name: str) -> KnownLibrary | None:
    """The library of a pkg-config module, however upper and lower case are written."""
    wanted = name.lower()
    return next((each for each in libraries() if each.module.lower() == wanted), None)


def by_header(header: str) -> KnownLibrary | None:
    """The library that has a header, as it is included."""
    return next((each for each in libraries() if header in each.headers), None)


def by_linked(name: str) -> KnownLibrary | None:
    """The library that linkers know by this name: z for libz.so."""
    return next((each for each in libraries() if name in each.linked), None)


def by_cmake(name: str) -> KnownLibrary | None:
    """The library that CMake looks for by this name."""
    wanted = name.lower()
    return next((each for each in libraries() if wanted in each.cmake), None)


def headers_of(name: str) -> tuple[str, ...]:
    """The headers of a library by which it is found where it has nothing else."""
    known = by_module(name)
    return known.headers if known is not None and known.only_headers else ()


def providing(module: str) -> tuple[str, str]:
    """The packages that have a pkg-config module, on Debian ("" if unknown) and on Fedora."""
    known = by_module(module)
    return (known.debian, known.fedora) if known else ("", f"pkgconfig({module})")


@cache
def programs() -> dict[str, tuple[str, str]]:
    """The packages that have a program, on Debian and on Fedora, by its name."""
    return {name: (debian, fedora) for name, debian, fedora in _rows(_PROGRAMS)}


def _library(*cells: str) -> KnownLibrary:
    module, debian, fedora, headers, linked, cmake = cells
    return KnownLibrary(
        module=module,
        debian=debian,
        fedora=fedora,
        headers=tuple(headers.split()),
        linked=tuple(linked.split()),
        cmake=tuple(cmake.split()),
    )


def _rows(table: Path) -> Iterator[tuple[str, ...]]:
    """The lines of a table, each in cells."""
    for line in table.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(cell.strip() for cell in line.split("|"))
