"""Verification and collection."""

import errno
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from wheel_shelf import store_wheel

from wheeltree.errors import StoreError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, key_of
from wheeltree.store import files
from wheeltree.store.files import remove_tree
from wheeltree.store.local import Store
from wheeltree.store.publishing import publish, shelve
from wheeltree.store.roots import published_roots
from wheeltree.store.upkeep import collect, gc, verify
from wheeltree.store.view import Published, Showing, View
from wheeltree.store.wheelhouse import Wheelhouse, occupy

KEY = key_of("test", "key")
LONG_AGO = 0.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Wheelhouse]:
    with occupy(tmp_path / "wheelhouse", print) as house:
        yield house


def test_a_sound_store_has_no_problems(store: Store) -> None:
    store.put_record("note", KEY, store.add_bytes(b"x"), Digest)
    assert verify(store) == ()
    assert verify(Store(store.root / "missing")) == ()


def test_every_damage_is_found_and_moved_aside(store: Store) -> None:
    digest = store.add_bytes(b"content")
    store.put_record("note", KEY, "text", str)
    record = store.root / "ac" / "note" / f"{KEY}.json"
    for path in (store.path(digest), record):
        path.chmod(0o644)
        path.write_bytes(b"other")
    problems = verify(store)
    assert [problem.path for problem in problems] == [
        store.root / "cas" / digest,
        record,
    ]
    assert "damaged" in str(problems[0])
    assert verify(store) == ()


def test_what_was_used_lately_is_kept(store: Store) -> None:
    digest = store.add_bytes(b"x")
    assert gc(store, roots=(), keep_days=1).entries == 0
    assert store.file(digest)


def test_what_nobody_uses_is_removed_with_the_bytes_it_took(store: Store) -> None:
    digest = store.add_bytes(b"x" * 1000)
    store.put_record("note", KEY, digest, Digest)
    _settle()
    freed = gc(store, roots=(), keep_days=0)
    assert freed.entries == 2
    assert freed.bytes > 1000
    assert store.file(digest) is None
    assert store.record("note", KEY, Digest) is None


def test_a_record_in_use_keeps_what_it_leads_to(store: Store) -> None:
    content, middle = store.add_bytes(b"x"), key_of("test", "middle")
    store.put_record("artifact", middle, {"file": content}, dict[str, str])
    lost = store.add_bytes(b"y")
    now = _settle()
    store.put_record("spec", KEY, middle, str)
    collect(store, roots=(), used_since=now)
    assert store.file(content)
    assert store.file(lost) is None
    assert store.record("spec", KEY, str) == middle
    assert store.record("artifact", middle, dict[str, str])


def test_what_a_file_was_when_it_was_first_taken_is_never_forgotten(store: Store) -> None:
    digest = store.add_bytes(b"x")
    halves = (digest[:32], digest[32:])
    store.put_record("seen", KEY, halves, tuple[str, str])
    _settle()
    gc(store, roots=(), keep_days=0)
    assert store.record("seen", KEY, tuple[str, str]) == halves
    assert store.file(digest) is None


def test_a_root_keeps_what_it_leads_to(store: Store) -> None:
    content = store.add_bytes(b"x")
    store.put_record("artifact", KEY, content, str)
    _settle()
    gc(store, roots=[KEY], keep_days=0)
    assert store.file(content)


def test_a_published_wheelhouse_is_a_root_until_it_is_gone(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    alpha = _publish(store, house, tmp_path)
    _settle()
    gc(store, roots=published_roots(store), keep_days=0)
    assert store.file(alpha.file)
    remove_tree(house.root)
    gc(store, roots=published_roots(store), keep_days=0)
    assert store.file(alpha.file) is None
    assert list((store.root / "roots").iterdir()) == []


def test_a_file_that_a_wheelhouse_shares_frees_nothing(
    store: Store, house: Wheelhouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_reflink", _no_reflink)  # what reflinks share cannot be seen
    alpha = _publish(store, house, tmp_path)
    assert (house.root / alpha.filename).stat().st_nlink > 1
    _settle()
    assert gc(store, roots=(), keep_days=0).bytes < alpha.size


def test_a_store_in_use_is_not_collected(store: Store) -> None:
    with store.in_use(), pytest.raises(StoreError, match="in use by another run"):
        gc(store, roots=(), keep_days=0)
    with store.scratch("build"), pytest.raises(StoreError, match="in use by another run"):
        gc(store, roots=(), keep_days=0)


def test_two_runs_may_use_a_store_at_once(store: Store) -> None:
    with store.in_use(), store.in_use():
        pass


def _no_reflink(source: Path, target: Path) -> None:
    raise OSError(errno.EOPNOTSUPP, "no reflinks here", str(target), None, str(source))


def _publish(store: Store, house: Wheelhouse, folder: Path) -> Artifact:
    alpha = store_wheel(store, folder, "alpha", "1.0")
    wheels = shelve(store, house, [Published(artifact=alpha, install=True)])
    publish(store, house, Showing.alone(View(wheels=wheels)), {})
    return alpha


def _settle() -> float:
    """Lets the clock of the file system pass what was written so far."""
    time.sleep(0.02)
    now = time.time()
    time.sleep(0.02)
    return now
