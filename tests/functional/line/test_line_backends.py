"""Backends may ask for more, tell what their wheels require, and contradict themselves."""

import pytest

from support.line import Line
from support.projects import Project
from support.variation import varied
from wheeltree.errors import BuildError, ResolutionError
from wheeltree.model.event import Finished, Started


def _versions(name: str, *versions: str) -> list[Project]:
    return [Project(name=name, version=each) for each in versions]


def test_what_a_backend_asks_for_is_there_when_it_builds(line: Line) -> None:
    app = Project(name="app", asks=("helper",), on_build="import helper")
    line.offer(app, Project(name="helper", requires=("deeper",)), Project(name="deeper"))
    line.run("app")
    assert line.environment("app==1.0") == ["deeper==1.0", "helper==1.0"]
    assert line.plan.published()["app==1.0"].dynamic_requires == ("helper",)


def test_what_only_a_backend_can_tell_is_required(line: Line) -> None:
    told = Project(name="told", requires=("leaf",), dynamic=True, build=("tool",))
    line.offer(told, Project(name="leaf"), Project(name="tool"))
    line.run("told")
    assert line.pins() == ["leaf==1.0", "told==1.0"]


def test_metadata_is_prepared_with_what_the_backend_asked_for(line: Line) -> None:
    told = Project(name="told", requires=("leaf",), dynamic=True, asks=("helper",))
    line.offer(told, Project(name="leaf"), Project(name="helper"))
    line.run("told")
    assert line.pins() == ["leaf==1.0", "told==1.0"]
    assert line.environment("told==1.0") == ["helper==1.0"]


def test_static_and_dynamic_requirements_are_solved_together(line: Line) -> None:
    app = Project(name="app", build=("tool",), asks=("tool<2",))
    line.offer(app, *_versions("tool", "1.0", "2.0"))
    line.run("app")
    assert line.environment("app==1.0") == ["tool==1.0"]


def test_an_answer_does_not_move_what_it_was_asked_with_unless_it_must(line: Line) -> None:
    app = Project(name="app", build=("tool<2",), asks=("helper",))
    helper = Project(name="helper", requires=("tool",))
    line.offer(app, helper, *_versions("tool", "1.0", "2.0"))
    line.run("app")
    assert line.environment("app==1.0") == ["helper==1.0", "tool==1.0"]


def test_a_moved_environment_is_asked_again(line: Line) -> None:
    ask = "import tool; asks[:] = ['tool<2'] if tool.VERSION == '2.0' else ['tool<2', 'late']"
    app = Project(name="app", build=("tool",), on_ask=ask)
    line.offer(app, Project(name="late"), *_versions("tool", "1.0", "2.0"))
    line.run("app")
    assert line.environment("app==1.0") == ["late==1.0", "tool==1.0"]


def test_answers_that_never_settle_are_an_error(line: Line) -> None:
    ask = "import tool; asks[:] = ['tool<2'] if tool.VERSION == '2.0' else ['tool>=2']"
    app = Project(name="app", build=("tool",), on_ask=ask)
    line.offer(app, *_versions("tool", "1.0", "2.0"))
    refused = line.refuse(ResolutionError, "app")
    assert "app==1.0" in refused.text
    assert "does not settle" in refused.text
    assert "--build-constraint" in refused.text


def test_a_backends_requirement_that_nothing_satisfies_names_the_backend(line: Line) -> None:
    line.offer(Project(name="app", asks=("helper>=9",)), Project(name="helper"))
    refused = line.refuse(ResolutionError, "app")
    assert "helper>=9" in refused.text
    assert "app==1.0" in refused.text
    assert "backend" in refused.text


def test_a_backend_is_asked_with_the_recipes_own_settings(line: Line) -> None:
    ask = "import os; asks.append(os.environ['HELPER']); asks.append(config_settings['more'])"
    line.offer(Project(name="app", on_ask=ask), *_versions("helper", "1.0"), *_versions("x", "1.0"))
    line.settings("packages: {app: {env: {HELPER: helper}, config_settings: {more: x}}}")
    line.run("app")
    assert line.environment("app==1.0") == ["helper==1.0", "x==1.0"]


