"""A run with nothing to do does nothing, and one whose wheelhouse was damaged mends it."""

import os
from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.model.event import Started

TOOL = Project(name="tool")
APP = Project(name="app", build=("tool",))


@pytest.fixture
def published(line: Line) -> Line:
    line.offer(TOOL, APP)
    line.run("app")
    return line


def test_a_second_run_does_nothing_and_changes_no_file(published: Line) -> None:
    before = _times(published.wheelhouse, published.places.store)
    ran = published.run("app")
    assert ran.events == ()
    assert ran.summary.built == ()
    assert ran.summary.reused == ("app==1.0", "tool==1.0")
    assert _times(published.wheelhouse, published.places.store) == before


def test_a_second_run_asks_no_index(published: Line) -> None:
    published.offer(Project(name="app", version="2.0"))
    assert published.run("app").events == ()
    assert published.wheels == ["app-1.0-py3-none-any.whl"]


@pytest.mark.parametrize("path", ["app-1.0-py3-none-any.whl", "simple/app/index.html", "plan.json"])
def test_what_was_deleted_from_the_wheelhouse_comes_back(published: Line, path: str) -> None:
    before = (published.wheelhouse / path).read_bytes()
    (published.wheelhouse / path).unlink()
    ran = published.run("app")
    assert ran.built == {}
    assert (published.wheelhouse / path).read_bytes() == before
    assert published.run("app").events == ()


def test_a_wheelhouse_with_another_store_is_the_same_in_the_end(published: Line) -> None:
    before = {path: path.read_bytes() for path in published.wheelhouse.rglob("*.whl")}
    published.places.store.rename(published.folder / "elsewhere")
    (published.wheelhouse / "app-1.0-py3-none-any.whl").unlink()
    ran = published.run("app")
    assert set(ran.built) == {"app==1.0", "tool==1.0"}
    assert {path: path.read_bytes() for path in published.wheelhouse.rglob("*.whl")} == before


def test_a_new_wheelhouse_is_filled_from_the_store(published: Line) -> None:
    (published.wheelhouse).rename(published.folder / "old")
    ran = published.run("app")
    assert ran.built == {}
    assert ran.asked == []
    assert published.wheels == ["app-1.0-py3-none-any.whl"]


def test_a_run_that_asks_for_something_else_is_no_second_run(published: Line) -> None:
    ran = published.run("tool")
    assert any(isinstance(each, Started) for each in ran.events)
    assert published.wheels == ["tool-1.0-py3-none-any.whl"]


def _times(*folders: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for folder in folders:
        for path in folder.rglob("*"):
            status = path.lstat()
            found[os.fspath(path)] = (status.st_mtime_ns, status.st_ino)
    return found
