"""`builder doctor` on this machine."""

import json
from pathlib import Path
from typing import Any

import pytest

from wheeltree.cli.main import status
from wheeltree.store.room import room


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIP_INDEX_URL", "https://user:secret@index.example/simple")


def examine(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = status(["doctor", "--store", "store", "--json", *words])
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    return code, {each["topic"]: each for each in lines}


def test_what_a_build_needs_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = examine(capsys)
    assert code == 0
    assert {found[name]["state"] for name in ("interpreter", "settings", "store")} == {"ok"}
    assert "ok" in {found["bubblewrap"]["state"], found["unshare"]["state"]}
    assert found["index"]["text"] == "https://index.example/simple"
    assert {"gcc", "cmake", "patchelf", "git", "patch"} <= set(found)
    assert not list(Path.cwd().iterdir())


PROBLEMS = {
    "interpreter": (("--python", "no-python"), 2, "there is no interpreter 'no-python'"),
    "settings": (("--settings", "none.yaml"), 3, "none.yaml: no such settings file"),
    "store": (("--store", "file/store"), 9, "cannot use"),
}


@pytest.mark.parametrize("topic", PROBLEMS)
def test_what_no_run_can_do_without_is_an_error(
    topic: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words, expected, text = PROBLEMS[topic]
    Path("file").touch()
    code, found = examine(capsys, *words)
    assert code == expected
    assert found[topic]["state"] == "error"
    assert text in found[topic]["text"]
    assert found[topic]["remedy"]
    assert "gcc" in found


def test_all_that_is_wrong_is_told_and_the_first_gives_the_status(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, found = examine(capsys, "--settings", "none.yaml", "--python", "no-python")
    assert code == 2
    assert found["settings"]["state"] == found["interpreter"]["state"] == "error"


def test_people_get_one_line_for_each_and_what_to_do_below_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert status(["doctor", "--store", "store", "--python", "no-python"]) == 2
    first, remedy, *_ = capsys.readouterr().out.splitlines()
    assert first == "ERROR  interpreter  there is no interpreter 'no-python'"
    assert remedy.strip() == "name a Python >= 3.9 with --python"


def test_no_sandbox_is_what_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = examine(capsys, "--sandbox", "none")
    assert code == 0
    assert "bubblewrap" not in found
    assert "network" in found["sandbox"]["text"]


def test_files_share_their_bytes_where_the_disk_can(tmp_path: Path) -> None:
    found = room(tmp_path / "a" / "store", tmp_path / "b")
    assert found.free > 0
    assert found.placing in {"reflink", "hardlink"}
    assert room(tmp_path, Path("/proc/none")).placing is None
    assert not list(tmp_path.iterdir())
