import os
from pathlib import Path

import pytest

from wheeltree.errors import StoreError
from wheeltree.store.packs import Entry, check, finish, pack, unpack


def tree(folder: Path) -> Path:
    (folder / "src/empty").mkdir(parents=True)
    (folder / "src/module.py").write_text("print()\n")
    (folder / "run").write_bytes(b"#!/bin/sh\n")
    (folder / "run").chmod(0o755)
    (folder / "nothing").touch()
    (folder / "link").symlink_to("src/module.py")
    for path in (folder / "run", folder / "src/module.py", folder / "src"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    return folder


def described(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_dir():
            found[name] = "folder"
        else:
            found[name] = (path.read_bytes(), status.st_mode & 0o777, int(status.st_mtime))
    return found


def packed(folder: Path, file: Path) -> Path:
    with file.open("wb") as into:
        pack(folder, into)
    return file


def written(file: Path, entries: list[Entry], content: bytes = b"") -> Path:
    with file.open("wb") as into:
        into.write(content)
        finish(into, entries)
    return file


def test_what_was_packed_comes_out_again_with_modes_and_times(tmp_path: Path) -> None:
    original = tree(tmp_path / "original")
    unpack(packed(original, tmp_path / "pack"), tmp_path / "copy")
    assert described(tmp_path / "copy") == described(original)
    assert int((tmp_path / "copy/src").stat().st_mtime) == 1_000_000_000


def test_packing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    original = tree(tmp_path / "original")
    unpack(packed(original, tmp_path / "one"), tmp_path / "copy")
    for name in ("link", "nothing"):
        times = (original / name).lstat()
        os.utime(
            tmp_path / "copy" / name,
            ns=(times.st_atime_ns, times.st_mtime_ns),
            follow_symlinks=False,
        )
    os.utime(tmp_path / "copy/src/empty", ns=(0, (original / "src/empty").stat().st_mtime_ns))
    assert (tmp_path / "one").read_bytes() == packed(
        tmp_path / "copy", tmp_path / "two"
    ).read_bytes()


def test_an_empty_folder_can_be_packed(tmp_path: Path) -> None:
    (tmp_path / "original").mkdir()
    unpack(packed(tmp_path / "original", tmp_path / "pack"), tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []


def test_contents_may_lie_in_any_order_and_serve_several_files(tmp_path: Path) -> None:
    entries: list[Entry] = [
        ("file", "a", 1, 6, 3, ""),
        ("program", "b", 2, 0, 6, ""),
        ("file", "c", 3, 0, 6, ""),
    ]
    unpack(written(tmp_path / "pack", entries, b"secondonetrash"), tmp_path / "copy")
    assert described(tmp_path / "copy") == {
        "a": (b"one", 0o644, 1),
        "b": (b"second", 0o755, 2),
        "c": (b"second", 0o644, 3),
    }


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    file = packed(tree(tmp_path / "original"), tmp_path / "pack")
    before = os.umask(umask)
    try:
        unpack(file, tmp_path / "copy")
    finally:
        os.umask(before)
    assert described(tmp_path / "copy") == described(tmp_path / "original")
    for folder in (tmp_path / "copy", tmp_path / "copy/src/empty"):
        assert folder.stat().st_mode & 0o777 == 0o755
    assert int((tmp_path / "copy/src").stat().st_mtime) == 1_000_000_000


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 4096, b"[]\n" + bytes(16)])
def test_what_is_no_pack_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pack").write_bytes(content)
    with pytest.raises(StoreError, match="pack is damaged"):
        unpack(tmp_path / "pack", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("cut", [1, 16, 40])
def test_a_pack_that_was_cut_is_an_error(tmp_path: Path, cut: int) -> None:
    file = written(tmp_path / "pack", [("file", "a", 1, 0, 30, "")], b"x" * 30)
    file.write_bytes(file.read_bytes()[:-cut])
    with pytest.raises(StoreError, match="pack is damaged"):
        unpack(file, tmp_path / "copy")


def test_a_pack_whose_list_is_damaged_is_an_error(tmp_path: Path) -> None:
    file = written(tmp_path / "pack", [("file", "a", 1, 0, 0, "")])
    file.write_bytes(file.read_bytes().replace(b'"a"', b'"b"'))
    with pytest.raises(StoreError, match="pack is damaged"):
        unpack(file, tmp_path / "copy")


def test_a_pack_proves_that_its_files_are_what_they_were(tmp_path: Path) -> None:
    file = packed(tree(tmp_path / "original"), tmp_path / "pack")
    check(file)
    file.write_bytes(file.read_bytes().replace(b"print()", b"spoil()"))
    with pytest.raises(StoreError, match=r"pack is damaged: src/module\.py"):
        check(file)
