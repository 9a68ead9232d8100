"""Programs of the system that satisfy build requirements, planned on paper."""

from collections.abc import Mapping

import pytest
from packaging.utils import canonicalize_name

from support.paper import Paper, Sheet, request
from wheeltree.errors import ResolutionError
from wheeltree.model.plan import Plan, Planned
from wheeltree.model.spec import Recipe
from wheeltree.model.stand_in import StandIn
from wheeltree.model.system import SystemTool
from wheeltree.planning.documents import graph
from wheeltree.planning.facts import Offers, Stand
from wheeltree.planning.locked import check_stand_in
from wheeltree.planning.lockfile import LockedTool, choices
from wheeltree.planning.locking import lock
from wheeltree.planning.reasons import changes, inputs

PROGRAMS = {"cmake": "3.25.1", "ninja": "1.11.1"}
REAL = {"cmake==4.1.0": Sheet(), "ninja==1.13.0.1": Sheet()}


def system(*names: str, version: str = "", required: bool = False) -> Recipe:
    tools = (
        SystemTool(name=canonicalize_name(name), version=version, because="it", required=required)
        for name in names
    )
    return Recipe(tools=tuple(tools))


def planned(
    sheets: Mapping[str, Sheet],
    *wanted: str,
    recipes: Mapping[str, Recipe],
    programs: Mapping[str, str] = PROGRAMS,
) -> tuple[Plan, Paper]:
    paper = Paper(sheets={**REAL, **sheets}, programs=programs)
    return paper.plan(request(*wanted, recipes=recipes)), paper


def environment(plan: Plan, name: str = "app==1.0") -> list[str]:
    return [str(each) for each in _get(plan, name).spec.environment]


def _get(plan: Plan, name: str) -> Planned:
    return next(each for each in plan.packages if str(each) == name)


def test_a_program_satisfies_a_declared_requirement() -> None:
    sheets = {"app==1.0": Sheet(build=("cmake>=3.15",))}
    plan, paper = planned(sheets, "app", recipes={"app": system("cmake")})
    assert environment(plan) == ["cmake==3.25.1"]
    assert [str(each) for each in plan.packages] == ["app==1.0"]
    assert [str(each) for each in plan.stand_ins] == ["cmake==3.25.1"]
    assert not [each for each in paper.asked if isinstance(each, Offers) and each.name == "cmake"]


def test_a_program_satisfies_what_a_backend_asks_for() -> None:
    def asks(here: frozenset[str]) -> tuple[str, ...]:
        return () if "ninja==1.11.1" in here else ("ninja>=1.11.1.1",)

    plan, _ = planned({"app==1.0": Sheet(asks=asks)}, "app", recipes={"app": system("ninja")})
    assert environment(plan) == ["ninja==1.11.1"]


def test_a_program_satisfies_what_a_tool_in_the_environment_requires() -> None:
    sheets = {"app==1.0": Sheet(build=("tool",)), "tool==1.0": Sheet(requires=("cmake>=3.15",))}
    plan, _ = planned(sheets, "app", recipes={"app": system("cmake")})
    assert environment(plan) == ["cmake==3.25.1", "tool==1.0"]


def test_how_a_tool_itself_is_built_follows_from_its_own_recipe() -> None:
    sheets = {"app==1.0": Sheet(build=("tool", "cmake")), "tool==1.0": Sheet(build=("cmake",))}
    plan, _ = planned(sheets, "app", recipes={"app": system("cmake")})
    assert environment(plan) == ["cmake==3.25.1", "tool==1.0"]
    assert environment(plan, "tool==1.0") == ["cmake==4.1.0"]


def test_what_is_installed_is_never_a_program_of_the_system() -> None:
    sheets = {"app==1.0": Sheet(requires=("cmake",), build=("cmake",))}
    plan, _ = planned(sheets, "app", recipes={"app": system("cmake")})
    assert plan.sets[0].pins == ("app==1.0", "cmake==4.1.0")
    assert environment(plan) == ["cmake==3.25.1"]


def test_a_program_stands_for_what_lies_at_a_url() -> None:
    sheets = {"app==1.0": Sheet(build=("cmake @ https://files.test/cmake.zip",))}
    plan, _ = planned(sheets, "app", recipes={"app": system("cmake")})
    assert environment(plan) == ["cmake==3.25.1"]


def test_what_the_build_runs_without_asking_is_in_its_environment() -> None:
    plan, _ = planned({"app==1.0": Sheet()}, "app", recipes={"app": system("cmake", required=True)})
    assert environment(plan) == ["cmake==3.25.1"]


def test_an_earlier_plan_with_the_real_project_does_not_outweigh_settings() -> None:
    sheets = {"app==1.0": Sheet(build=("cmake",))}
    before, _ = planned(sheets, "app", recipes={})
    assert environment(before) == ["cmake==4.1.0"]
    paper = Paper(sheets={**REAL, **sheets}, programs=PROGRAMS)
    kept = choices(lock((before,), {}, "3.11.7"), frozenset(), "")
    wanted = request("app", recipes={"app": system("cmake")}, choices=kept)
    assert environment(paper.plan(wanted)) == ["cmake==3.25.1"]


def test_a_requirement_that_the_program_does_not_meet_is_refused_before_anything_is_built() -> None:
    sheets = {"app==1.0": Sheet(build=("cmake>=3.27",))}
    with pytest.raises(ResolutionError) as caught:
        planned(sheets, "app", recipes={"app": system("cmake")})
    text = str(caught.value)
    assert "cmake>=3.27 (app==1.0 [build-system]) cannot be satisfied" in text
    assert "/usr/bin/cmake is 3.25.1" in text
    assert "install a cmake that fits" in caught.value.hint
    assert "`system: {cmake: {version: …, because: …}}`" in caught.value.hint


