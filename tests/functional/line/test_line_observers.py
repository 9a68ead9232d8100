"""Observers of whole runs, and what is taken as somebody else built it."""

import hashlib
from pathlib import Path

import pytest

from support.line import Line
from support.overriding import observers, override
from support.projects import Project
from support.variation import varied
from wheeltree.errors import PluginError, ResolutionError, SourceError


@pytest.fixture
def offered(line: Line) -> Line:
    line.offer(Project(name="tool"), Project(name="other"), Project(name="app", build=("tool",)))
    return line


def test_an_observer_gets_every_wheel_and_the_end(offered: Line) -> None:
    log = offered.folder / "heard.txt"
    observers(
        offered,
        f"""
        import hashlib, pathlib

        class Diary(Observer):
            def built(self, event):
                content = pathlib.Path(event.path).read_bytes()
                right = hashlib.sha256(content).hexdigest() == event.digest
                self.write(event.filename, right and len(content) == event.size)

            def reused(self, event):
                self.write("reused", event.subject)

            def finished(self, summary):
                self.write("finished", len(summary.built), summary.idle)

            def write(self, *words):
                with open({str(log)!r}, "a") as file:
                    print(*words, file=file)
        """,
    )
    offered.run("app")
    offered.run("app")
    offered.run("app", "other")
    assert log.read_text().splitlines() == [
        "tool-1.0-py3-none-any.whl True",
        "app-1.0-py3-none-any.whl True",
        "finished 2 False",
        "finished 0 True",
        *(f"reused {each}" for each in ("tool==1.0", "app==1.0")),
        "other-1.0-py3-none-any.whl True",
        "finished 1 False",
    ]


def test_an_observer_hears_of_the_end_of_a_run_that_never_had_a_plan(offered: Line) -> None:
    log = offered.folder / "heard.txt"
    observers(
        offered,
        f"""
        class Diary(Observer):
            def finished(self, summary):
                with open({str(log)!r}, "a") as file:
                    print(len(summary.built), summary.error, file=file)
        """,
    )
    refused = offered.refuse(ResolutionError, "app", "nowhere")
    assert log.read_text() == f"0 {refused.error.message}\n"


def test_a_failing_observer_is_a_warning_and_loses_nothing(offered: Line) -> None:
    file = observers(
        offered,
        """
        class Mail(Observer):
            def built(self, event):
                raise OSError("no mail today")
        """,
    )
    ran = offered.run("app")
    warnings = [each for each in ran.notices if "observer" in each]
    said = f"{file}:5: the observer Mail.built failed: OSError: no mail today; the run goes on"
    assert warnings == [f"{said}, and this is not said again"]
    assert offered.wheels == ["app-1.0-py3-none-any.whl"]
    assert offered.run("app").summary.idle


@pytest.fixture
def prebuilt(line: Line, tmp_path: Path) -> Line:
    """A line whose settings take `app` as a wheel that somebody built."""
    line.offer(Project(name="app"))
    line.run("app")
    (wheel,) = line.wheelhouse.glob("app-*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    source = f"{{wheel: '{wheel.as_uri()}', versions: ['1.0'], sha256: {{'1.0': {digest}}}}}"
    line.settings(f"packages: {{app: {{source: {source}}}}}")
    line.places = varied(line.places, wheelhouse=tmp_path / "another")
    return line


def test_an_observer_hears_of_wheels_that_are_taken_as_they_are(prebuilt: Line) -> None:
    log = prebuilt.folder / "heard.txt"
    observers(
        prebuilt,
        f"""
        class Diary(Observer):
            def prebuilt(self, event):
                with open({str(log)!r}, "a") as file:
                    print(event.subject, event.filename, file=file)

            def built(self, event):
                raise AssertionError(event)
        """,
    )
    ran = prebuilt.run("app")
    assert log.read_text() == "app==1.0 app-1.0-py3-none-any.whl\n"
    assert not [each for each in ran.notices if "observer" in each]


@pytest.mark.parametrize(
    ("body", "error", "said"),
    [
        ("def prepare(self, work): pass", SourceError, "a plugin for its source"),
        ("def finish(self, wheel): pass", PluginError, "app.py overrides how app==1.0 is built"),
    ],
)
def test_a_plugin_for_a_wheel_that_is_taken_as_it_is_is_refused(
    prebuilt: Line, body: str, error: type[PluginError | SourceError], said: str
) -> None:
    override(prebuilt, "app", body)
    assert said in prebuilt.refuse(error, "app").text
