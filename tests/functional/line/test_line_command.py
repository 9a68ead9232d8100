"""The command `builder` as people and scripts meet it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project

BUILDER = str(Path(sys.executable).with_name("builder"))
APP = Project(name="app", requires=("leaf",), build=("tool",))


@pytest.fixture
def offered(line: Line) -> Line:
    line.offer(APP, Project(name="leaf"), Project(name="tool"))
    return line


def _builder(line: Line, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [BUILDER, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=line.folder,
        env={
            **os.environ,
            "BUILDER_STORE": str(line.places.store),
            "BUILDER_INDEX_URL": line.index.url,
            **environ,
        },
    )


def test_json_ends_with_a_summary(offered: Line) -> None:
    done = _builder(offered, "bootstrap", "app", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    events = [json.loads(text) for text in done.stdout.splitlines()]
    assert events[-1]["event"] == "summary"
    assert events[-1]["built"] == ["app==1.0", "leaf==1.0", "tool==1.0"]
    assert events[-1]["reused"] == events[-1]["failed"] == events[-1]["blocked"] == []
    assert Path(offered.folder, events[-1]["wheelhouse"]).samefile(offered.wheelhouse)
    again = _builder(offered, "bootstrap", "app", "--json")
    assert [json.loads(text)["event"] for text in again.stdout.splitlines()] == ["summary"]


def test_a_second_run_loads_little(offered: Line) -> None:
    """Also of what is imported where it is used: test_start.py sees the rest."""
    assert _builder(offered, "bootstrap", "app").returncode == 0
    again = _builder(offered, "bootstrap", "app", PYTHONPROFILEIMPORTTIME="1")
    loaded = {line.rpartition("|")[2].strip() for line in again.stderr.splitlines()}
    assert "wheeltree.session.noop" in loaded
    assert not loaded & {
        *("yaml", "wheeltree.settings.schema", "httpx2", "ssl", "wheeltree.transport", "rich"),
        *("wheeltree.session.start", "wheeltree.session.run", "wheeltree.sandbox"),
    }


def test_plain_lines_say_what_was_built_and_where_it_is(offered: Line) -> None:
    done = _builder(offered, "bootstrap", "app")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "built 3, reused 0" in done.stdout
    assert "pip install --no-index --find-links" in done.stdout
    again = _builder(offered, "bootstrap", "app")
    assert "nothing to do: 3 wheels are up to date" in again.stdout


def test_every_option_is_an_environment_variable_too(offered: Line) -> None:
    offered.write("limits.txt", "leaf<1")
    done = _builder(
        offered, "bootstrap", "app", BUILDER_WHEELHOUSE="other", BUILDER_CONSTRAINT="limits.txt"
    )
    assert done.returncode == 5
    assert "leaf<1 (limits.txt:1)" in done.stdout + done.stderr


def test_a_plan_is_made_and_then_built(offered: Line) -> None:
    planned = _builder(offered, "plan", "app", "-o", "planned")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    built = _builder(offered, "build", "planned/plan.json", "-o", "built")
    assert built.returncode == 0, built.stdout + built.stderr
    assert (offered.folder / "built/app-1.0-py3-none-any.whl").is_file()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["bootstrap", "app"], 0),
        (["bootstrap", "app", "--nonsense"], 2),
        (["bootstrap", "-r"], 2),
        (["bootstrap", "app", "--settings", "bad.yaml"], 3),
        (["bootstrap", "unknown"], 5),
        (["bootstrap", "damaged"], 6),
        (["bootstrap", "broken"], 8),
        (["bootstrap", "broken", "app", "--keep-going"], 10),
    ],
)
def test_the_exit_status_tells_what_went_wrong(
    offered: Line, arguments: list[str], status: int
) -> None:
    offered.write("bad.yaml", "packages: {app: {jobs: 3}}")
    offered.offer(Project(name="broken", on_build="raise SystemExit('no')"))
    offered.index.offer("damaged", "damaged-1.0.tar.gz", b"not an archive")
    done = _builder(offered, *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    if status not in {0, 10}:
        assert "hint" in done.stdout + done.stderr
