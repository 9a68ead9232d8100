"""What cannot be satisfied is said with names and places, as early as it can be known."""

from time import monotonic

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.errors import ResolutionError, SourceError, UsageError
from wheeltree.model.event import Started


def test_a_conflict_of_declarations_is_reported_before_anything_is_built(line: Line) -> None:
    line.offer(
        Project(name="left", requires=("base<2",)),
        Project(name="right", requires=("base>=2",)),
        Project(name="base"),
        Project(name="base", version="2.0"),
    )
    file = line.write("requirements.txt", "# both", "left", "right")
    refused = line.refuse(ResolutionError, file)
    assert not _ran(refused.events)
    assert f"left ({file}:2)" in refused.text
    assert f"right ({file}:3)" in refused.text
    assert "base<2" in refused.text
    assert "base>=2" in refused.text


def test_a_build_requirement_that_nothing_satisfies_is_reported_before_anything_is_built(
    line: Line,
) -> None:
    line.offer(
        Project(name="app", requires=("other",)),
        Project(name="other", build=("tool>=9",)),
        Project(name="tool"),
    )
    refused = line.refuse(ResolutionError, "app")
    assert not _ran(refused.events)
    assert "tool>=9 (other==1.0 [build-system])" in refused.text


def test_what_is_not_chosen_may_have_impossible_build_requirements(line: Line) -> None:
    line.offer(
        Project(name="app", requires=("other", "limit")),
        Project(name="limit", requires=("other<2",)),
        Project(name="other"),
        Project(name="other", version="2.0", build=("nowhere",)),
    )
    line.run("app")
    assert line.pins() == ["app==1.0", "limit==1.0", "other==1.0"]


def test_a_backend_may_rule_out_what_has_impossible_build_requirements(line: Line) -> None:
    line.offer(
        Project(name="app", requires=("other", "limit")),
        Project(name="limit", requires=("other<2",), dynamic=True),
        Project(name="other"),
        Project(name="other", version="2.0", build=("nowhere",)),
    )
    line.run("app")
    assert line.pins() == ["app==1.0", "limit==1.0", "other==1.0"]


def test_a_conflict_in_a_backends_answer_leaves_what_was_built(line: Line) -> None:
    line.offer(
        Project(name="app", requires=("told", "base>=2")),
        Project(name="told", requires=("base<2",), dynamic=True, build=("tool",)),
        Project(name="tool"),
        Project(name="base"),
        Project(name="base", version="2.0"),
    )
    refused = line.refuse(ResolutionError, "app")
    assert "tool==1.0" in refused.built
    assert "told==1.0" in refused.text
    assert "base<2" in refused.text
    assert "base>=2" in refused.text
    assert line.run("tool").built == {}


def test_builds_that_run_are_stopped_when_a_conflict_shows(line: Line) -> None:
    slow = Project(name="slow", on_build="import time; time.sleep(120)")
    told = Project(
        name="told", requires=("slow>=2",), dynamic=True, on_ask="import time; time.sleep(1)"
    )
    line.offer(slow, told, Project(name="slow-user", build=("slow",), dynamic=True))
    begun = monotonic()
    refused = line.refuse(ResolutionError, "told", "slow", "slow-user", jobs=2)
    assert monotonic() - begun < 60
    assert "slow>=2" in refused.text


def test_a_project_that_no_index_has_is_named_with_who_asks_for_it(line: Line) -> None:
    line.offer(Project(name="app", requires=("lost",)))
    refused = line.refuse(ResolutionError, "app")
    assert "lost" in refused.text
    assert "app==1.0" in refused.text


def test_a_project_with_wheels_alone_says_that_it_has_no_sdist(line: Line) -> None:
    line.index.offer("closed", "closed-1.0-py3-none-any.whl", b"")
    refused = line.refuse(ResolutionError, "closed")
    assert "wheels" in refused.text
    assert "sdist" in refused.text


def test_a_source_that_is_not_what_its_name_says_is_refused(line: Line) -> None:
    line.index.offer("honest", "honest-1.0.tar.gz", Project(name="other").sdist())
    refused = line.refuse(SourceError, "honest")
    assert "honest" in refused.text
    assert refused.built == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["app ==== 1"], "requirements.txt:1"),
        (["app", "-r missing.txt"], "requirements.txt:2"),
        (["app", "--find-links ."], "requirements.txt:2"),
        (["app==${UNSET_VERSION}"], "UNSET_VERSION"),
    ],
)
def test_a_bad_line_of_a_requirements_file_is_named(
    line: Line, lines: list[str], said: str
) -> None:
    assert said in line.refuse(UsageError, line.write("requirements.txt", *lines)).text


def _ran(events: tuple[object, ...]) -> list[Started]:
    return [
        each for each in events if isinstance(each, Started) and each.work in {"build", "backend"}
    ]
