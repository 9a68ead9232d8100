"""A source tree that lies in one file: what can be added, asked and changed."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version
from sdist_maker import WHEN, entry, write_sdist, write_tar

from wheeltree.errors import SourceError, UnsafeArchive
from wheeltree.sources.archive import unpack
from wheeltree.sources.draft import Draft
from wheeltree.sources.folder import take_folder
from wheeltree.sources.member import Refused
from wheeltree.sources.tree import tree_digest


@pytest.fixture
def draft() -> Iterator[Draft]:
    with TemporaryFile() as body:
        draft = Draft(body)
        draft.add_file("src/a.py", [b"first ", b"second"], program=False)
        draft.add_file("run", [b"#!"], program=True)
        yield draft


def add(draft: Draft, archive: Path, below: str) -> None:
    unpack(archive, draft, name=canonicalize_name("demo"), version=Version("1"), below=below)


def laid_out(draft: Draft, folder: Path) -> dict[str, str]:
    draft.lay_out(folder)
    assert tree_digest(folder) == draft.digest()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in files}


def test_contents_follow_one_another_in_the_body() -> None:
    with TemporaryFile() as body:
        draft = Draft(body)
        draft.add_file("b", [b"one"], program=False)
        draft.add_file("a", [b"two"], program=False)
        assert draft.read("a", 10) == b"two"
        assert os.pread(body.fileno(), 10, 0) == b"onetwo"
        assert [(each.path, each.position, each.size) for each in draft.sealed(0)] == [
            ("a", 3, 3),
            ("b", 0, 3),
        ]


def test_a_file_is_read_as_far_as_asked(draft: Draft) -> None:
    assert draft.read("src/a.py", 8) == b"first se"
    assert draft.read("src/a.py", 1000) == b"first second"
    assert draft.read("src", 8) is None
    assert draft.read("src/b.py", 8) is None


LED = {
    "link": ("setup.py", b"first second"),
    "link in a folder": ("src/run", b"#!"),
    "through a linked folder": ("lib/a.py", b"first second"),
    "with dots": ("./src/../run", b"#!"),
    "dangling": ("nothing", None),
    "folder": ("lib", None),
    "out of the tree": ("../run", None),
}


@pytest.mark.parametrize(("path", "content"), LED.values(), ids=LED)
def test_links_are_followed(draft: Draft, path: str, content: bytes | None) -> None:
    draft.add_link("setup.py", "src/a.py")
    draft.add_link("src/run", "../run")
    draft.add_link("lib", "src")
    draft.add_link("nothing", "src/none")
    draft.check_links()
    assert draft.read(path, 100) == content


@pytest.mark.parametrize("path", ["", ".", "src", "./src", "lib", "src/..", "lib/"])
def test_a_folder_is_one_by_any_way(draft: Draft, path: str) -> None:
    draft.add_link("lib", "src")
    assert draft.is_folder(path)


@pytest.mark.parametrize("path", ["run", "src/a.py", "none", "..", "src/../.."])
def test_what_is_no_folder_is_none(draft: Draft, path: str) -> None:
    assert not draft.is_folder(path)


def test_a_copy_takes_no_room(draft: Draft, tmp_path: Path) -> None:
    draft.add_copy("deep/er/run", "run")
    kinds = {each.path: (each.kind, each.position) for each in draft.sealed(0)}
    assert kinds["deep/er/run"] == kinds["run"]
    assert draft.size == len("first second") + 2 * len("#!")
    assert laid_out(draft, tmp_path / "tree")["deep/er/run"] == "#!"


def test_a_replaced_file_is_newer_and_keeps_its_mode(draft: Draft, tmp_path: Path) -> None:
    draft.replace("run", b"#!/bin/sh")
    draft.replace("new/file", b"new")
    assert draft.touched == {"run", "new/file"}
    sealed = {each.path: (each.kind, each.time - WHEN) for each in draft.sealed(WHEN)}
    assert sealed == {
        "new": ("folder", 0),
        "new/file": ("file", 1),
        "run": ("program", 1),
        "src": ("folder", 0),
        "src/a.py": ("file", 0),
    }
    assert laid_out(draft, tmp_path / "tree") == {
        "new/file": "new",
        "run": "#!/bin/sh",
        "src/a.py": "first second",
    }


@pytest.mark.parametrize("path", ["src", "link", "link/x", "run/x"])
def test_a_folder_or_link_is_not_replaced(draft: Draft, path: str) -> None:
    draft.add_link("link", "run")
    with pytest.raises(Refused):
        draft.replace(path, b"")


def test_what_a_folder_did_not_change_is_not_written_again(draft: Draft, tmp_path: Path) -> None:
    before = {each.path: each.position for each in draft.sealed(0)}
    draft.lay_out(tmp_path / "tree")
    (tmp_path / "tree/src/a.py").write_text("other")
    (tmp_path / "tree/run").chmod(0o644)
    (tmp_path / "tree/new").mkdir()
    draft.adopt(tmp_path / "tree")
    after = {each.path: each for each in draft.sealed(0)}
    assert list(after) == ["new", "run", "src", "src/a.py"]
    assert (after["run"].kind, after["run"].position) == ("file", before["run"])
    assert draft.read("src/a.py", 10) == b"other"
    assert draft.digest() == tree_digest(tmp_path / "tree")


def test_an_archive_may_lie_below_a_folder(draft: Draft, tmp_path: Path) -> None:
    add(draft, write_sdist(tmp_path, "x-1", {"a": b"A", "d/b": b"B"}), "vendor/x")
    add(draft, write_sdist(tmp_path, "y-1", {"a": b"Y"}), "vendor/y")
    assert laid_out(draft, tmp_path / "tree") == {
        "run": "#!",
        "src/a.py": "first second",
        "vendor/x/a": "A",
        "vendor/x/d/b": "B",
        "vendor/y/a": "Y",
    }


def test_an_archive_below_a_folder_is_checked_as_any(draft: Draft, tmp_path: Path) -> None:
    draft.add_link("vendor/link", "..")
    archive = write_sdist(tmp_path, "x-1", {"a": b"A"})
    for below in ("vendor/link", "vendor/link/x", "run", "run/x"):
        with pytest.raises(UnsafeArchive, match=r"at, or below|there twice"):
            add(draft, archive, below)
    other = write_tar(tmp_path / "y.tar.gz", [entry("y-1/a"), entry("z-1/a")])
    with pytest.raises(UnsafeArchive, match="second top folder"):
        add(draft, other, "vendor/y")


def test_a_link_of_a_project_folder_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    os.symlink(b"\xff", tmp_path / "tree/link")
    with TemporaryFile() as body:
        draft = Draft(body)
        take_folder(draft, tmp_path / "tree")
        with pytest.raises(Refused, match="not UTF-8"):
            draft.check_links()


def test_a_fifo_in_a_folder_is_refused(draft: Draft, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(SourceError, match="neither a file"):
        draft.adopt(tmp_path)
