"""What a user sees who made a mistake: what happened, what to do next, the exit status.

`BUILDER_GOLDEN=write pytest tests/unit/test_cli_errors.py` writes the expected texts anew.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from wheeltree.cli.main import status

GOLDEN = Path(__file__).parents[1] / "golden" / "errors.txt"
KEY = "0123456789abcdef" * 4
BOOTSTRAP = ("bootstrap", "--store", "store", "--index-url", "file:///nowhere/simple", "--offline")

FILES: Mapping[str, str] = {
    "bad.txt": "click ==\nrequests\n-e\n",
    "fine.txt": "click\n",
    "bad.yaml": "packages:\n  click: {environment: {A: b}}\nbuild_tag: later\n",
    "torn.yaml": "packages: {click: [\n",
    "other.json": "{}\n",
    "wheelhouse/plan.json": '{"schema": 0}\n',
    "house/simple/index.html": "",
}

MISTAKES: Mapping[str, tuple[str, ...]] = {
    "no such command": ("bootsrap",),
    "no such option": ("bootstrap", "--lock", "x"),
    "an option without its value": ("bootstrap", "--store"),
    "a number that is none": ("bootstrap", "click", "--jobs", "many"),
    "no such kind of sandbox": ("bootstrap", "click", "--sandbox", "docker"),
    "a requirement that is none": (*BOOTSTRAP, "click=="),
    "no such requirements file": (*BOOTSTRAP, "requirements.txt"),
    "a requirements file with mistakes": (*BOOTSTRAP, "bad.txt"),
    "no such constraints file": (*BOOTSTRAP, "fine.txt", "-c", "none.txt"),
    "nothing to build": (*BOOTSTRAP, "-o", "new"),
    "a set without a file": (*BOOTSTRAP, "--set", "docs"),
    "no such settings": (*BOOTSTRAP, "click", "--settings", "none.yaml"),
    "settings with mistakes": (*BOOTSTRAP, "click", "--settings", "bad.yaml"),
    "settings that are no YAML": (*BOOTSTRAP, "click", "--settings", "torn.yaml"),
    "no such interpreter": (*BOOTSTRAP, "click", "--python", "python9"),
    "no such plan": ("build", "none.json", "--store", "store"),
    "a plan that is none": ("build", "other.json", "--store", "store"),
    "why without a wheelhouse": ("why", "click", "-o", "new", "--store", "store"),
    "why with a plan that is none": ("why", "click", "--store", "store"),
    "a build that nobody began": ("realise", "click", "-o", "new", "--store", "store"),
    "a key that nobody planned": ("realise", KEY, "--store", "store"),
    "a spec that is none": ("realise", "other.json", "--store", "store"),
    "a name that is none": ("shell", "../click", "--store", "store"),
    "a version that is none": ("shell", "click==latest", "--store", "store"),
    "resolve without a wheelhouse": ("resolve", "click", "-o", "new"),
    "a machine that is none": ("resolve", "click", "-o", "house", "--simulate", "cuda=13.1,gpu=2"),
    "a GPU without a driver": ("resolve", "click", "-o", "house", "--simulate", "sm=9.0"),
    "a path to resolve": ("resolve", "house", "./house", "-o", "house"),
    "a command of the store that is none": ("store", "clean"),
    "serving what is no wheelhouse": ("serve",),
    "a port that is none": ("serve", "--port", "70000"),
    "days that are none": ("store", "gc", "--keep-days", "-1"),
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path, text in FILES.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_ends_with_a_status_and_no_traceback(
    mistake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = status(list(MISTAKES[mistake]))
    shown = capsys.readouterr()
    assert code in {2, 3, 9}
    assert shown.out == ""
    first, *_ = shown.err.splitlines()
    assert first.startswith("error: ")
    assert "Traceback" not in shown.err


def test_what_is_said_about_mistakes_is_as_it_was_written_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for mistake, words in MISTAKES.items():
        code = status(list(words))
        told.append(f"# {mistake}\n$ builder {' '.join(words)}\n")
        told.append(capsys.readouterr().err + f"-> {code}\n\n")
    text = "".join(told).replace(str(tmp_path), "/work")
    if os.environ.get("BUILDER_GOLDEN") == "write":
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()


def test_a_mistake_is_an_object_where_json_was_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUILDER_JSON", "1")
    assert status(["bootstrap", "--store", "store", "click=="]) == 2
    first, *rest = capsys.readouterr().out.splitlines()
    assert '"event": "error"' in first
    assert '"event": "summary"' in rest[-1]
