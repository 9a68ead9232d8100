"""What the programs and libraries in a wheel load, and which of them are libraries of its own."""

import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from wheeltree.errors import BuildError
from wheeltree.host.elf_file import MAGIC, NEEDED, SONAME, Elf
from wheeltree.host.extent import Malformed
from wheeltree.model.frozen import Frozen

_ENTRY = b"PyInit"
"""How the functions begin that Python calls to import an extension module (PEP 489)."""
_TAGGED = re.compile(r"\.(abi3|cpython-[\w-]+|pypy[\w-]+|graalpy[\w-]+)\.so")
_VERSIONED = re.compile(r"\.so\.\d")
_GLIBC = re.compile(rb"\0GLIBC_(\d{1,3})\.(\d{1,3})(?=[.\0])")


class Linkage(Frozen):
    """What one file of a wheel says to the dynamic linker."""

    member: str
    """Its path in the wheel."""
    needed: frozenset[str]
    """DT_NEEDED: what it loads."""
    soname: frozenset[str]
    """DT_SONAME: what it is loaded as; one or none."""
    module: bool
    """Whether it has what Python calls to import an extension module."""
    glibc: tuple[int, int] = (0, 0)
    """The newest version of the GNU C library whose symbols it names."""

    @property
    def is_library(self) -> bool:
        """Whether it is a shared library that other files load, and not an extension module."""
        path = PurePosixPath(self.member)
        if any(folder.endswith(".libs") for folder in path.parts[:-1]) or _VERSIONED.search(
            path.name
        ):
            return True
        if _TAGGED.search(path.name) or not path.name.endswith(".so"):
            return False
        return not self.module and (path.name.startswith("lib") or bool(self.soname))


class Linkages(Frozen):
    """All programs and libraries in one wheel."""

    files: tuple[Linkage, ...]
    """By path. A file that no dynamic linker could load, such as test data, is none of them."""
    carried: frozenset[str]
    """The names of all files of the wheel."""

    @property
    def needed(self) -> tuple[str, ...]:
        """DT_NEEDED of all files, without what the wheel has itself, sorted."""
        names = frozenset[str]().union(*(each.needed for each in self.files))
        return tuple(sorted(names - self.carried.union(*(each.soname for each in self.files))))


def linkages(wheel: Path) -> Linkages:
    """What the programs and libraries in `wheel` load; BuildError if it is damaged."""
    files, names = _read(wheel, _may_link)
    return Linkages(files=files, carried=frozenset(PurePosixPath(name).name for name in names))


def libraries(wheel: Path) -> tuple[Linkage, ...]:
    """The shared libraries that a wheel brings; BuildError if it is damaged.

    Files that can be nothing but extension modules, as their names say, are not read.
    """
    return tuple(each for each in _read(wheel, _may_be_library)[0] if each.is_library)


def soname_of(library: Path) -> str:
    """The name by which programs that are linked to a shared library load it.

    Its file name where it says none, as for the linker.
    """
    try:
        with library.open("rb") as file:
            names = [name for tag, name in Elf(file).entries() if tag == SONAME]
    except (OSError, Malformed):
        names = []
    return next(iter(names), library.name)


def _read(
    wheel: Path, wanted: Callable[[zipfile.ZipInfo], bool]
) -> tuple[tuple[Linkage, ...], list[str]]:
    """Those of the wanted members that a dynamic linker could load, and the paths of all."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = sorted(filter(wanted, archive.infolist()), key=lambda each: each.filename)
            found = [_linkage(archive, member) for member in members]
            return tuple(each for each in found if each is not None), archive.namelist()
    except (OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise BuildError(f"{wheel}: its libraries cannot be read: {error}") from error


def _may_be_library(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    grafted = any(folder.endswith(".libs") for folder in path.parts[:-1])
    return ".so" in path.name and (grafted or not _TAGGED.search(path.name))


def _may_link(member: zipfile.ZipInfo) -> bool:
    executable = member.external_attr >> 16 & 0o111
    return not member.is_dir() and (".so" in PurePosixPath(member.filename).name or executable != 0)


def _linkage(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Linkage | None:
    with archive.open(member) as packed, tempfile.TemporaryFile() as file:
        if packed.read(len(MAGIC)) != MAGIC:
            return None
        file.write(MAGIC)
        shutil.copyfileobj(packed, file)
        try:
            elf = Elf(file)
            entries = tuple(elf.entries())
            names = elf.names()
        except Malformed:
            return None
    return Linkage(
        member=member.filename,
        needed=frozenset(name for tag, name in entries if tag == NEEDED),
        soname=frozenset(name for tag, name in entries if tag == SONAME),
        module=_ENTRY in names,
        glibc=max(((int(one), int(two)) for one, two in _GLIBC.findall(names)), default=(0, 0)),
    )
