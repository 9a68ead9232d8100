"""What pkg-config says, what stands behind a library's name, and what is known of packages."""

import subprocess
import sys
from pathlib import Path

import pytest

from wheeltree.host import known_packages
from wheeltree.host.libraries import shared, stem_of
from wheeltree.host.pkg_config import NoModule, unusable

ABSENT = """Package {0} was not found in the pkg-config search path.
Perhaps you should add the directory containing `{0}.pc'
to the PKG_CONFIG_PATH environment variable
Package '{0}', required by 'virtual:world', not found
"""


def test_a_module_that_is_not_there_is_named() -> None:
    assert unusable("foo", ABSENT.format("foo")) == NoModule(
        missing="foo", reason="is not installed"
    )


@pytest.mark.parametrize(
    "complaint",
    [
        "Package libpng was not found\nPackage 'libpng', required by 'foo', not found\n",
        "Package libpng, required by foo, not found",
    ],
)
def test_a_module_that_another_requires_is_what_is_missing(complaint: str) -> None:
    found = unusable("foo", complaint)
    assert found.missing == "libpng"
    assert found.reason == "requires libpng, which is not installed"


def test_a_linker_script_stands_for_the_libraries_that_it_names(tmp_path: Path) -> None:
    for name in ("libtinfo.so", "libcurses.so.6", "libm.so.6"):
        (tmp_path / name).write_bytes(b"\x7fELF")
    script = f"/* GNU ld script */ GROUP ( {tmp_path}/libm.so.6 AS_NEEDED ( /no/libmvec.so.1 ) )"
    (tmp_path / "libm.so").write_text(script)
    (tmp_path / "libcurses.so").write_text("INPUT(libcurses.so.6 -ltinfo)")
    (tmp_path / "libjunk.so").write_bytes(b"\0\xff")
    flags = (f"-L{tmp_path}", "-lcurses", "-lm", "-lnosuch", "-ljunk", "-pthread")
    assert [each.soname for each in shared(flags)] == ["libcurses.so.6", "libtinfo.so", "libm.so.6"]


@pytest.mark.parametrize(
    ("soname", "stem"),
    [
        ("libsodium.so.23", "sodium"),
        ("libz.so", "z"),
        ("odd", "odd"),
        ("libusb-1.0.so.0", "usb-1.0"),
    ],
)
def test_linkers_have_a_shorter_name(soname: str, stem: str) -> None:
    assert stem_of(soname) == stem


def test_what_is_known_is_found_by_each_of_its_names() -> None:
    for found in (
        known_packages.by_module("LibSodium"),
        known_packages.by_header("sodium.h"),
        known_packages.by_linked("sodium"),
        known_packages.by_cmake("Sodium"),
    ):
        assert found is not None
        assert (found.debian, found.fedora) == ("libsodium-dev", "libsodium-devel")
    assert known_packages.providing("nosuch") == ("", "pkgconfig(nosuch)")
    assert known_packages.programs()["pg_config"] == ("libpq-dev", "libpq-devel")


def test_the_tables_are_whole_and_say_nothing_twice() -> None:
    libraries = known_packages.libraries()
    assert all(each.module and each.fedora for each in libraries)
    assert len({each.module for each in libraries}) == len(libraries)
    headers = [header for each in libraries for header in each.headers]
    assert len(set(headers)) == len(headers)
    assert {name for each in libraries if each.only_headers for name in (each.module,)} >= {"boost"}


def test_several_threads_find_the_same_at_once() -> None:
    code = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from wheeltree.host.libraries import shared
barrier = Barrier(8)
def look(_):
    barrier.wait()
    return [each.soname for each in shared(("-lc",))]
with ThreadPoolExecutor(8) as pool:
    found = list(pool.map(look, range(8)))
assert all("libc.so.6" in each for each in found), found
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_library_that_the_compiler_keeps_for_itself_is_found() -> None:
    found = [each.soname for each in shared(("-lgomp",))]
    assert found == ["libgomp.so.1"]
