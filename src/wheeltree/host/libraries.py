"""The libraries of this machine, by the names of their pkg-config modules."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from wheeltree.host import known_packages, packages, pkg_config
from wheeltree.host.elf import soname_of
from wheeltree.host.pkg_config import Module, NoModule
from wheeltree.model.frozen import Frozen
from wheeltree.model.system import AbsentLibrary, InstalledLibrary, SystemLibrary

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_SCRIPT = re.compile(r"-l([^\s)]+)|((?:/\S+/|\b)lib[^\s/]+\.so[.\d]*)")
"""What a linker script, which may stand in the place of a library, names."""
_LARGEST_SCRIPT = 4096
_LONGEST_CHAIN = 40
_MAGIC = b"\x7fELF"


class _Shared(Frozen):
    """A shared library as a linker finds it."""

    found: Path
    """By its name: a link, or a script that names others."""
    library: Path

    @property
    def soname(self) -> str:
        return soname_of(self.library)


def find(name: str) -> SystemLibrary:
    """The library of a pkg-config module: an InstalledLibrary, or an AbsentLibrary that says why.

    A library without a module is found by the name that linkers know it by (ev for libev.so), and
    one that has only headers by these, if it is well known. Some five processes.
    """
    if not _NAME.fullmatch(name):
        return _absent(name, NoModule(missing=name, reason="is no name of a library"))
    found = pkg_config.module(name)
    if isinstance(found, Module):
        return _installed(name, found.version, found.file, tuple(shared(found.flags)))
    plain = _plain(name)
    return plain if plain is not None else _absent(name, found)


def module_of(soname: str) -> str:
    """The name by which a shared library can be declared: of its module, or the linker's for it."""
    stem = stem_of(soname)
    return next(iter(pkg_config.linking(stem)), stem)


def stem_of(soname: str) -> str:
    """What linkers call a library: sodium for libsodium.so.23."""
    return soname.partition(".so")[0].removeprefix("lib")


def _plain(name: str) -> InstalledLibrary | None:
    """A library without a module: by the name that linkers know it by, or by its header."""
    if found := tuple(shared((f"-l{name}",))):
        return _installed(name, "", found[0].found, found)
    header = next(filter(Path.is_file, map(_included, known_packages.headers_of(name))), None)
    return None if header is None else _installed(name, "", header, ())


def _included(header: str) -> Path:
    return Path("/usr/include", header)


def _installed(
    name: str, version: str, file: Path, shared: tuple[_Shared, ...]
) -> InstalledLibrary:
    """With those of its libraries as its own that come with `file`, which belongs to it."""
    steps = {path: _steps(path) for path in (file, *_paths(shared))}
    owned = packages.owners_of_files(place for each in steps.values() for place in each)
    makers = {
        path: next((owned[place] for place in each if place in owned), "")
        for path, each in steps.items()
    }
    own = [each for each in shared if makers[each.found] == makers[file]] or shared
    loaded = (owned.get(steps[each.library][-1], "") for each in own)
    return InstalledLibrary(
        name=name,
        version=version,
        packages=packages.versions({makers[file], *loaded} - {""}),
        sonames=tuple(sorted({each.soname for each in own})),
        linked=tuple(sorted({each.soname for each in shared})),
    )


def _paths(shared: Iterable[_Shared]) -> Iterator[Path]:
    for each in shared:
        yield from (each.found, each.library)


def _steps(path: Path) -> tuple[str, ...]:
    """A file, and what it leads to step by step: alternatives of a distribution are links."""
    steps = [str(path)]
    while Path(steps[-1]).is_symlink() and len(steps) < _LONGEST_CHAIN:
        steps.append(str(Path(steps[-1]).parent / Path(steps[-1]).readlink()))
    return (*steps, str(path.resolve()))


def shared(flags: Iterable[str]) -> Iterator[_Shared]:
    """The shared libraries that a linker finds by these flags."""
    flags = tuple(flags)
    folders = [flag[2:] for flag in flags if flag.startswith("-L")] + list(_folders())
    for flag in flags:
        path = _first(f"lib{flag[2:]}.so", folders) if flag.startswith("-l") else Path(flag)
        if path.is_absolute() and path.is_file():
            yield from (_Shared(found=path, library=each) for each in _behind(path, folders))


def _behind(path: Path, folders: list[str]) -> Iterator[Path]:
    """The library itself, or what the linker script in its place names."""
    with path.open("rb") as file:
        begin = file.read(_LARGEST_SCRIPT)
    if begin.startswith(_MAGIC):
        yield path
        return
    for name, inner in _SCRIPT.findall(begin.decode(errors="replace")):
        other = _first(inner or f"lib{name}.so", folders)
        if other.is_file() and other != path and _is_elf(other):
            yield other


def _first(name: str, folders: list[str]) -> Path:
    return next((each for folder in folders if (each := Path(folder, name)).is_file()), Path(name))


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _folders() -> tuple[str, ...]:
    """Where the linker looks by itself, and the compiler before it: OpenMP's library is its own."""
    # Not from sysconfig: a thread that asks while another is the first to ask is told nothing.
    triplet = getattr(sys.implementation, "_multiarch", "")
    own = (f"/usr/lib/{triplet}", f"/lib/{triplet}") if triplet else ()
    compilers = sorted(map(str, Path("/usr/lib/gcc").glob("*/*")), reverse=True)
    return (*own, "/usr/lib64", "/lib64", "/usr/lib", "/lib", *compilers)


def _absent(name: str, found: NoModule) -> AbsentLibrary:
    if not found.missing:
        debian, fedora = "pkg-config", "pkgconf-pkg-config"
    else:
        debian, fedora = known_packages.providing(found.missing)
    return AbsentLibrary(name=name, reason=found.reason, debian=debian, fedora=fedora)
