"""Edits as settings say them: with their places, and whether they are a package's own."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import SettingsError
from wheeltree.model.edits import ExtraSource, TomlEdit
from wheeltree.model.source import Preparation
from wheeltree.model.spec import Recipe
from wheeltree.settings import evaluate
from wheeltree.settings.load import load
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.schema import Settings

DIGEST = "0" * 64
TEXT = f"""\
policies:
  - packages: ["*"]
    build_requires:
      remove: [cmake]
    pyproject: {{tool.a: 1, tool.b: 1}}
packages:
  app:
    build_dir: python
    requires_dist:
      add: [six]
      replace: ["foo >=2"]
    pyproject:
      tool.b: [1, {{x: yes-please}}]
      tool."c.d": null
    extra_sources:
      - url: https://files.example/lib-${{__version__}}.tar.gz
        sha256: {DIGEST}
        path: deps/lib
    rules:
      - versions: ">=2"
        build_requires: {{add: [wheel]}}
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return written(tmp_path, monkeypatch, TEXT)


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Settings:
    monkeypatch.chdir(folder)
    Path("settings.yaml").write_text(text)
    return load(Path("settings.yaml"))


def subject(name: str, version: str = "1.0") -> evaluate.Subject:
    return evaluate.Subject(
        name=canonicalize_name(name),
        version=Version(version),
        python=Version("3.11.2"),
        platform="linux-x86_64",
    )


def recipe(settings: Settings, name: str, version: str = "1.0") -> Recipe:
    return evaluate.recipe(settings, subject(name, version), {})


def preparation(settings: Settings, name: str, version: str = "1.0") -> Preparation:
    none = PatchFolder.listed(Path("patches"))
    return evaluate.preparation(settings, none, subject(name, version), {})


def test_a_package_s_own_edits_must_change_something_and_a_policy_s_need_not(
    settings: Settings,
) -> None:
    assert not recipe(settings, "app").build_requires.own
    assert recipe(settings, "app").requires_dist.own
    later = recipe(settings, "app", "2.0").build_requires
    assert (later.own, later.remove, later.add) == (True, (), ("wheel",))


def test_edits_know_their_places(settings: Settings) -> None:
    found = recipe(settings, "app", "2.0")
    assert dict(found.requires_dist.places)["add"] == (
        "settings.yaml:10: packages.app.requires_dist.add"
    )
    assert found.requires_dist.place_of("foo>=2") == (
        "settings.yaml:11: packages.app.requires_dist.replace"
    )
    assert found.build_requires.place_of("wheel") == (
        "settings.yaml:21: packages.app.rules[0].build_requires.add"
    )


def test_keys_of_pyproject_are_merged_and_each_is_its_writer_s(settings: Settings) -> None:
    found = preparation(settings, "app").pyproject
    assert found == (
        TomlEdit(key="tool.a", value="1", own=False),
        TomlEdit(key="tool.b", value='[1, {"x": "yes-please"}]', own=True),
        TomlEdit(key='tool."c.d"', value=None, own=True),
    )
    assert [each.place for each in found] == [
        "settings.yaml:5: policies[0].pyproject.tool.a",
        "settings.yaml:13: packages.app.pyproject.tool.b",
        'settings.yaml:14: packages.app.pyproject.tool."c.d"',
    ]


def test_what_a_source_gets_is_named_with_its_place(settings: Settings) -> None:
    found = preparation(settings, "app", "1.5")
    assert (found.build_dir, recipe(settings, "app").build_dir) == ("python", "python")
    assert found.build_dir_place == "settings.yaml:8: packages.app.build_dir"
    (extra,) = found.extra_sources
    assert extra == ExtraSource(url="", digest=extra.digest, path="deps/lib")
    assert extra.url == "https://files.example/lib-1.5.tar.gz"
    assert extra.place == "settings.yaml:16: packages.app.extra_sources[0]"
    assert preparation(settings, "other").extra_sources == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a b: 1", "expected a dotted key such as"),
        ("tool.: 1", "expected a dotted key such as"),
        ("tool.x: {a: null}", "TOML has no null; alone, it removes the whole key"),
        ("tool.x: [~]", "TOML has no null"),
    ],
)
def test_what_no_pyproject_can_have_is_refused_with_its_line(
    text: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"packages:\n  app:\n    pyproject:\n      {text}\n"
    with pytest.raises(SettingsError) as caught:
        written(tmp_path, monkeypatch, text)
    (detail,) = caught.value.details
    assert detail.startswith("settings.yaml:4: packages.app.pyproject.")
    assert problem in detail
