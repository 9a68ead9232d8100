"""Accelerator variants: planned together, shared where nothing differs, each with its own index."""

import json
import zipfile
from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.errors import BuildError, ResolutionError, SettingsError, UsageError
from wheeltree.model.event import VariantShare
from wheeltree.model.variant_file import parse

SEES = """
import os
files["acc/seen.py"] = repr({name: os.environ.get(name) for name in ("ACCEL", "FLAVOUR")})
"""
"""What a build backend notes of the variables that it gets."""

SETTINGS = """
variants:
  cpu: {}
  cuda130:
    env: {ACCEL: cuda}
    properties:
      nvidia: {cuda_version_lower_bound: ["13.0"]}
    packages:
      acc: {}
  rocm64:
    env: {ACCEL: rocm}
    properties:
      amd: {rocm_version: ["6.4"]}
    packages:
      acc: {env: {FLAVOUR: hip}}
"""


@pytest.fixture
def accelerated(line: Line) -> Line:
    line.offer(
        Project(name="acc", requires=("base",), build=("tool",), on_build=SEES),
        Project(name="base"),
        Project(name="tool"),
        Project(name="app", requires=("acc", "base")),
    )
    line.settings(SETTINGS)
    return line


def seen(wheel: Path) -> object:
    with zipfile.ZipFile(wheel) as archive:
        return eval(archive.read("acc/seen.py"))


def links(line: Line, page: str) -> list[str]:
    found = json.loads((line.wheelhouse / page / "index.v1_json").read_text())
    return [each["filename"] for each in found["files"]]


def files(line: Line, folder: str) -> dict[str, bytes]:
    top = line.wheelhouse / folder
    return {
        str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()
    }


def test_only_what_asks_for_a_variant_is_built_for_each(accelerated: Line) -> None:
    ran = accelerated.run("app")
    assert sorted(ran.built) == [
        "acc==1.0",
        "acc==1.0 [cuda130]",
        "acc==1.0 [rocm64]",
        "app==1.0",
        "base==1.0",
        "tool==1.0",
    ]
    house = accelerated.wheelhouse
    assert {
        name: seen(house / name / "acc-1.0-py3-none-any.whl")
        for name in ("cpu", "cuda130", "rocm64")
    } == {
        "cpu": {"ACCEL": None, "FLAVOUR": None},
        "cuda130": {"ACCEL": "cuda", "FLAVOUR": None},
        "rocm64": {"ACCEL": "rocm", "FLAVOUR": "hip"},
    }
    same = {(house / name / "base-1.0-py3-none-any.whl").read_bytes() for name in ("cpu", "rocm64")}
    assert len(same) == 1
    assert accelerated.run("app").events == ()


def test_each_variant_has_its_index_and_its_build_index_with_plain_names(
    accelerated: Line,
) -> None:
    accelerated.run("app")
    for variant in ("cpu", "cuda130", "rocm64"):
        assert links(accelerated, f"{variant}/simple/acc") == ["acc-1.0-py3-none-any.whl"]
        assert links(accelerated, f"{variant}/simple/app") == ["app-1.0-py3-none-any.whl"]
        assert links(accelerated, f"{variant}/build/simple/tool") == ["tool-1.0-py3-none-any.whl"]
        assert not (accelerated.wheelhouse / variant / "simple/tool").exists()
        assert (accelerated.wheelhouse / variant / "pylock.toml").is_file()
        assert (accelerated.wheelhouse / variant / "sdists/acc-1.0.tar.gz").is_file()


def test_one_index_has_the_default_under_plain_names_and_the_others_under_labels(
    accelerated: Line,
) -> None:
    accelerated.run("app")
    house = accelerated.wheelhouse
    assert links(accelerated, "simple/acc") == [
        "acc-1.0-py3-none-any-cuda130.whl",
        "acc-1.0-py3-none-any-rocm64.whl",
        "acc-1.0-py3-none-any.whl",
        "acc-1.0-variants.json",
    ]
    assert links(accelerated, "simple/app") == ["app-1.0-py3-none-any.whl"]
    plain = (house / "acc-1.0-py3-none-any.whl").read_bytes()
    assert plain == (house / "cpu/acc-1.0-py3-none-any.whl").read_bytes()
    said = parse((house / "simple/acc/acc-1.0-variants.json").read_bytes())
    assert [each.name for each in said.labels] == ["cuda130", "rocm64"]
    assert said.vocabulary.namespaces == ("nvidia", "amd")
    with zipfile.ZipFile(house / "acc-1.0-py3-none-any-cuda130.whl") as archive:
        own = parse(archive.read("acc-1.0.dist-info/variant.json"))
    assert [each.name for each in own.labels] == ["cuda130"]


def test_what_is_built_with_what_depends_on_a_variant_depends_on_it_too(line: Line) -> None:
    line.offer(
        Project(name="acc", on_build=SEES), Project(name="user", build=("acc",), requires=("acc",))
    )
    line.settings(SETTINGS)
    ran = line.run("user", variants=(("cpu", None), ("cuda130", None)))
    assert {"user==1.0", "user==1.0 [cuda130]"} <= set(ran.built)
    (_, cuda) = ran.summary.variants
    assert dict(cuda.own)["user==1.0"] == "the acc that it is built with"


