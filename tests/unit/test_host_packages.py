"""The parts of a system, from lists of packages."""

import random

import pytest

from wheeltree.host.fingerprint import digests, part_of
from wheeltree.host.packages import (
    Installed,
    from_dpkg,
    from_dpkg_search,
    from_ldconfig,
    from_rpm,
)
from wheeltree.model.digest import Digest
from wheeltree.model.platform import Part

DEBIAN = {
    "libc6": "2.36-9",
    "gcc-12": "12.2.0-14",
    "libstdc++-12-dev": "12.2.0-14",
    "binutils": "2.40-2",
    "make": "4.3-4",
    "libxml2-dev": "2.9.14",
    "libc6-dev": "2.36-9",
    "tzdata": "2024a",
    "libxml2": "2.9.14",
}


def of(packages: dict[str, str], distribution: str = "debian 12") -> dict[Part, Digest]:
    installed = [Installed(name=name, version=version) for name, version in packages.items()]
    return dict(digests(installed, distribution=distribution))


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"tzdata": "2024b"}, set()),
        ({"libxml2": "2.9.15"}, set()),
        ({"gcc-12": "12.2.0-15", "libstdc++-12-dev": "12.2.0-15"}, {"toolchain"}),
        ({"cmake": "3.25"}, {"toolchain"}),
        ({"libxml2-dev": "2.9.15"}, {"headers"}),
        ({"zlib1g-dev": "1.2"}, {"headers"}),
        ({"libc6": "2.37", "libc6-dev": "2.37"}, {"base", "headers"}),
    ],
)
def test_a_package_changes_its_part_and_no_other(change: dict[str, str], parts: set[Part]) -> None:
    before, after = of(DEBIAN), of(DEBIAN | change)
    assert {part for part in before if before[part] != after[part]} == parts


def test_the_distribution_belongs_to_the_base() -> None:
    before, after = of(DEBIAN), of(DEBIAN, "debian 13")
    assert {part for part in before if before[part] != after[part]} == {"base"}


def test_the_order_of_packages_does_not_matter() -> None:
    names = list(DEBIAN)
    random.Random(1).shuffle(names)
    assert of({name: DEBIAN[name] for name in names}) == of(DEBIAN)


def test_the_parts_come_in_one_order() -> None:
    assert list(of(DEBIAN)) == ["base", "toolchain", "headers"]


@pytest.mark.parametrize(
    ("package", "part"),
    [
        ("libc6", "base"),
        ("glibc", "base"),
        ("musl", "base"),
        *(
            (name, "toolchain")
            for name in ("gcc", "gcc-12", "gcc-c++", "g++", "cpp-12", "gfortran")
        ),
        *(
            (name, "toolchain")
            for name in ("binutils-x86-64-linux-gnu", "clang-14", "llvm", "rust")
        ),
        *(
            (name, "toolchain")
            for name in ("make", "cmake-data", "ninja-build", "pkgconf", "patchelf")
        ),
        *((name, "toolchain") for name in ("libgcc-12-dev", "libstdc++-devel", "golang-1.19-go")),
        *(
            (name, "headers")
            for name in ("libxml2-dev", "zlib-devel", "kernel-headers", "libc6-dev")
        ),
        *((name, None) for name in ("tzdata", "libxml2", "dpkg-dev", "gccgo-doc", "makedumpfile")),
    ],
)
def test_a_package_belongs_to_one_part_or_none(package: str, part: Part | None) -> None:
    assert part_of(package) == part


STATUS = """\
Package: zlib1g
Status: install ok installed
Architecture: amd64
Version: 1:1.2.13
Description: compression library
 Version: not a field

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1

Package: make
Status: hold ok installed
Architecture: amd64
Version: 4.3
"""


def test_dpkgs_status_gives_what_is_installed() -> None:
    assert tuple(from_dpkg(STATUS)) == (
        Installed(name="zlib1g", version="1:1.2.13 amd64"),
        Installed(name="make", version="4.3 amd64"),
    )


def test_an_empty_status_gives_nothing() -> None:
    assert tuple(from_dpkg("")) == ()


def test_rpms_listing_gives_what_is_installed() -> None:
    assert tuple(from_rpm("make 1:4.4-5.fc41 x86_64\n")) == (
        Installed(name="make", version="1:4.4-5.fc41 x86_64"),
    )


def test_the_linkers_cache_gives_the_first_path_of_a_name() -> None:
    listing = """\
2 libs found in cache `/etc/ld.so.cache'
\tlibz.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1
\tlibz.so.1 (libc6) => /lib/i386-linux-gnu/libz.so.1
"""
    assert from_ldconfig(listing) == {"libz.so.1": "/lib/x86_64-linux-gnu/libz.so.1"}


def test_owners_are_read_without_architecture_and_diversions() -> None:
    listing = """\
zlib1g:amd64: /lib/x86_64-linux-gnu/libz.so.1
diversion by dash from: /bin/sh
libc6:amd64, libc6:i386: /lib/shared
"""
    assert dict(from_dpkg_search(listing)) == {
        "/lib/x86_64-linux-gnu/libz.so.1": "zlib1g",
        "/lib/shared": "libc6",
    }
