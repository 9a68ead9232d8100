"""Scratch in memory, where there is room for it, and what is left of it."""

from pathlib import Path

import pytest

from wheeltree.store import memory
from wheeltree.store.local import Store


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What stands for the folder in memory."""
    monkeypatch.setattr(memory, "_MOUNT", tmp_path)
    monkeypatch.setattr(memory, "_ROOM", 0)
    found = memory.memory_folder()
    assert found is not None
    return found


def test_small_work_is_done_in_memory_and_large_work_on_the_disk(
    folder: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    with store.scratch_in_memory("small", source=1) as small:
        assert small.parent == folder
    with store.scratch_in_memory("large", source=1 << 40) as large:
        assert large.parent == store.work
    assert not small.exists()


def test_without_room_there_is_no_work_in_memory_but_what_is_left_there_is_swept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    left = folder / "of-a-dead-process"
    left.mkdir()
    monkeypatch.setattr(memory, "_ROOM", 1 << 62)
    with store.scratch_in_memory("small", source=1) as small:
        assert small.parent == store.work
    assert store.sweep() == ()
    assert not left.exists()
