"""Cargo.lock as an attacker writes it."""

import pytest
from crate_maker import CRATES_IO, lock, package

from wheeltree.errors import SourceError
from wheeltree.sources.cargo import read_lock

SUM = "ab" * 32
WHERE = "demo 1.0: Cargo.lock"


def test_crates_of_registries_are_read_and_those_of_the_source_are_left_out() -> None:
    content = lock(
        package("demo", "0.1.0", None, source=""),
        package("zip", "1.0.0-rc.1+build.5", SUM),
        package("libc", "0.2.177", SUM),
    )
    found = read_lock(content, WHERE)
    assert [str(each) for each in found] == ["libc 0.2.177", "zip 1.0.0-rc.1+build.5"]
    assert {(each.kind, each.digest, each.registry) for each in found} == {
        ("cargo", SUM, CRATES_IO)
    }


@pytest.mark.parametrize("form", ["", "version = 2\n", "version = 3\n", "version = 4\n"])
def test_every_format_is_read(form: str) -> None:
    assert len(read_lock(lock(package("libc", "0.2.1", SUM), form=form), WHERE)) == 1


def test_the_first_format_has_its_checksums_in_a_table_of_their_own() -> None:
    table = f'[metadata]\n"checksum libc 0.2.1 ({CRATES_IO})" = "{SUM}"\n'
    content = lock(package("libc", "0.2.1", None), table, form="")
    assert read_lock(content, WHERE)[0].digest == SUM


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (lock(form="version = 5\n"), "has the format 5; 1 to 4 are known"),
        (b"\xff", "is not valid TOML"),
        (b"a" * (17 << 20), "is larger than"),
        (b"x = " + b"[" * 5000, "is not valid TOML"),
        (b"package = 1", "has no list"),
        (b"package = [1]", "has a package that is no table"),
        (lock(package("libc", "0.2.1", None)), "has no checksum for libc 0.2.1"),
        (lock(package("libc", "0.2.1", "<none>")), "has no checksum for libc 0.2.1"),
        (lock(package("libc", "0.2.1", SUM.upper())), "has no checksum"),
        (lock(package("libc", "0.2.1", f"{SUM}/../..")), "has no checksum"),
        (lock(package("../evil", "0.2.1", SUM)), "with the name '../evil'"),
        (lock(package("a/b", "0.2.1", SUM)), "with the name 'a/b'"),
        (lock(package("", "0.2.1", SUM)), "with the name ''"),
        (lock(package("-rf", "0.2.1", SUM)), "with the name '-rf'"),
        (lock(package("libc\n", "0.2.1", SUM)), "with the name"),
        (lock(package("l" * 101, "0.2.1", SUM)), "with the name"),
        (lock(package("libc", "..", SUM)), "with the version '..'"),
        (lock(package("libc", "1.0.0/../../x", SUM)), "with the version"),
        (lock(package("libc", "1.0", SUM)), "with the version '1.0'"),
        (lock(package("libc", "1.0.0-" + "a" * 65, SUM)), "with the version"),
        (
            lock(package("x", "1.0.0", None, source="git+https://h/x#abc")),
            "from the git repository",
        ),
        (lock(package("x", "1.0.0", SUM, source="path+file:///etc")), "which is no registry"),
        (lock(package("x", "1.0.0", SUM, source="registry+ftp://h/x")), "which is no registry"),
        (lock(package("x", "1.0.0", SUM, source="registry+https:///x")), "which is no registry"),
        (
            lock(package("x", "1.0.0", SUM, source="sparse+https://h/\u001b")),
            "which is no registry",
        ),
    ],
)
def test_a_hostile_lock_file_is_refused(content: bytes, cause: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_lock(content, WHERE)
    assert cause in str(caught.value)
    assert WHERE in str(caught.value)


def test_a_crate_that_is_named_twice_is_one() -> None:
    content = lock(package("libc", "0.2.1", SUM), package("libc", "0.2.1", SUM))
    assert len(read_lock(content, WHERE)) == 1


def test_the_advice_for_git_is_to_patch() -> None:
    content = lock(package("x", "1.0.0", None, source="git+https://h/x?rev=1#abc"))
    with pytest.raises(SourceError) as caught:
        read_lock(content, WHERE)
    assert "patch Cargo.toml and Cargo.lock" in caught.value.hint
