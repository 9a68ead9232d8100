"""`builder store`."""

import json
from pathlib import Path

import pytest

from wheeltree.cli.main import status
from wheeltree.model.digest import key_of
from wheeltree.store.local import Store

KEY = key_of("test", "key")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    store.put_record("note", KEY, "text", str)
    store.add_bytes(b"x" * 4096)
    return store


def test_a_sound_store_is_said_to_be_sound(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(["store", "verify", "--store", str(store.root)]) == 0
    assert capsys.readouterr().out == f"{store.root}: everything is as it was stored\n"


@pytest.mark.parametrize("json_lines", [False, True])
def test_damage_is_named_and_ends_with_9(
    store: Store, capsys: pytest.CaptureFixture[str], *, json_lines: bool
) -> None:
    path = store.path(store.add_bytes(b"x" * 4096))
    path.chmod(0o644)
    path.write_bytes(b"y")
    words = ["store", "verify", "--store", str(store.root), *(["--json"] if json_lines else [])]
    assert status(words) == 9
    first, *rest = capsys.readouterr().out.splitlines()
    if json_lines:
        assert json.loads(first)["path"] == str(path)
        assert not rest
    else:
        assert first.startswith(f"{path}: ")
        assert rest == [f"{store.root}: 1 problem"]
    assert status(words) == 0


def test_what_was_used_lately_is_kept(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["store", "gc", "--store", str(store.root)]) == 0
    assert capsys.readouterr().out == f"{store.root}: removed 0 entries, 0.0 MiB freed\n"
    assert store.record("note", KEY, str) == "text"


def test_what_was_freed_is_told(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["store", "gc", "--store", str(store.root), "--keep-days", "0", "--json"]
    assert status(words) == 0
    freed = json.loads(capsys.readouterr().out)
    assert freed["entries"] == 2
    assert freed["bytes"] > 4096
    assert store.record("note", KEY, str) is None


def test_a_store_in_use_is_left_alone(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with store.in_use():
        assert status(["store", "gc", "--store", str(store.root), "--keep-days", "0"]) == 9
    assert "in use" in capsys.readouterr().err
    assert store.record("note", KEY, str) == "text"


def test_there_may_be_no_store_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("verify", "gc"):
        assert status(["store", command, "--store", str(tmp_path / "none")]) == 0
    assert capsys.readouterr().err == ""
