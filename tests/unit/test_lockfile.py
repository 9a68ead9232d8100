"""A plan as a file says what was chosen, and a later run prefers just that."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from support.paper import Paper, Sheet, request, seed
from wheeltree.errors import UsageError
from wheeltree.model.frozen import replace
from wheeltree.model.plan import Plan
from wheeltree.model.spec import Recipe
from wheeltree.planning.lockfile import Lock, choices, dump, load, moved
from wheeltree.planning.locking import joined, lock

SHEETS = {
    "app==1.0": Sheet(requires=("leaf",), build=("tool",), asks=lambda _: ("helper",)),
    "leaf==1.0": Sheet(),
    "tool==1.0": Sheet(),
    "helper==1.0": Sheet(),
}


def _plan(*texts: str, **more: Sheet) -> Plan:
    return Paper(sheets={**SHEETS, **more}).plan(request(*texts))


def _lock(plan: Plan) -> Lock:
    return lock((plan,), {}, "3.11.7")


def test_a_plan_survives_being_written(tmp_path: Path) -> None:
    made = _lock(_plan("app"))
    (tmp_path / "plan.json").write_bytes(dump(made))
    assert load(tmp_path / "plan.json") == made


def test_the_same_plan_is_the_same_bytes() -> None:
    assert dump(_lock(_plan("app"))) == dump(_lock(_plan("app")))


def test_seeds_and_stages_are_in_it() -> None:
    sheets = {"egg==2.0": Sheet(build=("egg",)), "egg==1.0": Sheet()}
    made = _lock(Paper(sheets=sheets).plan(request("egg", seeds=[seed("egg==1.0")])))
    assert [str(each) for each in made.seeds] == ["egg==1.0"]
    assert list(made.published()) == ["egg==2.0"]


def test_labels_of_the_settings_are_in_it() -> None:
    said = {"app": Recipe(labels=(("team", "vision"),), changelog=("mended gcc",))}
    made = _lock(Paper(sheets=SHEETS).plan(request("app", recipes=said)))
    assert made.published()["app==1.0"].labels == {"team": "vision"}
    assert made.published()["app==1.0"].changelog == ("mended gcc",)
    assert not made.published()["leaf==1.0"].labels


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 1}', '{"schema": 99, "python": "3", "sets": []}']
)
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(UsageError, match=r"plan\.json"):
        load(tmp_path / "plan.json")


def test_a_plan_of_another_schema_is_refused(tmp_path: Path) -> None:
    text = dump(_lock(_plan("app"))).replace(b'"schema": 1', b'"schema": 2')
    (tmp_path / "plan.json").write_bytes(text)
    with pytest.raises(UsageError, match="schema 2"):
        load(tmp_path / "plan.json")


def test_a_missing_plan_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        load(tmp_path / "plan.json")


def test_everything_that_was_chosen_is_preferred() -> None:
    found = choices(_lock(_plan("app")), frozenset(), "")
    assert {str(each) for each in found.installs["default"].values()} == {"app==1.0", "leaf==1.0"}
    for requires in (["tool"], ["tool", "helper"]):
        pins = found.environments[frozenset(requires)].values()
        assert {str(each) for each in pins} == {"tool==1.0", "helper==1.0"}


def test_what_is_to_be_upgraded_is_not_preferred() -> None:
    upgrade = frozenset({canonicalize_name("leaf"), canonicalize_name("tool")})
    found = choices(_lock(_plan("app")), upgrade, "")
    assert {str(each) for each in found.installs["default"].values()} == {"app==1.0"}
    pins = found.environments[frozenset(["tool", "helper"])].values()
    assert {str(each) for each in pins} == {"helper==1.0"}


def test_the_difference_of_two_plans_is_said_by_project() -> None:
    before = _lock(_plan("app"))
    now = _lock(_plan("app", **{"leaf==2.0": Sheet(requires=("fresh",)), "fresh==1.0": Sheet()}))
    assert moved(before, now) == ("fresh none -> 1.0", "leaf 1.0 -> 2.0")
    assert moved(before, before) == ()


def test_what_a_second_plan_keeps_has_not_moved() -> None:
    before, now = _lock(_plan("app")), _lock(_plan("leaf"))
    assert "app 1.0 -> none" in moved(before, now)
    assert moved(before, now, before) == ()


def _of_variant(variant: str, *texts: str, **recipes: Recipe) -> Plan:
    return Paper(sheets=SHEETS).plan(replace(request(*texts, recipes=recipes), variant=variant))


def _both(*texts: str) -> Lock:
    """The plans of two variants, for one of which leaf is built otherwise."""
    special = Recipe(variant="cuda", environ=(("ACCEL", "cuda"),))
    plans = (_of_variant("cpu", *texts), _of_variant("cuda", *texts, leaf=special))
    return lock(plans, {}, "3.11.7")


def _having(made: Lock) -> dict[str, tuple[str, ...]]:
    return {each.subject: each.variants for each in made.packages}


def test_the_plan_says_for_which_variants_each_wheel_is() -> None:
    assert _having(_both("app")) == {
        "tool==1.0": ("cpu", "cuda"),
        "helper==1.0": ("cpu", "cuda"),
        "leaf==1.0": ("cpu",),
        "app==1.0": ("cpu", "cuda"),
        "leaf==1.0 [cuda]": ("cuda",),
    }


def test_the_plan_of_one_variant_is_part_of_it() -> None:
    made = _both("app")
    assert "leaf==1.0 [cuda]" not in _having(made.of("cpu"))
    assert "leaf==1.0" not in _having(made.of("cuda"))
    assert {each.variant for each in made.of("cuda").sets} == {"cuda"}


def test_what_a_plan_had_for_variants_that_were_left_alone_stays() -> None:
    standing = _both("app")
    cuda = Recipe(variant="cuda", environ=(("ACCEL", "other"),))
    made = lock((_of_variant("cuda", "app", leaf=cuda),), {}, "3.11.7")
    both = joined(standing, made, frozenset({"cpu"}))
    assert _having(both)["leaf==1.0"] == ("cpu",)
    assert _having(both)["leaf==1.0 [cuda]"] == ("cuda",)
    assert sorted(_having(both)["app==1.0"]) == ["cpu", "cuda"]
    keys = [each.key for each in both.packages]
    assert len(set(keys)) == len(keys)
    assert both.of("cpu").published().keys() == standing.of("cpu").published().keys()
    assert both.published()["leaf==1.0 [cuda]"].key == made.published()["leaf==1.0 [cuda]"].key


def test_a_variant_that_is_declared_no_more_leaves_the_plan() -> None:
    made = lock((_of_variant("cpu", "tool"),), {}, "3.11.7")
    both = joined(_both("app"), made, frozenset())
    assert _having(both) == {"tool==1.0": ("cpu",)}
    assert {each.variant for each in both.sets} == {"cpu"}


def test_a_variant_that_is_new_goes_by_the_versions_of_the_others() -> None:
    found = choices(_both("app"), frozenset(), "rocm")
    assert {str(each) for each in found.installs["default"].values()} == {"app==1.0", "leaf==1.0"}
