"""The fingerprint of the system in parts, so that a build takes only what it uses (DESIGN 6)."""

import platform
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from wheeltree.host import packages
from wheeltree.host.packages import Installed
from wheeltree.model.digest import Digest, digest_bytes, digest_file
from wheeltree.model.making import SystemPackage
from wheeltree.model.platform import Interpreter, Part

# Patterns are compiled when a package is first looked at: most runs know the parts from before.
_BASE = r"libc6|glibc|musl"
_TOOLCHAIN = r"""(?x)
    (gcc|g\+\+|cpp|gfortran|gobjc|gdc|gnat) (-\d+)? (-c\+\+|-gfortran|-plugin-.+|-base|-multilib)?
  | lib(gcc|stdc\+\+|gfortran|objc|asan|tsan|ubsan|quadmath|gomp|gccjit|cc1-0)(-\d+)?(-dev)?
  | libstdc\+\+-(devel|static) | libquadmath-devel | annobin-.+ | redhat-rpm-config
  | binutils(-.+)? | libbinutils | libctf(-nobfd)?0 | libgprofng0 | mold | lld(-\d+)? | tcc
  | (clang|libclang|llvm|flang|mlir)(-.+|\d.*)?
  | make | cmake(-data|-filesystem)? | ninja-build | meson | bazel | patchelf
  | pkg-config | pkgconf(-.+)? | libpkgconf\d*
  | rustc?(-.+)? | cargo(-.+)? | libstd-rust-.+ | golang(-.+)? | ghc(-.+)? | valac(-.+)?
  | nodejs(-.+)? | (default|openjdk-\d+)-jdk(-headless)? | java-.+-openjdk-devel
  | swig(\d.*)? | bison | byacc | flex | protobuf-compiler | cython3 | python3-cython
"""
_HEADERS = r".+-(dev|devel|headers|dev-bin|static)|.+-dev-.+"
_NO_HEADERS = ("dpkg-dev", "manpages-dev")
_PROGRAMS = (
    *("cc", "gcc", "g++", "gfortran", "clang", "clang++", "cpp", "as", "ld", "ar", "strip"),
    *("make", "cmake", "ninja", "meson", "pkg-config", "patchelf", "rustc", "cargo", "go", "node"),
)


def parts(interpreter: Interpreter) -> tuple[tuple[Part, Digest], ...]:
    """The digest of each part of this system that a build for `interpreter` may take.

    Takes some 10 ms where there is dpkg, some 100 ms where there is rpm, and longer where programs
    must be read: file it under `stamp`.
    """
    if installed := packages.installed():
        return digests(installed, distribution=distribution())
    return _by_content(interpreter)


def stamp() -> str:
    """What changes whenever a part of this system may have changed; a look at a few files."""
    return f"{distribution()} {packages.stamp() or _stamp_of_programs()}"


def listed(parts: Iterable[Part]) -> Iterator[SystemPackage]:
    """The installed packages that these parts of the system are made of, sorted.

    None where there is no package manager that we know.
    """
    wanted = frozenset(parts)
    for each in sorted(packages.installed(), key=lambda each: (each.name, each.version)):
        if part_of(each.name) in wanted:
            yield SystemPackage(kind=packages.kind(), name=each.name, version=each.version)


def digests(
    installed: Iterable[Installed], *, distribution: str
) -> tuple[tuple[Part, Digest], ...]:
    """The digest of each part of a system with these packages, in whatever order they come.

    distribution: its name and version; belongs to the base.
    """
    lines: dict[Part, set[str]] = {"base": {distribution}, "toolchain": set(), "headers": set()}
    for package in installed:
        if part := part_of(package.name):
            lines[part].add(f"{package.name} {package.version}")
    return tuple((part, _digest(names)) for part, names in lines.items())


def part_of(package: str) -> Part | None:
    """The part of the system that a distribution package of this name belongs to, if any.

    The libraries and headers of a compiler come and go with it, and belong to the toolchain.
    """
    if re.fullmatch(_BASE, package):
        return "base"
    if re.fullmatch(_TOOLCHAIN, package):
        return "toolchain"
    headers = re.fullmatch(_HEADERS, package) and package not in _NO_HEADERS
    return "headers" if headers else None


def _digest(lines: Iterable[str]) -> Digest:
    return digest_bytes("\n".join(sorted(lines)).encode())


def distribution() -> str:
    """Its name and version, such as debian 12."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "unknown"
    return f"{release['ID']} {release.get('VERSION_ID', '')}"


# Where no package manager is known


def _by_content(interpreter: Interpreter) -> tuple[tuple[Part, Digest], ...]:
    programs = (f"{path.name} {digest_file(path)}" for path in _programs())
    headers = (
        f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for path in sorted(Path("/usr/include").rglob("*"))
        if path.is_file()
    )
    base = dict(interpreter.markers).get("platform_machine", "")
    return (
        ("base", _digest([distribution(), base, *map(digest_file, _libc())])),
        ("toolchain", _digest(programs)),
        ("headers", _digest(headers)),
    )


def _stamp_of_programs() -> str:
    places = (*_programs(), *_libc(), Path("/usr/include"))
    return " ".join(f"{path} {path.stat().st_mtime_ns}" for path in places if path.exists())


def _programs() -> Iterator[Path]:
    found = (shutil.which(name, path="/usr/bin") for name in _PROGRAMS)
    return (Path(path).resolve() for path in found if path is not None)


def _libc() -> Iterator[Path]:
    patterns = ("lib*/libc.so.6", "lib/*-linux-*/libc.so.6", "lib/ld-musl-*")
    return (path for pattern in patterns for path in sorted(Path("/usr").glob(pattern)))
