"""The store: content, records, scratch and locks."""

import errno
import os
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from wheeltree.errors import StoreError
from wheeltree.model.digest import Digest, digest_bytes, key_of
from wheeltree.store.files import explained
from wheeltree.store.local import Store

KEY = key_of("test", "key")
OTHER = key_of("test", "other")


@dataclass(frozen=True, kw_only=True)
class Note:
    text: str
    number: int = 0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_making_a_store_touches_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert store.file(digest_bytes(b"x")) is None
    assert store.record("note", KEY, Note) is None
    assert store.sweep() == ()
    assert not (tmp_path / "store").exists()


def test_an_added_file_is_moved_and_read_only(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")
    digest = store.add(file)
    path = store.path(digest)
    assert digest == digest_bytes(b"content")
    assert path == store.root / "cas" / digest
    assert path.read_bytes() == b"content"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert not file.exists()
    assert list(store.work.iterdir()) == []


def test_what_is_there_already_is_kept_and_the_new_file_dropped(
    store: Store, tmp_path: Path
) -> None:
    digest = store.add_bytes(b"content")
    inode = store.path(digest).stat().st_ino
    file = tmp_path / "file"
    file.write_bytes(b"content")
    assert store.add(file) == digest
    assert store.path(digest).stat().st_ino == inode
    assert not file.exists()


def test_adding_a_file_of_the_store_keeps_it(store: Store) -> None:
    digest = store.add_bytes(b"content")
    assert store.add(store.path(digest)) == digest
    store.check(digest)


def test_a_file_with_a_second_name_is_copied(store: Store, tmp_path: Path) -> None:
    file, second = tmp_path / "file", tmp_path / "second"
    file.write_bytes(b"content")
    second.hardlink_to(file)
    digest = store.add(file)
    second.write_bytes(b"changed")
    assert store.path(digest).read_bytes() == b"content"


def test_a_link_is_not_stored(store: Store, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(StoreError, match="not a regular file"):
        store.add(tmp_path / "link")


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_no_digest_is_no_path(store: Store, address: str) -> None:
    with pytest.raises(StoreError, match="not a SHA-256"):
        store.file(Digest(address))
    with pytest.raises(StoreError, match="not a SHA-256"):
        store.record("note", address, Note)
    with pytest.raises(StoreError, match="not a SHA-256"):
        store.tree(Digest(address))


def test_damaged_content_is_found_and_moved_aside(store: Store) -> None:
    digest = store.add_bytes(b"content")
    _overwrite(store.path(digest), b"CONTENT")
    with pytest.raises(StoreError, match="damaged") as caught:
        store.check(digest)
    assert "run again" in caught.value.hint
    assert store.file(digest) is None
    assert store.add_bytes(b"content") == digest
    store.check(digest)


def test_torn_content_is_replaced_when_it_is_added_again(store: Store) -> None:
    digest = store.add_bytes(b"content")
    _overwrite(store.path(digest), b"con")
    store.add_bytes(b"content")
    store.check(digest)


def test_missing_content_is_reported(store: Store) -> None:
    with pytest.raises(StoreError, match="is missing"):
        store.check(digest_bytes(b"content"))


def test_a_record_is_read_back(store: Store) -> None:
    note = Note(text="ä", number=3)
    assert store.put_record("note", KEY, note, Note) == note
    assert store.record("note", KEY, Note) == note
    assert store.record("other-note", KEY, Note) is None
    assert (store.root / "ac" / "note" / f"{KEY}.json").is_file()


def test_the_first_writer_of_a_record_wins(store: Store) -> None:
    store.put_record("note", KEY, Note(text="first"), Note)
    assert store.put_record("note", KEY, Note(text="second"), Note) == Note(text="first")
    assert store.record("note", KEY, Note) == Note(text="first")


def test_a_record_that_stands_is_not_written_again(store: Store) -> None:
    store.put_record("note", KEY, Note(text="first"), Note)
    store.work.rmdir()
    store.put_record("note", KEY, Note(text="second"), Note)
    assert not store.work.exists()


def test_of_many_writers_at_once_all_get_the_same_record(store: Store) -> None:
    standing: list[Note] = []

    def put(number: int) -> None:
        standing.append(store.put_record("note", KEY, Note(text="x", number=number), Note))

    _at_once(8, put)
    assert len(standing) == 8
    assert len(set(standing)) == 1
    assert store.record("note", KEY, Note) == standing[0]


def test_a_hint_is_replaced(store: Store) -> None:
    store.replace_record("note", KEY, Note(text="first"), Note)
    store.replace_record("note", KEY, Note(text="second"), Note)
    assert store.record("note", KEY, Note) == Note(text="second")


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-5],
        lambda content: content.replace(b"first", b"worst"),
        lambda content: b'{"text":"first"}',
        lambda content: content.replace(b'"text"', b'"tixt"'),
    ],
    ids=["empty", "torn", "altered", "bare", "other field"],
)
def test_a_damaged_record_is_absent_and_moved_aside(
    store: Store, damage: Callable[[bytes], bytes]
) -> None:
    store.put_record("note", KEY, Note(text="first"), Note)
    path = store.root / "ac" / "note" / f"{KEY}.json"
    _overwrite(path, damage(path.read_bytes()))
    assert store.record("note", KEY, Note) is None
    assert len(list((store.root / "quarantine").iterdir())) == 1
    assert store.put_record("note", KEY, Note(text="second"), Note) == Note(text="second")


