"""What a variant says and no package asks for is told, with its place."""

from pathlib import Path

import pytest

from support.paper import Paper, Sheet, request
from wheeltree.model.frozen import replace
from wheeltree.model.plan import Plan
from wheeltree.model.spec import Recipe
from wheeltree.session.unasked import unasked
from wheeltree.settings.load import load


def plan(variant: str, asks: str = "") -> Plan:
    """The plan of one variant, in which acc asks for one or for none."""
    made = request("acc", recipes={"acc": Recipe(variant=asks)})
    return Paper(sheets={"acc==1.0": Sheet()}).plan(replace(made, variant=variant))


def told(folder: Path, text: str, *plans: Plan) -> list[str]:
    (folder / "settings.yaml").write_text(text)
    return [
        each.replace(f"{folder}/", "") for each in unasked(load(folder / "settings.yaml"), plans)
    ]


def test_variables_and_other_keys_that_reached_nobody_are_named(tmp_path: Path) -> None:
    text = (
        "variants:\n"
        "  cpu: {}\n"
        "  cuda:\n"
        "    env: {ACCEL: cuda, ARCH: '90'}\n"
        "    description: for cards\n"
        "    toolkits: [/opt/cuda]\n"
    )
    assert told(tmp_path, text, plan("cpu"), plan("cuda")) == [
        (
            "no package asks for the variant cuda: its variable ACCEL, variable ARCH, toolkits reached "
            "nobody (settings.yaml:4); name packages under its `packages:`, or in rules with `variant:`"
        )
    ]
    assert told(tmp_path, text, plan("cuda", asks="cuda")) == []


@pytest.mark.parametrize("said", ["{}", "{description: plain}", "{properties: {amd: {a: [b]}}}"])
def test_a_variant_that_says_nothing_of_a_build_has_nothing_to_tell(
    tmp_path: Path, said: str
) -> None:
    assert told(tmp_path, f"variants: {{cpu: {said}}}\n", plan("cpu")) == []
