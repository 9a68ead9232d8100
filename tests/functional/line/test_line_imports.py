"""Finished wheels, imported in the sandbox with what they require and nothing else."""

import hashlib
import json
from pathlib import Path

import pytest

from support.line import Line, started
from support.projects import Project
from wheeltree.errors import BuildError, SettingsError, SomeBuildsFailed

EVERY = 'policies: [{packages: ["*"], import_check: {}}]\n'
LEAF = Project(name="leaf")


def imports(line: Line, *requirements: str) -> list[str]:
    """What a run imports."""
    events = line.run(*requirements).events
    return sorted(each.subject for each in started(events, "import"))


def test_nothing_is_imported_unless_settings_say_so(line: Line) -> None:
    line.offer(Project(name="broken", body="raise RuntimeError\n"))
    assert imports(line, "broken") == []


def test_each_wheel_is_imported_with_its_requirements_once(line: Line) -> None:
    line.settings(EVERY)
    line.offer(LEAF, Project(name="app", requires=("leaf",), build=("tool",), body="import leaf\n"))
    line.offer(Project(name="tool"))
    assert imports(line, "app") == ["app==1.0", "leaf==1.0"]
    line.offer(Project(name="more"))
    assert imports(line, "app", "more") == ["more==1.0"]


def test_what_is_not_required_is_not_there_though_it_is_installed_by_others(line: Line) -> None:
    line.settings(EVERY)
    line.offer(LEAF, Project(name="app", body="import leaf\n"))
    refused = line.refuse(BuildError, "app", "leaf")
    assert "app 1.0: import app failed: ModuleNotFoundError: No module named 'leaf'" in refused.text
    assert "packages: {app: {requires_dist: {add: [leaf]}}}" in refused.text
    assert "app-1.0-import.log" in refused.text
    assert not line.wheelhouse.joinpath("plan.json").exists()
    # And that is the declaration that mends it.
    line.settings(EVERY + "packages: {app: {requires_dist: {add: [leaf]}}}\n")
    line.run("app", "leaf")


def test_a_failed_import_does_not_keep_other_wheels_from_being_built(line: Line) -> None:
    line.settings(EVERY)
    line.offer(
        Project(name="broken", body="raise RuntimeError('no display')\n"),
        Project(name="app", requires=("broken",)),
        LEAF,
    )
    refused = line.refuse(SomeBuildsFailed, "app", "leaf", keep_going=True)
    assert set(refused.failed) == {"broken==1.0"}
    assert refused.summary.blocked == ()
    assert {"app==1.0", "leaf==1.0"} <= set(refused.summary.built)


def test_what_is_started_meanwhile_is_named(line: Line) -> None:
    line.settings(EVERY)
    line.offer(Project(name="noisy", body="import subprocess\nsubprocess.run(['true', '--now'])\n"))
    assert "noisy==1.0: importing noisy: true --now" in line.run("noisy").notices


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("import os\nos._exit(0)\n", "importing ending ended Python (exit status 0)"),
        ("import os\nos.abort()\n", "importing ending ended Python (signal 6)"),
        ("raise SystemExit\n", "import ending failed: SystemExit"),
        ("def f(:\n", "import ending failed: "),
        ("from . import gone\n", "import ending failed: ImportError"),
        ("import ending.gone\n", "its wheel lacks ending.gone"),
        (
            "raise ImportError('libgone.so.1: cannot open shared object file: No such file')\n",
            "install the system package that has libgone.so.1",
        ),
        (
            "open('/build/answer/answer.json', 'w').write('[]')\nimport os; os._exit(0)\n",
            "no answer",
        ),
    ],
)
def test_every_way_to_fail_has_its_words(line: Line, body: str, told: str) -> None:
    line.settings(EVERY)
    line.offer(Project(name="ending", body=body))
    assert told in line.refuse(BuildError, "ending").text


def test_an_answer_that_the_wheel_wrote_itself_cannot_steer_a_terminal(line: Line) -> None:
    line.settings(EVERY)
    answer = {
        "failed": {
            "module": "x\x1b[2J",
            "error": "\x1b]0;owned\x07\nmore",
            "kind": "",
            "missing": "",
        },
        "starts": ["\x1b[31m"] * 1000,
    }
    body = f"open('/build/answer/answer.json', 'w').write({json.dumps(answer)!r})\nimport os\nos._exit(1)\n"
    line.offer(Project(name="sly", body=body))
    text = line.refuse(BuildError, "sly").text
    assert "sly 1.0: import x failed: " in text
    assert text.replace("\n", "").isprintable()


def test_it_reaches_nothing_of_the_machine(line: Line) -> None:
    line.settings(EVERY)
    body = (
        "import os\n"
        "assert os.environ['HOME'] == '/home/builder' and not os.listdir(os.environ['HOME'])\n"
    )
    line.offer(Project(name="curious", body=body))
    line.run("curious")


def test_what_it_tries_to_reach_is_named_and_refused(line: Line) -> None:
    line.settings(EVERY)
    body = (
        "import socket\n"
        "try:\n"
        "    socket.create_connection(('192.0.2.1', 80), 5)\n"
        "except OSError:\n"
        "    pass\n"
    )
    line.offer(Project(name="curious", body=body))
    refused = line.refuse(BuildError, "curious")
    assert "importing curious tried to reach 192.0.2.1:80 by" in refused.text
    line.settings(
        EVERY
        + "packages: {curious: {network: {tolerate: [{host: 192.0.2.1, because: it goes on}]}}}\n"
    )
    line.run("curious")


def test_it_is_narrowed_and_turned_off_with_a_reason(line: Line) -> None:
    line.offer(Project(name="part", body="raise RuntimeError\n"), LEAF)
    line.settings(
        EVERY + "packages: {part: {import_check: {off: true, because: needs a screen}}}\n"
    )
    assert imports(line, "part", "leaf") == ["leaf==1.0"]
    line.settings(
        EVERY
        + "packages: {part: {import_check: {modules: [json.tool], because: the rest needs one}}}\n"
    )
    assert imports(line, "part", "leaf") == ["part==1.0"]
    line.settings(EVERY + "packages: {part: {import_check: {off: true}}}\n")
    assert "import_check.off: say why" in line.refuse(SettingsError, "part").text


def test_a_plan_alone_imports_nothing(line: Line) -> None:
    line.settings(EVERY)
    line.offer(LEAF)
    events = line.run("leaf", plan_only=True).events
    assert started(events, "import") == []


def test_a_wheel_that_somebody_else_built_is_imported_too(line: Line, tmp_path: Path) -> None:
    line.offer(Project(name="given", body="import leaf\n"), LEAF)
    line.run("given")
    wheel = tmp_path / "given-1.0-py3-none-any.whl"
    wheel.write_bytes((line.wheelhouse / wheel.name).read_bytes())
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    source = f"{{wheel: '{wheel.as_uri()}', versions: ['1.0'], sha256: {{'1.0': {digest}}}}}"
    line.settings(f"{EVERY}packages: {{given: {{source: {source}}}}}\n")
    refused = line.refuse(BuildError, "given")
    assert "given 1.0: import given failed: ModuleNotFoundError" in refused.text