def test_a_record_under_another_key_proves_nothing(store: Store) -> None:
    store.put_record("note", KEY, Note(text="first"), Note)
    folder = store.root / "ac" / "note"
    (folder / f"{OTHER}.json").write_bytes((folder / f"{KEY}.json").read_bytes())
    assert store.record("note", OTHER, Note) is None


def test_a_record_of_another_shape_is_absent(store: Store) -> None:
    store.put_record("note", KEY, ["a", "list"], list[str])
    assert store.record("note", KEY, Note) is None


def test_scratch_is_private_fresh_and_removed(store: Store) -> None:
    with store.scratch("build of/x") as first, store.scratch("build of/x") as second:
        assert first != second
        assert first.parent == store.work
        assert stat.S_IMODE(first.stat().st_mode) == 0o700
        assert list(first.iterdir()) == []
    assert list(store.work.iterdir()) == []


def test_scratch_with_read_only_deep_and_linked_folders_is_removed(
    store: Store, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    with store.scratch("build") as folder:
        closed = folder / "a" / "b"
        closed.mkdir(parents=True)
        (closed / "file").write_text("x")
        (folder / "link").symlink_to(outside)
        closed.chmod(0o000)
        closed.parent.chmod(0o500)
        _dig(folder, depth=1500)
    assert list(store.work.iterdir()) == []
    assert (outside / "kept").exists()


def test_a_sweep_leaves_what_is_in_use_and_removes_what_is_not(store: Store) -> None:
    with store.scratch("living") as living:
        (store.work / "dead").mkdir()
        (store.work / "dead" / "file").write_text("x")
        (store.work / "tmp-dead").write_text("x")
        assert store.sweep() == ()
        assert list(store.work.iterdir()) == [living]


def test_all_locks_of_a_store_are_one_file(store: Store) -> None:
    with store.in_use(), store.lock("one"), store.lock("any text: https://example.org/"):
        assert [path.name for path in store.root.iterdir()] == ["lock"]


def test_a_store_where_a_file_is_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")
    with pytest.raises(StoreError, match="Not a directory") as caught:
        Store(tmp_path / "store").add_bytes(b"x")
    assert "another folder" in caught.value.hint


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "belongs to somebody else"),
        (errno.EIO, "check the disk"),
    ],
)
def test_what_the_system_refuses_is_explained(code: int, hint: str) -> None:
    error = explained(OSError(code, os.strerror(code)), Path("/store"))
    assert str(error).startswith("cannot use /store: ")
    assert hint in error.hint


def _overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def _dig(folder: Path, *, depth: int) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d" * 20, dir_fd=descriptor)
        deeper = os.open("d" * 20, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = deeper
    os.close(descriptor)


def _at_once(number: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(each,)) for each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
