"""Cycles, seeds, and wheels that match what is installed, planned on paper."""

import pytest
from packaging.utils import canonicalize_name

from support.paper import Paper, Sheet, request, seed
from wheeltree.errors import BuildCycle, ResolutionError
from wheeltree.model.plan import Plan, Planned
from wheeltree.model.spec import Recipe


def _environments(plan: Plan) -> dict[str, list[str]]:
    return {str(each): [str(pin) for pin in each.spec.environment] for each in plan.packages}


def _get(plan: Plan, name: str, *stage: str) -> Planned:
    return next(each for each in plan.packages if str(each) == name and each.stage == stage)


EGG_AND_HEN = {
    "egg==2.0": Sheet(build=("hen",)),
    "egg==1.0": Sheet(),
    "hen==1.0": Sheet(build=("egg",)),
    "app==1.0": Sheet(build=("hen",)),
}


def test_a_cycle_is_told_with_its_path() -> None:
    with pytest.raises(BuildCycle, match=r"hen==1\.0 -> egg==2\.0 -> hen==1\.0"):
        Paper(sheets=EGG_AND_HEN).plan(request("app"))


def test_a_cycle_by_way_of_a_backends_answer_is_told_with_its_path() -> None:
    sheets = {"loop==1.0": Sheet(build=("tool",)), "tool==1.0": Sheet(asks=lambda _: ("loop",))}
    with pytest.raises(BuildCycle, match=r"loop==1\.0 -> tool==1\.0 -> loop==1\.0"):
        Paper(sheets=sheets).plan(request("loop"))


def test_a_cycle_by_way_of_requirements_is_told_with_its_path() -> None:
    sheets = {
        "a==1.0": Sheet(build=("b",)),
        "b==1.0": Sheet(requires=("c",)),
        "c==1.0": Sheet(build=("a",)),
    }
    with pytest.raises(BuildCycle, match=r"a==1\.0 -> c==1\.0 -> a==1\.0"):
        Paper(sheets=sheets).plan(request("a"))


def test_a_seed_is_used_only_inside_the_build_of_its_own_project() -> None:
    plan = Paper(sheets=EGG_AND_HEN).plan(request("app", seeds=[seed("egg==1.0")]))
    assert [str(each) for each in plan.seeds] == ["egg==1.0"]
    published = [each for each in plan.packages if not each.stage]
    assert {str(each) for each in published} == {"app==1.0", "hen==1.0", "egg==2.0"}
    assert _environments(plan)["app==1.0"] == ["hen==1.0"]
    inner = _get(plan, "hen==1.0", "egg")
    assert [str(each) for each in inner.spec.environment] == ["egg==1.0"]
    assert [str(each) for each in _get(plan, "hen==1.0").spec.environment] == ["egg==2.0"]
    assert inner.spec.key != _get(plan, "hen==1.0").spec.key


def test_a_project_that_builds_with_itself_can_be_seeded() -> None:
    paper = Paper(sheets={"self==2.0": Sheet(build=("self",)), "self==1.0": Sheet()})
    plan = paper.plan(request("self", seeds=[seed("self==1.0")]))
    assert _environments(plan) == {"self==2.0": ["self==1.0"]}


# Matching the install set.


def test_what_matches_the_install_set_takes_its_versions_and_nothing_else_does() -> None:
    sheets = {
        "ext==1.0": Sheet(requires=("abi",), build=("abi", "tool")),
        "tool==1.0": Sheet(build=("abi",)),
        "abi==1.0": Sheet(),
        "abi==2.0": Sheet(),
    }
    recipes = {"ext": Recipe(match_install=(canonicalize_name("abi"),))}
    plan = Paper(sheets=sheets).plan(request("ext", "abi<2", recipes=recipes))
    assert _environments(plan)["ext==1.0"] == ["abi==1.0", "tool==1.0"]
    assert _environments(plan)["tool==1.0"] == ["abi==2.0"]


def test_wheels_that_would_be_built_differently_in_two_sets_are_refused() -> None:
    sheets = {"ext==1.0": Sheet(build=("abi",)), "abi==1.0": Sheet(), "abi==2.0": Sheet()}
    recipes = {"ext": Recipe(match_install=(canonicalize_name("abi"),))}
    sets = {"one": ["ext", "abi<2"], "two": ["ext", "abi"]}
    with pytest.raises(ResolutionError, match=r"ext==1\.0 would be built twice"):
        Paper(sheets=sheets).plan(request(sets=sets, recipes=recipes))
