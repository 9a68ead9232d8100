"""Settings compared with the versions that there are, and the values that hold for one version."""

from pathlib import Path

import pytest
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.settings.document import parse
from wheeltree.settings.evaluate import Subject
from wheeltree.settings.lint import mentions, unused
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.problems import Problem
from wheeltree.settings.read import read
from wheeltree.settings.sayings import sayings
from wheeltree.settings.schema import Settings

TEXT = """\
policies:
  - packages: ["*"]
    env: {A: everywhere, TOKEN: "${TOKEN}"}
packages:
  demo:
    env: {B: package}
    uses: [libfoo, {name: bar, link: headers}]
    rules:
      - {versions: ">=2", env: {A: new}}
      - {versions: "<0.1", env: {A: never}}
  other:
    source: {git: "https://host/other.git"}
seeds:
  - {name: seeded, version: "1", url: "https://host/s.whl", sha256: %s}
""" % ("ab" * 32)


def settings() -> Settings:
    problems: list[Problem] = []
    node = parse(TEXT.encode(), "settings.yaml")
    assert node is not None
    made = read(Settings, node, "settings.yaml", problems)
    assert made is not None
    assert not problems
    return made


@pytest.fixture
def patches(tmp_path: Path) -> PatchFolder:
    for name in ("demo", "demo-1.0", "demo-9.9"):
        (tmp_path / name).mkdir()
    return PatchFolder.listed(tmp_path)


def said(version: str) -> dict[str, tuple[str, str, str]]:
    subject = Subject(
        name=canonicalize_name("demo"),
        version=Version(version),
        python=Version("3.11"),
        platform="linux-x86_64",
    )
    return {each.key: (each.value, each.where, each.scope) for each in sayings(settings(), subject)}


def test_every_value_is_told_with_its_place_and_for_whom_it_is_said() -> None:
    assert said("2.1") == {
        "env.A": ("new", "settings.yaml:9", "rule for >=2"),
        "env.B": ("package", "settings.yaml:6", ""),
        "env.TOKEN": ("${TOKEN}", "settings.yaml:3", "policy for *"),
        "uses": ("libfoo, name bar, link headers", "settings.yaml:7", ""),
    }


def test_what_does_not_apply_is_not_told() -> None:
    assert said("1.0")["env.A"] == ("everywhere", "settings.yaml:3", "policy for *")


def test_projects_are_mentioned_where_an_index_must_have_them(patches: PatchFolder) -> None:
    named = [(each.name, each.origin.at(each.key)) for each in mentions(settings(), patches)]
    assert named == [
        ("demo", "settings.yaml:6"),
        ("seeded", "settings.yaml:14"),
        ("demo", f"{patches.path / 'demo'}:0"),
    ]


def test_rules_patches_and_seeds_without_a_version_are_found(patches: PatchFolder) -> None:
    versions: dict[NormalizedName, tuple[Version, ...]] = {
        canonicalize_name("demo"): (Version("1.0"), Version("2.0")),
        canonicalize_name("seeded"): (Version("2"),),
    }
    found = [str(each) for each in unused(settings(), patches, versions)]
    assert found == [
        "settings.yaml:10: packages.demo.rules[1].versions: no version that is offered is <0.1",
        f"{patches.path / 'demo-9.9'}: patches of demo 9.9, which is not offered",
        "settings.yaml:14: seeds[0].version: seeded 1 is not offered",
    ]


def test_a_project_of_which_nothing_is_known_is_not_judged(patches: PatchFolder) -> None:
    assert list(unused(settings(), patches, {})) == []
