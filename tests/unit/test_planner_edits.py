"""Edits of requirements in planning: of what is declared, of what backends say, and idle ones."""

from collections.abc import Mapping

import pytest
from packaging.utils import canonicalize_name

from support.paper import Paper, Sheet, request
from support.variation import varied
from wheeltree.errors import ResolutionError, SettingsError
from wheeltree.model.edits import RequirementEdits
from wheeltree.model.plan import Plan, Planned
from wheeltree.model.spec import Inquiry, Recipe
from wheeltree.planning.lockfile import choices
from wheeltree.planning.locking import lock

WHERE = "settings.yaml:7: packages.app.build_requires"


def edits(
    remove: tuple[str, ...] = (),
    replace: tuple[str, ...] = (),
    add: tuple[str, ...] = (),
    *,
    own: bool = True,
) -> RequirementEdits:
    return RequirementEdits(
        remove=tuple(map(canonicalize_name, remove)),
        replace=replace,
        add=add,
        places=(("remove", f"{WHERE}.remove"), ("replace", f"{WHERE}.replace"), ("add", WHERE)),
        own=own,
    )


def built(made: RequirementEdits) -> Mapping[str, Recipe]:
    return {"app": Recipe(build_requires=made)}


def required(made: RequirementEdits) -> Mapping[str, Recipe]:
    return {"app": Recipe(requires_dist=made)}


def planned(plan: Plan, name: str = "app==1.0") -> Planned:
    return next(each for each in plan.packages if str(each) == name)


def environment(plan: Plan, name: str = "app==1.0") -> list[str]:
    return [str(each) for each in planned(plan, name).spec.environment]


TOOLS = {"tool==1.0": Sheet(), "tool==2.0": Sheet(), "cmake==4.0": Sheet(), "ninja==1.0": Sheet()}
STATIC = {"app==1.0": Sheet(build=("tool", "cmake>=3")), **TOOLS}
DYNAMIC = {"app==1.0": Sheet(build=("tool",), asks=lambda _: ("cmake>=3", "ninja")), **TOOLS}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (edits(remove=("cmake",)), ["tool==2.0"]),
        (edits(remove=("cmake",), replace=("tool<2",)), ["tool==1.0"]),
        (edits(remove=("cmake",), add=("ninja",)), ["ninja==1.0", "tool==2.0"]),
    ],
)
def test_declared_build_requirements_are_edited(
    made: RequirementEdits, expected: list[str]
) -> None:
    plan = Paper(sheets=STATIC).plan(request("app", recipes=built(made)))
    assert environment(plan) == expected
    assert planned(plan).static_requires == made.apply(("tool", "cmake>=3"))
    assert planned(plan).spec.build_system.requires == planned(plan).static_requires


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (edits(remove=("cmake", "ninja")), ["tool==2.0"]),
        (edits(remove=("cmake",)), ["ninja==1.0", "tool==2.0"]),
        (edits(remove=("cmake",), replace=("ninja<9",)), ["ninja==1.0", "tool==2.0"]),
        (edits(remove=("ninja", "cmake"), add=("helper",)), ["helper==1.0", "tool==2.0"]),
    ],
)
def test_what_a_backend_adds_is_edited(made: RequirementEdits, expected: list[str]) -> None:
    sheets = {**DYNAMIC, "helper==1.0": Sheet()}
    plan = Paper(sheets=sheets).plan(request("app", recipes=built(made)))
    assert environment(plan) == expected
    assert planned(plan).dynamic_requires == ("cmake>=3", "ninja")


def test_a_requirement_that_is_removed_needs_not_exist() -> None:
    sheets = {**STATIC, "app==1.0": Sheet(build=("tool", "only-wheels[x]"))}
    made = edits(remove=("only-wheels",))
    paper = Paper(sheets=sheets)
    assert environment(paper.plan(request("app", recipes=built(made)))) == ["tool==2.0"]
    assert "only-wheels" not in {str(each) for each in paper.asked}


def test_a_question_is_asked_anew_when_edits_change_what_is_there_to_prepare_metadata() -> None:
    def keys(made: RequirementEdits) -> set[str]:
        paper = Paper(sheets=DYNAMIC)
        paper.plan(request("app", recipes=built(made)))
        return {
            each.key
            for each in paper.asked
            if isinstance(each, Inquiry) and str(each) == "app==1.0"
        }

    assert keys(edits(remove=("cmake", "ninja"))).isdisjoint(keys(edits()))


