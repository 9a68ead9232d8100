"""Plans stand until they are moved, can be made without building, and bind where that is asked."""

import shutil
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from support.line import Line
from support.projects import Project
from wheeltree.errors import DigestMismatch, FetchError, ResolutionError, UsageError
from wheeltree.planning.lockfile import load
from wheeltree.session.invocation import Upgrade

TOOL = Project(name="tool", body="STAMP = 1\n")
LEAF = Project(name="leaf")
APP = Project(name="app", requires=("leaf",), build=("tool",))
NEWER = (
    Project(name="tool", version="2.0"),
    Project(name="leaf", version="2.0"),
    Project(name="app", version="2.0", requires=("leaf",), build=("tool",)),
)


@pytest.fixture
def built(line: Line) -> Line:
    line.offer(TOOL, LEAF, APP)
    line.run("app")
    line.offer(*NEWER)
    return line


def _upgrade(*names: str) -> Upgrade:
    return Upgrade(names=frozenset(canonicalize_name(each) for each in names))


# Sticky versions.


def test_versions_stay_though_the_index_has_newer_ones(built: Line) -> None:
    built.offer(Project(name="extra", requires=("leaf",), build=("tool",)))
    ran = built.run("app", "extra")
    assert built.pins() == ["app==1.0", "extra==1.0", "leaf==1.0"]
    assert built.environment("app==1.0") == ["tool==1.0"]
    assert "app==1.0" not in ran.built
    assert "moved: extra none -> 1.0" in ran.notices


def test_a_version_moves_when_it_no_longer_satisfies(built: Line) -> None:
    built.run("app", "leaf>=2")
    assert built.pins() == ["app==1.0", "leaf==2.0"]


def test_an_upgrade_of_one_project_moves_only_that_and_says_so(built: Line) -> None:
    ran = built.run("app", upgrade=_upgrade("leaf"))
    assert built.pins() == ["app==1.0", "leaf==2.0"]
    assert [each for each in ran.notices if each.startswith("moved")] == ["moved: leaf 1.0 -> 2.0"]
    assert set(ran.built) == {"leaf==2.0"}
    assert built.wheels == ["app-1.0-py3-none-any.whl", "leaf-2.0-py3-none-any.whl"]


def test_an_upgrade_of_a_tool_moves_build_environments(built: Line) -> None:
    ran = built.run("app", upgrade=_upgrade("tool"))
    assert built.pins() == ["app==1.0", "leaf==1.0"]
    assert ran.built == {"tool==2.0": "not built before", "app==1.0": "tool 1.0 -> 2.0"}


def test_an_upgrade_of_everything_moves_everything(built: Line) -> None:
    built.run("app", upgrade=Upgrade(everything=True))
    assert built.pins() == ["app==2.0", "leaf==2.0"]
    assert built.environment("app==2.0") == ["tool==2.0"]


def test_an_upgrade_without_news_builds_nothing(line: Line) -> None:
    line.offer(TOOL, LEAF, APP)
    line.run("app")
    ran = line.run("app", upgrade=Upgrade(everything=True))
    assert ran.built == {}
    assert ran.asked == []


# Plans without builds, and runs without network.


def test_a_plan_builds_only_the_tools_that_must_be_asked(line: Line) -> None:
    told = Project(name="told", requires=("leaf",), dynamic=True, build=("tool",))
    line.offer(told, LEAF, TOOL)
    ran = line.run("told", plan_only=True)
    assert ran.summary.built == ("tool==1.0",)
    assert line.pins() == ["leaf==1.0", "told==1.0"]
    assert line.wheels == []
    assert {each.content for each in line.plan.packages if str(each) != "tool==1.0"} == {None}


def test_after_a_plan_no_index_and_no_source_is_needed(line: Line) -> None:
    line.offer(TOOL, LEAF, APP)
    line.run("app", plan_only=True)
    shutil.rmtree(line.index.root)
    line.run("app", offline=True)
    assert line.wheels == ["app-1.0-py3-none-any.whl", "leaf-1.0-py3-none-any.whl"]


def test_after_a_run_another_wheelhouse_needs_no_index(built: Line) -> None:
    shutil.rmtree(built.index.root)
    built.wheelhouse.rename(built.folder / "old")
    assert built.run("app", offline=True).built == {}
    assert built.pins() == ["app==1.0", "leaf==1.0"]


def test_what_was_never_asked_cannot_be_had_offline(line: Line) -> None:
    line.offer(APP)
    refused = line.refuse(FetchError, "app", offline=True)
    assert "app" in refused.text
    assert "--offline" in refused.text


def test_a_plan_leaves_the_wheels_that_are_there(built: Line) -> None:
    built.run("app", plan_only=True, upgrade=_upgrade("leaf"))
    assert built.wheels == ["app-1.0-py3-none-any.whl", "leaf-1.0-py3-none-any.whl"]
    assert built.pins() == ["app==1.0", "leaf==2.0"]
    built.run("app")
    assert built.wheels == ["app-1.0-py3-none-any.whl", "leaf-2.0-py3-none-any.whl"]


# Plans that bind.


@pytest.fixture
def locked(built: Line) -> Path:
    plan = built.folder / "locked.json"
    shutil.copy(built.wheelhouse / "plan.json", plan)
    shutil.rmtree(built.wheelhouse)
    shutil.rmtree(built.places.store)
    return plan


def test_a_locked_plan_is_followed_whatever_the_index_has(built: Line, locked: Path) -> None:
    shutil.rmtree(built.index.root / "simple")
    ran = built.run(locked=locked)
    assert built.pins() == ["app==1.0", "leaf==1.0"]
    assert built.environment("app==1.0") == ["tool==1.0"]
    assert ran.asked == []


def test_a_requirement_that_contradicts_a_locked_plan_is_named(built: Line, locked: Path) -> None:
    refused = built.refuse(ResolutionError, "app", "leaf>=2", locked=locked)
    assert "leaf>=2 (command line)" in refused.text
    assert "newcomer" in built.refuse(ResolutionError, "newcomer", locked=locked).text


def test_a_build_constraint_that_contradicts_a_locked_plan_is_named(
    built: Line, locked: Path
) -> None:
    constraint = built.write("build.txt", "tool>=2")
    refused = built.refuse(ResolutionError, "app", locked=locked, build_constraints=(constraint,))
    assert "tool" in refused.text
    assert refused.built == []


def test_a_source_that_is_not_the_locked_one_is_refused(built: Line, locked: Path) -> None:
    built.offer(Project(name="leaf", body="EVIL = True"))
    assert "leaf-1.0.tar.gz" in str(built.refuse(DigestMismatch, locked=locked).error)


def test_the_same_results_can_be_demanded(built: Line, locked: Path) -> None:
    built.run(locked=locked, exact=True)
    shutil.rmtree(built.wheelhouse)
    text = locked.read_text()
    content = next(each.content for each in load(locked).packages if str(each) == "leaf==1.0")
    assert content is not None
    locked.write_text(text.replace(content, "0" * 64))
    refused = built.refuse(ResolutionError, locked=locked, exact=True)
    assert "leaf==1.0" in refused.text
    built.run(locked=locked)


def test_a_plan_that_is_none_is_a_usage_error(line: Line) -> None:
    line.refuse(UsageError, locked=line.write("plan.json", "{}"))