def test_the_summary_says_what_is_shared_and_what_is_not_and_why(accelerated: Line) -> None:
    ran = accelerated.run("app", plan_only=True)
    assert ran.summary.variants[1] == VariantShare(
        variant="cuda130",
        shared=("app==1.0", "base==1.0", "tool==1.0"),
        own=(("acc==1.0", "its environment variables"),),
    )
    assert ran.summary.variants[0].own == ()


def test_rebuilding_one_variant_leaves_the_files_of_the_others_as_they_are(
    accelerated: Line,
) -> None:
    accelerated.run("app")
    others = {name: files(accelerated, name) for name in ("cpu", "rocm64")}
    accelerated.settings(SETTINGS.replace("ACCEL: cuda", "ACCEL: cuda13"))
    ran = accelerated.run("app", variants=(("cuda130", None),))
    assert list(ran.built) == ["acc==1.0 [cuda130]"]
    assert {name: files(accelerated, name) for name in ("cpu", "rocm64")} == others
    assert links(accelerated, "cuda130/simple/acc") == ["acc-1.0-1-py3-none-any.whl"]
    assert links(accelerated, "simple/acc") == [
        "acc-1.0-1-py3-none-any-cuda130.whl",
        "acc-1.0-py3-none-any-rocm64.whl",
        "acc-1.0-py3-none-any.whl",
        "acc-1.0-variants.json",
    ]
    assert accelerated.run("app").built == {}


def test_other_properties_get_another_label(accelerated: Line) -> None:
    accelerated.run("app")
    accelerated.settings(SETTINGS.replace('["13.0"]', '["13.1"]'))
    assert accelerated.run("app").built == {}
    assert "acc-1.0-py3-none-any-cuda130.2.whl" in links(accelerated, "simple/acc")
    assert "acc-1.0-py3-none-any-cuda130.whl" not in links(accelerated, "simple/acc")


def test_namespaces_keep_the_order_that_was_published(accelerated: Line) -> None:
    accelerated.run("app")
    accelerated.settings(f"namespaces: [amd, nvidia]\n{SETTINGS}")
    assert "the wheelhouse has nvidia" in accelerated.refuse(SettingsError, "app").text
    accelerated.settings(f"namespaces: [nvidia, amd, x86_64]\n{SETTINGS}")
    accelerated.run("app")


def test_a_variant_without_properties_is_in_its_own_index_only(line: Line) -> None:
    line.offer(Project(name="acc", on_build=SEES))
    line.settings("variants: {cpu: {}, patched: {packages: {acc: {env: {ACCEL: other}}}}}")
    line.run("acc")
    assert links(line, "simple/acc") == ["acc-1.0-py3-none-any.whl"]
    assert seen(line.wheelhouse / "patched/acc-1.0-py3-none-any.whl") == {
        "ACCEL": "other",
        "FLAVOUR": None,
    }


def test_a_folder_of_patches_is_for_the_variant_of_its_name(line: Line) -> None:
    line.offer(Project(name="acc", files={"note.txt": "plain\n"}, on_build=_KEEPS_NOTE))
    line.settings("variants: {cpu: {}, tpu: {}}")
    patch = "--- a/note.txt\n+++ b/note.txt\n@@ -1 +1 @@\n-plain\n+for the TPU\n"
    line.patch("acc/tpu", patch)
    ran = line.run("acc")
    assert sorted(ran.built) == ["acc==1.0", "acc==1.0 [tpu]"]
    notes = {}
    for variant in ("cpu", "tpu"):
        with zipfile.ZipFile(line.wheelhouse / variant / "acc-1.0-py3-none-any.whl") as archive:
            notes[variant] = archive.read("acc/note.txt").decode()
    assert notes == {"cpu": "plain\n", "tpu": "for the TPU\n"}


_KEEPS_NOTE = 'files["acc/note.txt"] = open("note.txt").read()'


def test_what_a_variant_says_and_nobody_asks_for_is_told(line: Line) -> None:
    line.offer(Project(name="acc"))
    line.settings("variants: {cpu: {}, cuda130: {env: {ACCEL: cuda}}}")
    ran = line.run("acc")
    assert ran.notices[-1].startswith(
        "no package asks for the variant cuda130: its variable ACCEL reached nobody"
    )
    assert list(ran.built) == ["acc==1.0"]