def test_requirements_of_the_wheel_are_edited() -> None:
    sheets = {
        "app==1.0": Sheet(requires=("old", "leaf")),
        "old==1.0": Sheet(),
        "leaf==1.0": Sheet(),
        "leaf==2.0": Sheet(),
        "new==1.0": Sheet(),
    }
    made = edits(remove=("old",), replace=("leaf<2",), add=("new",))
    for dynamic in (False, True):
        paper = Paper(sheets={**sheets, "app==1.0": varied(sheets["app==1.0"], dynamic=dynamic)})
        plan = paper.plan(request("app", recipes=required(made)))
        assert plan.installed() == {"app==1.0", "leaf==1.0", "new==1.0"}
        assert planned(plan).metadata.requires_dist == ("old", "leaf")


def test_the_plan_says_which_requirement_is_of_the_settings() -> None:
    made = edits(remove=("cmake",), add=("ninja",))
    plan = Paper(sheets=STATIC).plan(request("app", recipes=built(made)))
    origins = {each.child: each.origin for each in plan.edges if each.parent == "app==1.0"}
    assert origins == {"tool==2.0": "app==1.0", "ninja==1.0": WHERE}


def test_a_requirement_of_the_settings_that_cannot_be_had_is_named_with_its_place() -> None:
    made = edits(replace=("tool>9",))
    with pytest.raises(ResolutionError, match=r"tool>9 \(app==1.0 \[settings.yaml:7: .*replace\]"):
        Paper(sheets=STATIC).plan(request("app", recipes=built(made)))


@pytest.mark.parametrize(
    ("sheets", "made", "problem"),
    [
        (STATIC, edits(remove=("ninja",)), f"{WHERE}.remove: there is no requirement on ninja"),
        (DYNAMIC, edits(remove=("meson",)), f"{WHERE}.remove: there is no requirement on meson"),
        (DYNAMIC, edits(replace=("ninja",)), f"{WHERE}.replace: ninja is required already"),
        (DYNAMIC, edits(add=("ninja",)), f"{WHERE}: ninja is required already"),
    ],
)
def test_an_edit_that_changes_nothing_is_an_error(
    sheets: Mapping[str, Sheet], made: RequirementEdits, problem: str
) -> None:
    with pytest.raises(SettingsError, match=r"app==1.0: an edit .* changes nothing") as caught:
        Paper(sheets=sheets).plan(request("app", recipes=built(made)))
    assert caught.value.details == (problem,)


@pytest.mark.parametrize("dynamic", [True, False])
def test_an_edit_of_requires_dist_that_changes_nothing_is_an_error(dynamic: bool) -> None:
    sheets = {"app==1.0": Sheet(requires=("leaf",), dynamic=dynamic), "leaf==1.0": Sheet()}
    with pytest.raises(SettingsError, match="changes nothing"):
        Paper(sheets=sheets).plan(request("app", recipes=required(edits(add=("leaf",)))))


def test_an_edit_of_a_policy_may_change_nothing() -> None:
    made = edits(remove=("meson",), replace=("ninja<9",), add=("tool",), own=False)
    plan = Paper(sheets=STATIC).plan(request("app", recipes=built(made)))
    assert environment(plan) == ["cmake==4.0", "tool==2.0"]


def test_an_edit_of_a_version_that_is_not_taken_is_no_error() -> None:
    sheets = {**STATIC, "app==2.0": Sheet(build=("tool",), requires=("nothing-has-it",))}
    made = edits(remove=("cmake",))
    plan = Paper(sheets=sheets).plan(request("app<2", recipes=built(made)))
    assert environment(plan) == ["tool==2.0"]


def test_the_plan_of_edited_requirements_stands() -> None:
    made = edits(remove=("cmake",), replace=("ninja<9",))
    paper = Paper(sheets=DYNAMIC)
    first = paper.plan(request("app", recipes=built(made)))
    sheets = {**DYNAMIC, "tool==3.0": Sheet(), "ninja==2.0": Sheet()}
    standing = choices(lock((first,), {}, "3.11.7"), frozenset(), "")
    again = Paper(sheets=sheets).plan(request("app", recipes=built(made), choices=standing))
    assert environment(again) == environment(first) == ["ninja==1.0", "tool==2.0"]


@pytest.mark.parametrize("sheet", [Sheet(build=("none",)), Sheet(asks=lambda _: ("none",))])
def test_an_error_about_a_tool_that_nobody_offers_has_the_edit_that_leaves_it_out(
    sheet: Sheet,
) -> None:
    with pytest.raises(ResolutionError) as caught:
        Paper(sheets={"app==1.0": sheet}).plan(request("app"))
    assert caught.value.hint.endswith(
        "or if app builds without it: packages: {app: {build_requires: {remove: [none]}}}"
    )
