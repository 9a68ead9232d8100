"""The libraries of this machine, by the names of their pkg-config modules."""

import re
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from wheeltree.host import known_packages, packages, pkg_config
from wheeltree.host.elf import soname_of
from wheeltree.host.pkg_config import Module, NoModule
from wheeltree.model.system import AbsentLibrary, InstalledLibrary, SystemLibrary

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_SCRIPT = re.compile(r"-l(\S+)|(/\S+\.so[.\d]*)")
"""What a linker script, which may stand in the place of a library, names."""
_LARGEST_SCRIPT = 4096
_LONGEST_CHAIN = 40
_MAGIC = b"\x7fELF"


def find(name: str) -> SystemLibrary:
    """The library of a pkg-config module: an InstalledLibrary, or an AbsentLibrary that says why.

    A library without a module is found by the name that linkers know it by (ev for libev.so), and
    one that has only headers by these, if it is well known. Some five processes.
    """
    if not _NAME.fullmatch(name):
        return _absent(name, NoModule(missing=name, reason="no library has such a name"))
    found = pkg_config.module(name)
    if isinstance(found, Module):
        return _installed(name, found.version, found.file, tuple(_shared(found.flags)))
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
    if found := tuple(_shared((f"-l{name}",))):
        return _installed(name, "", found[0], found)
    header = next(filter(Path.is_file, map(_included, known_packages.headers_of(name))), None)
    return None if header is None else _installed(name, "", header, ())


def _included(header: str) -> Path:
    return Path("/usr/include", header)


def _installed(
    name: str, version: str, file: Path, shared: tuple[Path, ...]
) -> InstalledLibrary:
    chains = {path: _chain(path) for path in (file, *shared)}
    every = tuple(sorted({place for chain in chains.values() for place in chain}))
    owned = packages.owners_of_files(every)
    makers = {
        path: next((owned[place] for place in chain if place in owned), "")
        for path, chain in chains.items()
    }
    own = [path for path in shared if makers[path] == makers[file]] or shared
    names = {makers[file], *(owned.get(chains[path][-1], "") for path in own)} - {""}
    return InstalledLibrary(
        name=name,
        version=version,
        packages=packages.versions(names),
        sonames=tuple(sorted({soname_of(path) for path in own})),
        linked=tuple(sorted({soname_of(path) for path in shared})),
    )


def _chain(path: Path) -> tuple[str, ...]:
    """A file, and what it leads to step by step: alternatives of a distribution are links."""
    steps = [str(path)]
    while Path(steps[-1]).is_symlink() and len(steps) < _LONGEST_CHAIN:
        steps.append(str(Path(steps[-1]).parent / Path(steps[-1]).readlink()))
    return (*steps, str(path.resolve()))


def _shared(flags: Iterable[str]) -> Iterator[Path]:
    """The shared libraries that a linker finds by these flags."""
    flags = tuple(flags)
    folders = [flag[2:] for flag in flags if flag.startswith("-L")] + list(_folders())
    for flag in flags:
        if flag.startswith("-l"):
            yield from _behind(flag[2:], folders)
        elif flag.startswith("/") and ".so" in flag:
            yield from _real(Path(flag), folders)


def _behind(name: str, folders: list[str]) -> Iterator[Path]:
    for folder in folders:
        path = Path(folder, f"lib{name}.so")
        if path.is_file():
            yield from _real(path, folders)
            return


def _real(path: Path, folders: list[str]) -> Iterator[Path]:
    """The library itself, or what the linker script in its place names."""
    try:
        with path.open("rb") as file:
            begin = file.read(_LARGEST_SCRIPT)
    except OSError:
        return
    if begin.startswith(_MAGIC):
        yield path
        return
    for name, inner in _SCRIPT.findall(begin.decode(errors="replace")):
        other = Path(inner) if inner else _first(f"lib{name}.so", folders)
        if other.is_file() and other != path and _is_elf(other):
            yield other


def _first(name: str, folders: list[str]) -> Path:
    return next((each for folder in folders if (each := Path(folder, name)).is_file()), Path(name))


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _folders() -> tuple[str, ...]:
    """Where the linker looks by itself."""
    triplet = sysconfig.get_config_var("MULTIARCH") or ""
    own = (f"/usr/lib/{triplet}", f"/lib/{triplet}") if triplet else ()
    return (*own, "/usr/lib64", "/lib64", "/usr/lib", "/lib")


def _absent(name: str, found: NoModule) -> AbsentLibrary:
    if not found.missing:
        debian, fedora = "pkg-config", "pkgconf-pkg-config"
    else:
        debian, fedora = known_packages.providing(found.missing)
    return AbsentLibrary(name=name, reason=found.reason, debian=debian, fedora=fedora)
