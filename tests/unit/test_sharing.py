"""What variants share of their plans, what each has for itself, and where versions part."""

from collections.abc import Mapping

from support.paper import Paper, Sheet, request, wanted
from wheeltree.model.frozen import replace
from wheeltree.model.plan import Plan
from wheeltree.model.spec import Recipe
from wheeltree.planning.sharing import misaligned, shares

NOTHING: Mapping[str, Sheet] = {}
SHEETS = {
    "app==1.0": Sheet(requires=("acc", "base"), build=("tool",)),
    "acc==1.0": Sheet(build=("tool",)),
    "base==1.0": Sheet(),
    "tool==1.0": Sheet(),
    "user==1.0": Sheet(requires=("acc",), build=("acc",)),
}


def plan(variant: str, *texts: str, more: Mapping[str, Sheet] = NOTHING) -> Plan:
    """The plan of one variant, for which acc is built otherwise than for cpu."""
    asking = Recipe(variant=variant, environ=(("ACCEL", variant),))
    made = request(*texts, recipes={} if variant == "cpu" else {"acc": asking})
    return Paper(sheets={**SHEETS, **more}).plan(replace(made, variant=variant))


def told(*plans: Plan) -> dict[str, tuple[tuple[str, ...], str]]:
    """Variants and reason of every wheel."""
    return {each.planned.spec.subject: (each.variants, each.why) for each in shares(plans)}


def test_a_wheel_that_no_variant_has_otherwise_is_shared() -> None:
    assert told(plan("cpu", "app"), plan("cuda", "app")) == {
        "tool==1.0": (("cpu", "cuda"), ""),
        "acc==1.0": (("cpu",), ""),
        "base==1.0": (("cpu", "cuda"), ""),
        "app==1.0": (("cpu", "cuda"), ""),
        "acc==1.0 [cuda]": (("cuda",), "its environment variables"),
    }


def test_what_is_built_with_a_wheel_of_a_variant_is_of_that_variant() -> None:
    found = told(plan("cpu", "user"), plan("cuda", "user"))
    assert found["user==1.0 [cuda]"] == (("cuda",), "the acc that it is built with")
    assert found["user==1.0"] == (("cpu",), "")


def test_what_one_variant_alone_has_depends_on_it_if_it_asks_for_it() -> None:
    found = told(plan("cpu", "base"), plan("cuda", "base", "user"))
    assert found["acc==1.0 [cuda]"] == (("cuda",), "it asks for the variant")
    assert found["user==1.0 [cuda]"] == (("cuda",), "it is built with what depends on the variant")
    assert found["base==1.0"] == (("cpu", "cuda"), "")


def test_what_one_variant_alone_wants_does_not_depend_on_it() -> None:
    (share,) = (
        each
        for each in shares((plan("cpu", "base"), plan("cuda", "base", "tool")))
        if str(each.planned) == "tool==1.0"
    )
    assert share.variants == ("cuda",)
    assert not share.depends


def test_versions_that_are_the_same_are_not_told() -> None:
    assert list(misaligned((plan("cpu", "app"), plan("cuda", "app")))) == []


def test_a_version_that_differs_is_told_with_the_requirement_that_has_it_differ() -> None:
    newer = {"lib==2.0": Sheet(), "lib==1.0": Sheet()}
    one, two = plan("cpu", "lib", more=newer), plan("cuda", "lib<2", more=newer)
    assert list(misaligned((one, two))) == [
        "lib is 2.0 in cpu and 1.0 in cuda: requirements.txt:1 asks for lib<2 in cuda"
    ]
    assert list(misaligned((two, one))) == [
        "lib is 1.0 in cuda and 2.0 in cpu: requirements.txt:1 asks for lib<2 in cuda"
    ]


def test_a_version_that_differs_without_a_requirement_is_told_too() -> None:
    one = plan("cpu", "lib", more={"lib==1.0": Sheet()})
    two = plan("cuda", "lib", more={"lib==2.0": Sheet()})
    assert list(misaligned((one, two))) == [
        "lib is 1.0 in cpu and 2.0 in cuda: their sources offer different versions"
    ]


def test_a_version_that_settings_limit_for_a_variant_is_told_with_its_place() -> None:
    newer = {"lib==2.0": Sheet(), "lib==1.0": Sheet()}
    one, two = plan("cpu", "lib", more=newer), plan("cuda", "lib", more={"lib==1.0": Sheet()})
    limits = {"cuda": wanted("acc<1", "lib<2", file="settings.yaml")}
    assert list(misaligned((one, two), limits)) == [
        "lib is 2.0 in cpu and 1.0 in cuda: settings.yaml:2 asks for lib<2 in cuda"
    ]


def test_a_tool_may_have_another_version_in_each_variant() -> None:
    newer = {"maker==2.0": Sheet(), "maker==1.0": Sheet()}
    one = plan("cpu", "lib", more={**newer, "lib==1.0": Sheet(build=("maker",))})
    two = plan("cuda", "lib", more={**newer, "lib==1.0": Sheet(build=("maker<2",))})
    assert list(misaligned((one, two))) == []
