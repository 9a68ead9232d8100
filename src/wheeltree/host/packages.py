"""The packages of this machine's distribution, from dpkg or rpm."""

import re
import shutil
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from wheeltree.model.frozen import Frozen

_DPKG_STATUS = Path("/var/lib/dpkg/status")
_RPM_DATABASES = tuple(
    Path(folder, "rpmdb.sqlite") for folder in ("/usr/lib/sysimage/rpm", "/var/lib/rpm")
)
_FIELDS = re.compile(r"^(Package|Status|Architecture|Version): (.+)$", re.MULTILINE)

_LITERAL = re.compile(r"[*?\[\\]")
"""What a pattern of dpkg has a meaning for."""


class Installed(Frozen):
    """One installed package."""

    name: str
    version: str
    """With release and architecture, as far as the distribution tells them apart."""


def installed() -> tuple[Installed, ...]:
    """All installed packages; none where the distribution has neither dpkg nor rpm."""
    try:
        status = _DPKG_STATUS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        status = ""
    if found := tuple(from_dpkg(status)):
        return found
    return tuple(from_rpm(_output("rpm", "-qa", "--qf", r"%{NAME} %{EVR} %{ARCH}\n")))


def kind() -> str:
    """Of the packages: deb or rpm."""
    return "deb" if _DPKG_STATUS.is_file() else "rpm"


def stamp() -> str:
    """What changes whenever a package is installed, upgraded or removed; "" where nobody knows."""
    for path in (_DPKG_STATUS, *_RPM_DATABASES):
        if path.is_file():
            status = path.stat()
            return f"{path} {status.st_mtime_ns} {status.st_size} {status.st_ino}"
    return ""


def owners(sonames: Iterable[str]) -> dict[str, str]:
    """The package that owns each shared library of these names, where there is one.

    A name that the dynamic linker does not find, or that no package owns, is left out. Two or three
    processes, however many names.
    """
    paths = located(sonames)
    found = owners_of_files(paths.values())
    return {name: found[path] for name, path in paths.items() if path in found}


def located(sonames: Iterable[str]) -> dict[str, str]:
    """Where the dynamic linker finds the shared libraries of these names that it does find."""
    libraries = from_ldconfig(_output("ldconfig", "-p"))
    return {name: libraries[name] for name in sonames if name in libraries}


def owners_of_files(paths: Iterable[str]) -> dict[str, str]:
    """The package that owns each of these files, where there is one: the file, or its link's end.

    One process, however many files.
    """
    places = {path: _places(path) for path in paths}
    found = _owners(tuple(sorted({place for each in places.values() for place in each})))
    owned = {
        path: next((found[place] for place in each if place in found), None)
        for path, each in places.items()
    }
    return {path: package for path, package in owned.items() if package is not None}


def versions(names: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The installed packages of these names, each with its version, sorted."""
    return tuple(sorted((each.name, each.version) for each in installed() if each.name in names))


def having(file: str) -> tuple[tuple[str, str], ...]:
    """Installed files whose path ends with `/file`, each with its package, sorted.

    Where there is no dpkg, only those right below /usr/include and /usr/bin.
    """
    if _DPKG_STATUS.is_file():
        listing = _output("dpkg-query", "-S", f"*/{_LITERAL.sub(_escaped, file)}")
        return tuple(sorted(from_dpkg_search(listing)))
    paths = (Path(folder, file) for folder in ("/usr/include", "/usr/bin"))
    return tuple(sorted(owners_of_files(str(path) for path in paths if path.is_file()).items()))


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def from_dpkg(status: str) -> Iterator[Installed]:
    """The installed packages of a dpkg status file."""
    for paragraph in status.split("\n\n"):
        fields = dict(_FIELDS.findall(paragraph))
        if fields.get("Status", "").endswith(" installed"):
            version = f"{fields['Version']} {fields['Architecture']}"
            yield Installed(name=fields["Package"], version=version)


def from_rpm(listing: str) -> Iterator[Installed]:
    """The packages of lines of name, version and architecture."""
    for line in listing.splitlines():
        name, _, version = line.partition(" ")
        yield Installed(name=name, version=version)


def from_ldconfig(listing: str) -> Mapping[str, str]:
    """The first path of each shared library that `ldconfig -p` lists."""
    paths: dict[str, str] = {}
    for line in listing.splitlines():
        name, arrow, path = line.strip().partition(" => ")
        if arrow:
            paths.setdefault(name.split(" ", 1)[0], path)
    return paths


def from_dpkg_search(listing: str) -> Iterator[tuple[str, str]]:
    """Path and package of the lines of `dpkg -S`, without architectures and diversions."""
    for line in listing.splitlines():
        names, colon, path = line.rpartition(": ")
        if colon and not names.startswith("diversion by "):
            yield path, names.split(",", 1)[0].split(":", 1)[0]


def _owners(paths: tuple[str, ...]) -> Mapping[str, str]:
    if not paths:
        return {}
    if _DPKG_STATUS.is_file():
        return dict(from_dpkg_search(_output("dpkg-query", "-S", *paths)))
    names = _output("rpm", "-qf", "--qf", r"%{NAME}\n", *paths).splitlines()
    # One line for each path, in their order; a sentence for a path that no package owns.
    return {path: name for path, name in zip(paths, names, strict=False) if " " not in name}


def _places(path: str) -> tuple[str, ...]:
    """All names under which a package may own the file: with and without /usr, its link's end."""
    real = str(Path(path).resolve())
    names = dict.fromkeys((path, real))
    twins = (
        name.removeprefix("/usr") if name.startswith("/usr/") else f"/usr{name}" for name in names
    )
    return tuple(dict.fromkeys((*names, *twins)))


def _output(program: str, *arguments: str) -> str:
    """What a program prints; "" if there is none."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if path is None:
        return ""
    result = subprocess.run(  # as long as it takes: a loaded machine must not end a finished run
        [path, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        check=False,  # dpkg-query fails if one path of many is nobody's
    )
    return result.stdout.decode(errors="replace")
