"""What a wheel must load, may load and must not bring."""

import pytest

from wheeltree.building.linkage import undeclared, unloaded
from wheeltree.host.elf import Linkage, Linkages
from wheeltree.model.system import InstalledLibrary, Library, Link

XSLT = InstalledLibrary(
    name="libxslt",
    version="1.1",
    packages=(("libxslt1-dev", "1.1-1"), ("libxslt1.1", "1.1-1")),
    sonames=("libxslt.so.1",),
    linked=("libxml2.so.2", "libxslt.so.1"),
)
KNOWN = {"libxslt": XSLT}


def file(member: str, *needed: str, soname: str = "", module: bool = False) -> Linkage:
    names = frozenset({soname} if soname else ())
    return Linkage(member=member, needed=frozenset(needed), soname=names, module=module)


def wheel(*files: Linkage) -> Linkages:
    return Linkages(
        files=files, carried=frozenset(each.member.rpartition("/")[2] for each in files)
    )


@pytest.mark.parametrize(
    ("link", "files", "missing"),
    [
        ("dynamic", [file("x/_x.abi3.so", "libxslt.so.1", "libc.so.6")], False),
        ("dynamic", [file("x/_x.abi3.so", "libc.so.6")], True),
        ("dynamic", [], True),
        ("dynamic", [file("x/_x.so", "libxslt.so.1"), file("x.libs/libxslt.so.1")], True),
        ("dynamic", [file("x/_x.so", "libxslt.so.1"), file("l/f.so", soname="libxslt.so.1")], True),
        ("dynamic", [file("x/_x.so", "libxml2.so.2")], True),
        ("headers", [file("x/_x.so", "libc.so.6")], False),
        ("dlopen", [], False),
    ],
)
def test_a_wheel_must_load_what_it_is_declared_to_link_to_dynamically(
    link: Link, files: list[Linkage], missing: bool
) -> None:
    used = (Library(name="libxslt", link=link),)
    assert unloaded(used, KNOWN, wheel(*files)) == (used[0] if missing else None)


@pytest.mark.parametrize(
    ("soname", "owner", "refused"),
    [
        ("libz.so.1", "zlib1g", True),
        ("libz.so.1", "", True),
        ("libxslt.so.1", "libxslt1.1", False),
        ("libexslt.so.0", "libxslt1.1", False),
        ("libxml2.so.2", "libxml2", False),
        *((name, "libc6", False) for name in ("libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2")),
        *((name, "gcc-12", False) for name in ("libgcc_s.so.1", "libstdc++.so.6", "libgomp.so.1")),
        *(
            (name, "", False)
            for name in ("libgfortran.so.5", "libpython3.11.so.1.0", "libasan.so.8")
        ),
        ("libcrypto.so.3", "libssl3", True),
        ("libc-client.so.2", "libc-client2007e", True),
    ],
)
def test_a_wheel_may_load_what_is_declared_and_what_every_platform_has(
    soname: str, owner: str, refused: bool
) -> None:
    assert undeclared(KNOWN, {soname: owner}) == ((soname,) if refused else ())


@pytest.mark.parametrize(
    ("found", "library"),
    [
        (file("x/_x.cpython-311-x86_64-linux-gnu.so", module=True), False),
        (file("x/_x.cpython-311-x86_64-linux-gnu.so", soname="_x.so"), False),
        (file("x/lib.abi3.so"), False),
        (file("x/fast.so", module=True, soname="fast.so"), False),
        (file("x/libfast.so", module=True), False),
        (file("x/fast.so"), False),
        (file("x/fast.so", soname="fast.so"), True),
        (file("x/libfoo.so"), True),
        (file("x/libfoo.so.3", soname="libfoo.so.3"), True),
        (file("x.libs/foo-1a2b.cpython-311.so"), True),
        (file("x/bin/program"), False),
    ],
)
def test_a_shared_library_is_told_from_an_extension_module(found: Linkage, library: bool) -> None:
    assert found.is_library is library


def test_what_a_wheel_has_itself_it_does_not_need() -> None:
    found = wheel(file("x/_x.so", "libfoo.so.1", "libz.so.1"), file("x.libs/libfoo.so.1"))
    assert found.needed == ("libz.so.1",)