def test_who_in_the_environment_asks_for_more_is_told() -> None:
    sheets = {
        "app==1.0": Sheet(build=("tool", "cmake")),
        "tool==1.0": Sheet(requires=("cmake>=3.27",)),
    }
    with pytest.raises(ResolutionError) as caught:
        planned(sheets, "app", recipes={"app": system("cmake")})
    assert "tool==1.0 (app==1.0 [build-system]) requires cmake>=3.27" in str(caught.value)
    assert "/usr/bin/cmake is 3.25.1" in str(caught.value)


def test_a_constraint_holds_for_the_program_too() -> None:
    paper = Paper(sheets={"app==1.0": Sheet(build=("cmake>=3.15",))}, programs=PROGRAMS)
    asked = request("app", recipes={"app": system("cmake")}, build_constraints=("cmake<3.20",))
    with pytest.raises(ResolutionError) as caught:
        paper.plan(asked)
    assert "the constraint cmake<3.20 (build.txt:1)" in caught.value.message
    assert "/usr/bin/cmake is 3.25.1" in str(caught.value)


def test_settings_may_say_what_the_program_counts_as() -> None:
    sheets = {"app==1.0": Sheet(build=("cmake>=3.27",))}
    plan, _ = planned(sheets, "app", recipes={"app": system("cmake", version="3.27")})
    assert environment(plan) == ["cmake==3.27"]
    (tool,) = lock((plan,), {}, "3.11.7").tools
    assert (str(tool.version), tool.says) == ("3.27", "3.25.1")


def test_a_program_that_is_not_there_is_told_with_who_asks() -> None:
    sheets = {"app==1.0": Sheet(build=("cmake>=3.15",))}
    with pytest.raises(ResolutionError) as caught:
        planned(sheets, "app", recipes={"app": system("cmake")}, programs={})
    assert "cmake>=3.15 (app==1.0 [build-system])" in caught.value.message
    assert "there is no cmake" in caught.value.message
    assert caught.value.hint == "install it"


def test_a_program_that_nobody_needs_may_be_missing() -> None:
    plan, paper = planned(
        {"app==1.0": Sheet()}, "app", recipes={"app": system("cmake")}, programs={}
    )
    assert environment(plan) == []
    assert not [each for each in paper.asked if isinstance(each, Stand)]


def test_an_extra_of_a_program_asks_for_what_its_project_would() -> None:
    sheets = {"app==1.0": Sheet(build=("meson[ninja]",))}
    programs = {**PROGRAMS, "meson": "1.0.1"}
    plan, _ = planned(sheets, "app", recipes={"app": system("meson", "ninja")}, programs=programs)
    assert environment(plan) == ["meson==1.0.1", "ninja==1.11.1"]


# What the plan says of them.


def test_the_plan_lists_programs_with_who_uses_them() -> None:
    sheets = {"app==1.0": Sheet(build=("cmake",)), "lib==1.0": Sheet(build=("cmake>3",))}
    recipes = {"app": system("cmake"), "lib": system("cmake")}
    plan, _ = planned(sheets, "app", "lib", recipes=recipes)
    (tool,) = lock((plan,), {}, "3.11.7").tools
    assert (str(tool), tool.program) == ("cmake==3.25.1", "/usr/bin/cmake")
    assert tool.users == ("app==1.0", "lib==1.0")
    assert b'"cmake==3.25.1": {' in graph(plan)


def test_another_program_is_another_key_and_is_told() -> None:
    sheets = {"app==1.0": Sheet(build=("cmake",))}
    recipes = {"app": system("cmake")}
    before, now = (
        _get(planned(sheets, "app", recipes=recipes, programs={"cmake": version})[0], "app==1.0")
        for version in ("3.25.1", "3.27.4")
    )
    assert before.spec.key != now.spec.key
    said = changes(inputs(before.spec), inputs(now.spec))
    assert said == ("the system's cmake 3.25.1 -> 3.27.4",)


def test_a_program_that_changed_its_bytes_is_told() -> None:
    now = {"system cmake==3.25.1": "1"}
    assert changes({"system cmake==3.25.1": "2"}, now) == (
        "the system's cmake 3.25.1 is another program",
    )
    assert changes({}, now) == ("the system's cmake 3.25.1 is used now",)
    assert changes(now, {}) == ("the system's cmake is used no more",)


def _locked() -> tuple[LockedTool, ...]:
    sheets = {"app==1.0": Sheet(build=("cmake",))}
    plan, _ = planned(sheets, "app", recipes={"app": system("cmake")})
    return lock((plan,), {}, "3.11.7").tools


def _here(name: str, version: str) -> StandIn:
    return Paper(sheets={}, programs={name: version}).stand_in(
        SystemTool(name=canonicalize_name(name))
    )


def test_a_locked_plan_demands_the_version_that_it_was_made_with() -> None:
    check_stand_in(_here("cmake", "3.25.1"), _locked(), "plan.json")
    with pytest.raises(ResolutionError) as caught:
        check_stand_in(_here("cmake", "3.27.4"), _locked(), "plan.json")
    assert "plan.json was made with 3.25.1 (/usr/bin/cmake)" in caught.value.message
    assert "/usr/bin/cmake is 3.27.4 on this machine" in caught.value.message


def test_a_locked_plan_without_a_program_refuses_it() -> None:
    with pytest.raises(ResolutionError, match="was made with nothing for ninja"):
        check_stand_in(_here("ninja", "1.11.1"), _locked(), "plan.json")
