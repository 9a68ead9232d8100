"""Several install sets in one run, and runs that add to a wheelhouse."""

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.errors import ResolutionError, UsageError

ONE = Project(name="shared")
TWO = Project(name="shared", version="2.0")


@pytest.fixture
def two_sets(line: Line) -> Line:
    line.offer(ONE, TWO)
    line.offer(Project(name="old", requires=("shared<2",), build=("shared",)))
    line.offer(Project(name="new", requires=("shared",)))
    line.write("old.txt", "old")
    line.write("new.txt", "new")
    return line


def test_each_set_is_solved_by_itself(two_sets: Line) -> None:
    folder = two_sets.folder
    sets = (("old", folder / "old.txt"), ("new", folder / "new.txt"))
    ran = two_sets.run(sets=sets)
    assert two_sets.pins("old") == ["old==1.0", "shared==1.0"]
    assert two_sets.pins("new") == ["new==1.0", "shared==2.0"]
    assert two_sets.wheels == [
        "new-1.0-py3-none-any.whl",
        "old-1.0-py3-none-any.whl",
        "shared-1.0-py3-none-any.whl",
        "shared-2.0-py3-none-any.whl",
    ]
    for name in ("old", "new"):
        pins = "".join(f"{pin}\n" for pin in two_sets.pins(name))
        assert (two_sets.wheelhouse / f"constraints-{name}.txt").read_text() == pins
        assert (two_sets.wheelhouse / f"pylock.{name}.toml").is_file()
    assert len(ran.built) == 4
    assert two_sets.run(sets=sets).events == ()


def test_what_cannot_be_installed_together_needs_sets(two_sets: Line) -> None:
    refused = two_sets.refuse(ResolutionError, "old", "shared>=2")
    assert "shared<2" in refused.text


def test_a_set_beside_the_default_one(two_sets: Line) -> None:
    two_sets.run("new", sets=(("old", two_sets.folder / "old.txt"),))
    assert two_sets.pins() == ["new==1.0", "shared==2.0"]
    assert two_sets.pins("old") == ["old==1.0", "shared==1.0"]
    assert (two_sets.wheelhouse / "constraints.txt").is_file()


def test_versions_of_a_set_stay_though_the_index_has_newer_ones(two_sets: Line) -> None:
    sets = (("new", two_sets.folder / "new.txt"),)
    two_sets.run(sets=sets)
    two_sets.offer(Project(name="shared", version="3.0"))
    two_sets.run("old", sets=sets)
    assert two_sets.pins("new") == ["new==1.0", "shared==2.0"]


def test_two_sets_of_one_name_are_refused(two_sets: Line) -> None:
    sets = (("old", two_sets.folder / "old.txt"), ("old", two_sets.folder / "new.txt"))
    assert "'old'" in two_sets.refuse(UsageError, sets=sets).text


def test_a_wheel_that_sets_would_build_differently_is_refused(line: Line) -> None:
    line.offer(Project(name="ext", build=("abi",)), Project(name="abi"))
    line.offer(Project(name="abi", version="2.0"))
    line.settings("packages: {ext: {match_install: [abi]}}")
    sets = (
        ("one", line.write("one.txt", "ext", "abi<2")),
        ("two", line.write("two.txt", "ext", "abi>=2")),
    )
    refused = line.refuse(ResolutionError, sets=sets)
    assert "ext==1.0 would be built twice" in refused.text
    assert "abi==1.0" in refused.text
    assert "abi==2.0" in refused.text


def test_a_run_replaces_what_was_published(two_sets: Line) -> None:
    two_sets.run("new")
    two_sets.run("old")
    assert two_sets.wheels == ["old-1.0-py3-none-any.whl", "shared-1.0-py3-none-any.whl"]
    assert not (two_sets.wheelhouse / "simple/new").exists()


def test_add_keeps_what_was_published(two_sets: Line) -> None:
    two_sets.run("new")
    ran = two_sets.run("old", add=True)
    assert two_sets.wheels == [
        "new-1.0-py3-none-any.whl",
        "old-1.0-py3-none-any.whl",
        "shared-1.0-py3-none-any.whl",
        "shared-2.0-py3-none-any.whl",
    ]
    assert not [each for each in ran.notices if "-> none" in each]
    assert two_sets.run("old", add=True).events == ()
