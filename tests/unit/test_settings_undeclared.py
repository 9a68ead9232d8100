"""What no declared variant can ever match is found by `builder check`."""

from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.settings.lint import mentions, unused
from wheeltree.settings.load import load
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.undeclared import undeclared

VARIANTS = "variants:\n  cpu: {}\n  cuda130: {}\n"


def found(folder: Path, text: str, *patches: str) -> list[str]:
    """The problems of settings and of folders with a patch in each."""
    file = folder / "settings.yaml"
    file.write_text(text)
    for each in patches:
        (folder / "patches" / each).mkdir(parents=True)
        (folder / "patches" / each / "1.patch").write_text("")
    listed = PatchFolder.listed(folder / "patches")
    problems = undeclared(load(file), listed)
    return [str(each).removeprefix(f"{folder}/") for each in problems]


def test_what_matches_is_not_told(tmp_path: Path) -> None:
    rules = (
        "packages: {acc: {rules: [{variant: 'cuda*', native: true}]}}\n"
        "policies: [{packages: ['*'], variant: '*', native: true}]\n"
    )
    assert found(tmp_path, VARIANTS + rules, "acc/cuda130", "acc-1.0/cpu") == []


def test_a_rule_for_a_variant_that_nobody_declares_is_told_with_what_was_meant(
    tmp_path: Path,
) -> None:
    rules = (
        "packages: {acc: {rules: [{variant: cuda13, native: true}]}}\n"
        "policies: [{packages: ['*'], variant: 'tpu*', native: true}]\n"
    )
    assert found(tmp_path, VARIANTS + rules) == [
        (
            "settings.yaml:5: policies[0].variant: no variant that is declared is tpu*; "
            "known are cpu, cuda130"
        ),
        (
            "settings.yaml:4: packages.acc.rules[0].variant: no variant that is declared is cuda13; "
            "did you mean 'cuda130'?"
        ),
    ]


def test_a_rule_for_a_variant_is_told_where_none_is_declared(tmp_path: Path) -> None:
    rules = "packages: {acc: {rules: [{variant: cuda, native: true}]}}\n"
    assert found(tmp_path, rules) == [
        (
            "settings.yaml:1: packages.acc.rules[0].variant: no variant that is declared is cuda; "
            "none is declared"
        )
    ]


def test_a_folder_of_patches_is_that_of_a_variant_or_is_named_by_settings(tmp_path: Path) -> None:
    rules = (
        "packages: {acc: {rules: [{versions: '<2', patches: [before-2]}]}}\n"
        "policies: [{packages: [lib], patches: [shared/gcc14]}]\n"
    )
    folders = ("acc/before-2", "acc/cuda13", "lib/shared", "acc-1.0/rocm")
    assert found(tmp_path, VARIANTS + rules, *folders) == [
        (
            "patches/acc/cuda13: is no variant that is declared, and no `patches:` names it; "
            "did you mean 'cuda130'?"
        ),
        (
            "patches/acc-1.0/rocm: is no variant that is declared, and no `patches:` names it; "
            "known are cpu, cuda130"
        ),
    ]


def test_a_folder_without_patches_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "patches/acc/notes").mkdir(parents=True)
    assert found(tmp_path, VARIANTS) == []


def test_a_project_that_a_variant_names_is_one_that_an_index_must_have(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(
        "packages: {mine: {source: {folder: mine}}}\n"
        "variants:\n"
        "  cpu:\n"
        "    packages:\n"
        "      acc: {}\n"
        "      mine: {native: true}\n"
        "      other: {source: {folder: other}}\n"
    )
    named = mentions(load(file), PatchFolder.listed(tmp_path / "patches"))
    assert [(each.name, each.origin.line) for each in named] == [("acc", 5)]


def test_versions_of_a_variant_that_nothing_satisfies_are_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(
        "variants:\n"
        "  cpu: {packages: {acc: {version: '<2'}}}\n"
        "  cuda: {packages: {acc: {version: '>5'}, unknown: {version: '<1'}}}\n"
    )
    versions: dict[NormalizedName, tuple[Version, ...]] = {
        canonicalize_name("acc"): (Version("1.0"), Version("2.0rc1"))
    }
    problems = unused(load(file), PatchFolder.listed(tmp_path / "patches"), versions)
    assert [str(each).removeprefix(f"{tmp_path}/") for each in problems] == [
        "settings.yaml:3: variants.cuda.packages.acc.version: no version that is offered is >5"
    ]
