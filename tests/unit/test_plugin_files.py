"""What a plugin may do to files, and what it may not."""

from pathlib import Path

import pytest

from wheeltree.plugins.files import Files, WorkRefused


@pytest.fixture
def files(tmp_path: Path) -> Files:
    root = tmp_path / "tree"
    (root / "src").mkdir(parents=True)
    (root / "setup.py").write_bytes(b"one\r\ntwo two\n")
    (root / "src" / "a.pyx").write_text("a")
    (root / "odd.bin").write_bytes(b"\xff")
    (tmp_path / "secret").write_text("key")
    (root / "out").symlink_to("../secret")
    (root / "inside").symlink_to("src/a.pyx")
    (root / "round").symlink_to("round")
    return Files(root)


def test_a_file_is_read_with_the_ends_of_its_lines(files: Files) -> None:
    assert files.read("setup.py") == "one\r\ntwo two\n"
    assert files.read_bytes("odd.bin") == b"\xff"


def test_a_file_that_is_written_may_be_new_with_its_folders(files: Files) -> None:
    files.write("new/deep/x.txt", "x")
    files.write("setup.py", b"y")
    assert (files.read("new/deep/x.txt"), files.read("setup.py")) == ("x", "y")


def test_a_program_stays_one_when_it_is_written(files: Files, tmp_path: Path) -> None:
    (tmp_path / "tree" / "setup.py").chmod(0o755)
    files.write("setup.py", "#!/bin/sh\n")
    assert (tmp_path / "tree" / "setup.py").stat().st_mode & 0o111


def test_a_link_inside_is_followed_and_can_be_removed(files: Files) -> None:
    assert files.read("inside") == "a"
    files.remove("inside")
    assert not files.has("inside")
    assert files.has("src/a.pyx")


def test_files_and_folders_are_removed(files: Files) -> None:
    files.remove("setup.py")
    files.remove("src")
    assert files.find("**/*.py*") == ()


def test_files_are_found_in_order(files: Files) -> None:
    files.write("src/b/c.pyx", "c")
    assert files.find("**/*.pyx") == ("src/a.pyx", "src/b/c.pyx")


def test_text_is_replaced_as_often_as_it_must_be_there(files: Files) -> None:
    files.replace("setup.py", "one", "1")
    files.replace("setup.py", "two", "2", count=2)
    assert files.read("setup.py") == "1\r\n2 2\n"


@pytest.mark.parametrize(
    ("old", "count", "said"),
    [
        ("three", 1, "setup.py has 'three' nowhere, not once"),
        ("two", 1, "setup.py has 'two' twice, not once"),
        ("two", 3, "setup.py has 'two' twice, not 3 times"),
        ("", 1, "setup.py has '' 14 times, not once"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(
    files: Files, old: str, count: int, said: str
) -> None:
    with pytest.raises(WorkRefused) as refused:
        files.replace("setup.py", old, "x", count=count)
    assert str(refused.value) == said
    assert files.read("setup.py") == "one\r\ntwo two\n"


@pytest.mark.parametrize("path", ["", ".", "/etc/passwd", "../secret", "src/../../secret", "a\0b"])
def test_a_path_that_leaves_the_folder_is_refused(files: Files, path: str) -> None:
    for action in (files.read, files.has, files.remove, files.find):
        with pytest.raises(WorkRefused):
            action(path)


@pytest.mark.parametrize("path", ["out", "round"])
def test_a_link_that_leaves_the_folder_is_not_followed(
    files: Files, path: str, tmp_path: Path
) -> None:
    with pytest.raises(WorkRefused):
        files.read(path)
    with pytest.raises(WorkRefused):
        files.write(path, "x")
    files.remove(path)
    assert (tmp_path / "secret").read_text() == "key"


@pytest.mark.parametrize("path", ["nothing.py", "src", "setup.py/x"])
def test_what_is_no_file_cannot_be_read(files: Files, path: str) -> None:
    with pytest.raises(WorkRefused, match="no file"):
        files.read(path)


def test_what_is_no_text_says_so(files: Files) -> None:
    with pytest.raises(WorkRefused, match="not UTF-8: use read_bytes"):
        files.read("odd.bin")


def test_a_folder_is_not_overwritten(files: Files) -> None:
    with pytest.raises(WorkRefused, match="src is no file"):
        files.write("src", "x")
    with pytest.raises(WorkRefused, match="x cannot be written"):
        files.write("setup.py/x", "x")


def test_what_is_not_there_cannot_be_removed(files: Files) -> None:
    with pytest.raises(WorkRefused, match="no gone to remove"):
        files.remove("gone")
