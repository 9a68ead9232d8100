"""Packed trees in a store: kept whole, checked, collected, and dropped where a power cut came between."""

import time
from pathlib import Path

import pytest

from wheeltree.model.digest import digest_bytes, key_of
from wheeltree.store import packs
from wheeltree.store.local import Store
from wheeltree.store.upkeep import collect, gc, verify

KEY = key_of("test", "key")
TREE = digest_bytes(b"tree")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def kept(store: Store, folder: Path) -> Path:
    folder.mkdir()
    (folder / "file").write_bytes(b"y" * 500)
    store.keep_folder(TREE, folder)
    packed = store.tree(TREE)
    assert packed is not None
    return packed


def passed() -> float:
    """Lets the clock of the file system pass what was written so far."""
    time.sleep(0.02)
    now = time.time()
    time.sleep(0.02)
    return now


def test_a_tree_is_moved_into_the_store(store: Store, tmp_path: Path) -> None:
    with store.blank() as file:
        packs.finish(file, [("folder", "a", 1, 0, 0, "")])
        store.keep_tree(TREE, Path(file.name))
    packed = store.tree(TREE)
    assert packed is not None
    assert packed.stat().st_mode & 0o777 == 0o444
    packs.unpack(packed, tmp_path / "tree")
    assert [path.name for path in (tmp_path / "tree").iterdir()] == ["a"]
    assert list(store.work.iterdir()) == []


def test_a_file_that_was_not_kept_is_gone(store: Store) -> None:
    with store.blank() as file:
        file.write(b"half")
    assert list(store.work.iterdir()) == []
    assert store.tree(TREE) is None


def test_a_tree_that_stands_is_not_replaced(store: Store, tmp_path: Path) -> None:
    packed = kept(store, tmp_path / "tree")
    before = packed.stat().st_ino
    with store.blank() as file:
        store.keep_tree(TREE, Path(file.name))
    assert packed.stat().st_ino == before
    assert list(store.work.iterdir()) == []


def test_a_tree_that_was_spoilt_is_found(store: Store, tmp_path: Path) -> None:
    packed = kept(store, tmp_path / "tree")
    assert verify(store) == ()
    packed.chmod(0o644)
    packed.write_bytes(packed.read_bytes().replace(b"yyy", b"xyz", 1))
    assert [problem.path for problem in verify(store)] == [packed]
    assert store.tree(TREE) is None


def test_a_tree_is_kept_by_the_record_that_names_it(store: Store, tmp_path: Path) -> None:
    packed = kept(store, tmp_path / "tree")
    now = passed()
    store.put_record("prepared", KEY, {"digest": TREE}, dict[str, str])
    collect(store, roots=(), used_since=now)
    assert packed.is_file()
    passed()
    assert gc(store, roots=(), keep_days=0).bytes > 500
    assert store.tree(TREE) is None


def test_trees_of_a_run_that_a_power_cut_ended_are_dropped(store: Store, tmp_path: Path) -> None:
    packed = kept(store, tmp_path / "tree")
    (marker,) = (store.root / "unsettled").iterdir()
    with Store(store.root).in_use():
        assert packed.is_file()
    marker.rename(marker.with_name("another-boot.0123"))
    with Store(store.root).in_use():
        assert store.tree(TREE) is None
    assert list((store.root / "unsettled").iterdir()) == []


def test_trees_of_a_run_that_ended_are_trusted_for_ever(store: Store, tmp_path: Path) -> None:
    with store.in_use():
        packed = kept(store, tmp_path / "tree")
    assert packed.is_file()
    assert list((store.root / "unsettled").iterdir()) == []