def test_a_matched_build_requirement_takes_the_version_of_the_install_set(line: Line) -> None:
    ext = Project(name="ext", requires=("abi",), build=("abi",))
    plain = Project(name="plain", build=("abi",))
    line.offer(ext, plain, *_versions("abi", "1.0", "2.0"))
    line.settings("packages: {ext: {match_install: [abi]}}")
    line.run("ext", "plain", "abi<2")
    assert line.environment("ext==1.0") == ["abi==1.0"]
    assert line.environment("plain==1.0") == ["abi==2.0"]


def test_what_a_backend_was_asked_about_and_nobody_needs_may_fail_to_build(line: Line) -> None:
    told = Project(name="told", version="2.0", requires=("limit>=2",), dynamic=True)
    fails = "raise SystemExit('cannot be built')"
    line.offer(Project(name="told"), varied(told, on_build=fails), Project(name="limit"))
    line.run("told", "limit")
    assert line.pins() == ["limit==1.0", "told==1.0"]


def test_wheels_are_built_while_a_backend_is_still_asked(line: Line) -> None:
    slow = Project(name="slow", on_ask="import time; time.sleep(2)")
    line.offer(slow, Project(name="app", build=("tool",)), Project(name="tool"))
    ran = line.run("slow", "app", jobs=2)
    subjects = [
        (type(each).__name__, each.work, each.subject)
        for each in ran.events
        if isinstance(each, Started | Finished)
    ]
    built = subjects.index(("Finished", "build", "tool==1.0"))
    assert built < subjects.index(("Finished", "backend", "slow==1.0"))


def test_backends_are_asked_side_by_side(line: Line) -> None:
    meet = "import time; time.sleep(1)"
    both = [Project(name=name, on_ask=meet, dynamic=True) for name in ("one", "two")]
    line.offer(*both)
    ran = line.run("one", "two", jobs=2)
    work = [each for each in ran.events if isinstance(each, Started | Finished)]
    asking = [type(each) for each in work if each.work == "backend"]
    assert asking == [Started, Started, Finished, Finished]


# What was planned and what was built.

_LIES = {
    "a requirement less": (("leaf",), ()),
    "a requirement more": ((), ("leaf",)),
    "another version": (("leaf>=1",), ("leaf>=2",)),
    "another extra": (("leaf[a]",), ("leaf[b]",)),
}


@pytest.mark.parametrize("lie", _LIES)
def test_a_wheel_that_requires_something_else_than_its_source_declares_is_an_error(
    line: Line, lie: str
) -> None:
    declared, built = _LIES[lie]
    liar = Project(name="liar", requires=declared, built_requires=built)
    line.offer(liar, *_versions("leaf", "1.0", "2.0"))
    refused = line.refuse(BuildError, "liar")
    assert "liar==1.0: the wheel that tiny built does not require what its source declares" in (
        refused.text
    )
    assert "metadata: backend" in refused.text
    assert refused.text.count("the wheel lacks leaf") == bool(declared)
    assert refused.text.count("the wheel adds leaf") == bool(built)
    assert "liar==1.0" in refused.failed
    again = line.refuse(BuildError, "liar")
    assert "liar==1.0" in again.failed
    assert again.built == []


def test_the_setting_that_the_error_names_helps(line: Line) -> None:
    liar = Project(
        name="liar", requires=("nowhere",), prepared_requires=("leaf",), built_requires=("leaf",)
    )
    line.offer(liar, Project(name="leaf"), Project(name="nowhere"))
    line.refuse(BuildError, "liar")
    line.settings("packages: {liar: {metadata: backend}}")
    ran = line.run("liar")
    assert line.pins() == ["leaf==1.0", "liar==1.0"]
    assert "liar==1.0" not in ran.built


def test_a_backend_that_contradicts_itself_is_named(line: Line) -> None:
    liar = Project(name="liar", dynamic=True, requires=("leaf",), built_requires=())
    line.offer(liar, Project(name="leaf"))
    line.run("liar", plan_only=True)
    refused = line.refuse(BuildError, "liar")
    assert "its backend tiny said before" in refused.text
    assert "metadata: backend" not in refused.text


def test_a_lie_about_other_machines_and_another_spelling_are_no_lies(line: Line) -> None:
    honest = Project(
        name="honest",
        requires=("Leaf_Two >=1,<3", 'winter; sys_platform == "win32"'),
        built_requires=("leaf-two<3,>=1.0", 'summer; sys_platform == "win32"'),
    )
    line.offer(honest, *_versions("leaf-two", "1.0"))
    line.run("honest")
