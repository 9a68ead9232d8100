import os
from pathlib import Path

from wheeltree.store.packs import pack, unpack


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
