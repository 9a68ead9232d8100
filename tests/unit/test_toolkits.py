"""Toolkits: what counts of a folder outside /usr, and what makes it be read again."""

import os
from pathlib import Path

import pytest

from wheeltree.building.toolkits import stamp_of_toolkit, weighed
from wheeltree.errors import SettingsError
from wheeltree.store.local import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def toolkit(tmp_path: Path) -> Path:
    return make(tmp_path / "cuda")


def make(top: Path) -> Path:
    """A toolkit with a program, a library and a link to it."""
    for folder in ("bin", "lib64"):
        (top / folder).mkdir(parents=True)
    (top / "bin/nvcc").write_text("#!/bin/sh\n")
    (top / "bin/nvcc").chmod(0o755)
    (top / "lib64/libcudart.so.13").write_bytes(b"library")
    (top / "lib64/libcudart.so").symlink_to("libcudart.so.13")
    return top


def test_the_same_files_are_the_same_toolkit_wherever_and_whenever(
    store: Store, toolkit: Path, tmp_path: Path
) -> None:
    other = make(tmp_path / "elsewhere")
    for path in other.rglob("*"):
        os.utime(path, ns=(1, 1), follow_symlinks=False)
    one, two = weighed(str(toolkit), store), weighed(str(other), store)
    assert one.digest == two.digest
    assert (one.prefix, two.prefix) == (str(toolkit), str(other))


@pytest.mark.parametrize("change", ["bytes", "mode", "link", "new", "gone", "name"])
def test_whatever_a_build_can_see_of_it_counts(store: Store, toolkit: Path, change: str) -> None:
    before, stamp = weighed(str(toolkit), store), stamp_of_toolkit(str(toolkit))
    library = toolkit / "lib64/libcudart.so.13"
    match change:
        case "bytes":
            library.write_bytes(b"LIBRARY")
        case "mode":
            (toolkit / "bin/nvcc").chmod(0o644)
        case "link":
            (toolkit / "lib64/libcudart.so").unlink()
            (toolkit / "lib64/libcudart.so").symlink_to("libcudart.so.12")
        case "new":
            (toolkit / "lib64/more").write_text("")
        case "gone":
            library.unlink()
        case _:
            library.rename(toolkit / "lib64/libcudart.so.14")
    assert stamp_of_toolkit(str(toolkit)) != stamp
    assert weighed(str(toolkit), store).digest != before.digest


def test_a_file_that_was_touched_is_read_again_and_counts_as_it_did(
    store: Store, toolkit: Path
) -> None:
    before, stamp = weighed(str(toolkit), store), stamp_of_toolkit(str(toolkit))
    os.utime(toolkit / "bin/nvcc", ns=(1, 1))
    assert stamp_of_toolkit(str(toolkit)) != stamp
    assert weighed(str(toolkit), store) == before


def test_a_toolkit_that_stays_as_it_is_is_read_once(store: Store, toolkit: Path) -> None:
    before = weighed(str(toolkit), store)
    library = toolkit / "lib64/libcudart.so.13"
    about = library.stat()
    library.write_bytes(b"LIBRARY")
    os.utime(library, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert weighed(str(toolkit), store) == before


def test_links_are_not_followed(store: Store, toolkit: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("one")
    (toolkit / "way").symlink_to(outside)
    before = weighed(str(toolkit), store)
    (outside / "secret").write_text("another")
    assert weighed(str(toolkit), store) == before


def test_what_is_neither_file_nor_link_does_not_count(store: Store, toolkit: Path) -> None:
    before = weighed(str(toolkit), store)
    os.mkfifo(toolkit / "pipe")
    assert weighed(str(toolkit), store).digest == before.digest


@pytest.mark.parametrize("made", [False, True])
def test_a_folder_without_files_is_no_toolkit(store: Store, tmp_path: Path, *, made: bool) -> None:
    if made:
        (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match="there is no toolkit in"):
        weighed(str(tmp_path / "empty"), store)