def test_versions_are_those_of_the_variants_before_unless_something_asks_for_others(
    line: Line,
) -> None:
    line.offer(*(Project(name="lib", version=version) for version in ("1.0", "2.0", "3.0")))
    line.offer(Project(name="app", requires=("lib",)))
    line.settings('variants: {cpu: {packages: {lib: {version: "<3"}}}, cuda130: {}}')
    ran = line.run("app")
    assert {each.variant: each.pins for each in line.plan.sets} == {
        "cpu": ("app==1.0", "lib==2.0"),
        "cuda130": ("app==1.0", "lib==2.0"),
    }
    assert not [text for text in ran.notices if " is " in text and " in cpu" in text]
    line.settings('variants: {cpu: {}, cuda130: {packages: {lib: {version: "<2"}}}}')
    ran = line.run("app", variants=(("cpu", None), ("cuda130", None)))
    assert {each.variant: each.pins for each in line.plan.sets} == {
        "cpu": ("app==1.0", "lib==2.0"),
        "cuda130": ("app==1.0", "lib==1.0"),
    }
    place = f"{line.places.settings}:1"
    assert ran.notices[-2] == (
        f"lib is 2.0 in cpu and 1.0 in cuda130: {place} asks for lib<2 in cuda130"
    )


def test_a_version_that_differs_is_told_with_the_requirement_that_wants_it(line: Line) -> None:
    line.offer(*(Project(name="lib", version=version) for version in ("2.0", "3.0")))
    line.offer(Project(name="app", requires=("lib",)))
    line.offer(Project(name="strict", requires=("lib>=3",)))
    line.settings("variants: {cpu: {}, cuda130: {}}")
    files = (("cpu", line.write("cpu.txt", "lib<3")), ("cuda130", line.write("c.txt", "strict")))
    assert line.run("app", variants=files).notices[-1] == (
        "lib is 2.0 in cpu and 3.0 in cuda130: strict==1.0 asks for lib>=3 in cuda130"
    )


def test_a_variant_may_want_more_than_the_others(line: Line) -> None:
    line.offer(Project(name="app"), Project(name="extra"))
    line.settings("variants: {cpu: {}, cuda130: {}}")
    more = line.write("cuda.txt", "extra")
    line.run("app", variants=(("cpu", None), ("cuda130", more)))
    assert {each.variant: each.pins for each in line.plan.sets} == {
        "cpu": ("app==1.0",),
        "cuda130": ("app==1.0", "extra==1.0"),
    }
    assert links(line, "simple/extra") == ["extra-1.0-py3-none-any.whl"]


def test_a_variant_may_take_a_package_from_another_place(line: Line, tmp_path: Path) -> None:
    line.offer(Project(name="acc", body="PLACE = 'index'\n"))
    other = Project(name="acc", body="PLACE = 'folder'\n").write(tmp_path / "acc")
    line.settings(
        f"variants: {{cpu: {{}}, cuda130: {{packages: {{acc: {{source: {{folder: '{other}'}}}}}}}}}}"
    )
    line.run("acc")
    places = {}
    for variant in ("cpu", "cuda130"):
        with zipfile.ZipFile(line.wheelhouse / variant / "acc-1.0-py3-none-any.whl") as archive:
            places[variant] = archive.read("acc/__init__.py").decode().splitlines()[1]
    assert places == {"cpu": "PLACE = 'index'", "cuda130": "PLACE = 'folder'"}


def test_a_locked_plan_is_obeyed_for_every_variant(accelerated: Line) -> None:
    accelerated.run("app")
    plan = accelerated.wheelhouse / "plan.json"
    kept = accelerated.folder / "kept.json"
    kept.write_bytes(plan.read_bytes())
    accelerated.offer(Project(name="base", version="2.0"))
    accelerated.run("app", locked=kept, exact=True, upgrade=accelerated.invocation().upgrade)
    assert {each.pins for each in accelerated.plan.sets} == {("acc==1.0", "app==1.0", "base==1.0")}
    accelerated.settings(SETTINGS.replace("packages:\n      acc: {}", "packages: {}"))
    refused = accelerated.refuse(ResolutionError, "app", locked=kept, exact=True)
    assert "acc==1.0" in refused.text


def test_a_variant_that_nobody_declares_is_refused(accelerated: Line) -> None:
    refused = accelerated.refuse(UsageError, "app", variants=(("cuda131", None),))
    assert "'cuda131'" in refused.text
    assert "cpu, cuda130, rocm64" in refused.text


def test_a_failed_build_says_for_which_variant(line: Line) -> None:
    fails = 'import os\nassert os.environ.get("ACCEL") != "cuda", "no device"'
    line.offer(Project(name="acc", on_build=fails))
    line.settings(SETTINGS)
    refused = line.refuse(BuildError, "acc")
    (failed,) = refused.failed.values()
    assert failed.subject == "acc==1.0 [cuda130]"
    assert failed.log.endswith("logs/acc-1.0-cuda130.log")


def test_a_wheelhouse_without_variants_can_get_some_and_lose_them(accelerated: Line) -> None:
    accelerated.settings("{}")
    accelerated.run("app")
    assert (accelerated.wheelhouse / "constraints.txt").is_file()
    accelerated.settings(SETTINGS)
    accelerated.run("app")
    assert not (accelerated.wheelhouse / "constraints.txt").exists()
    accelerated.settings("{}")
    accelerated.run("app")
    assert not (accelerated.wheelhouse / "cuda130").exists()
    assert accelerated.wheels == [
        "acc-1.0-py3-none-any.whl",
        "app-1.0-py3-none-any.whl",
        "base-1.0-py3-none-any.whl",
    ]
