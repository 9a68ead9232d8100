"""Variants in the settings: what is refused, who asks for one, and what is stronger than what."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import SettingsError
from wheeltree.model.spec import Recipe
from wheeltree.model.toolkit import is_toolkit_path
from wheeltree.model.variant import KNOWN_PROVIDERS
from wheeltree.settings import evaluate
from wheeltree.settings.evaluate import Subject
from wheeltree.settings.load import load
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.schema import Settings
from wheeltree.settings.variants import declared, spoken

NOTHING: Mapping[str, str] = {}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(text: str) -> Settings:
    """The settings of a file in the working folder."""
    Path("settings.yaml").write_text(text)
    return load()


def problems(text: str) -> list[str]:
    """What is wrong with settings."""
    with pytest.raises(SettingsError) as caught:
        settings(text)
    return [each.removeprefix("settings.yaml:") for each in caught.value.details]


def recipe(text: str, variant: str, version: str = "2.1") -> Recipe:
    """The recipe of acc for one variant."""
    return evaluate.recipe(settings(text), _subject(variant, version), NOTHING)


def _subject(variant: str, version: str) -> Subject:
    return Subject(
        name=canonicalize_name("acc"),
        version=Version(version),
        python=Version("3.11.2"),
        platform="linux-x86_64",
        variant=variant,
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "name", ["CUDA", "cuda-13", "cuda13.0", "_cuda", "simple", "build", "null", "pool", "a" * 41]
)
def test_a_name_that_could_be_no_folder_of_a_wheelhouse_is_refused(name: str) -> None:
    (problem,) = problems(f"variants: {{'{name}': {{}}}}\n")
    assert f"{name!r} cannot be the name of a variant" in problem


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("{Nvidia: {sm_arch: [a]}}", "'Nvidia' takes lower-case letters, digits and _ only"),
        ("{nvidia: {sm-arch: [a]}}", "'sm-arch' takes lower-case letters, digits and _ only"),
        ("{nvidia: {sm_arch: [a-b]}}", "'a-b' takes lower-case letters, digits, _ and . only"),
        ("{nvidia: {}}", "the namespace nvidia has no feature"),
        ("{nvidia: {sm_arch: []}}", "nvidia :: sm_arch has no value"),
    ],
)
def test_properties_are_those_that_a_wheel_can_say(said: str, text: str) -> None:
    found = problems(f"variants: {{cpu: {{}}, cuda: {{properties: {said}}}}}\n")
    assert text in "\n".join(found)


@pytest.mark.usefixtures("folder")
def test_two_variants_cannot_have_the_same_properties() -> None:
    said = "{properties: {amd: {gfx_arch: [gfx90a]}}}"
    assert problems(f"variants:\n  one: {said}\n  two: {said}\n") == [
        "3: variants.two.properties: are those of one, too: no installer could tell them apart"
    ]


@pytest.mark.usefixtures("folder")
def test_a_namespace_needs_a_place_in_their_order_and_somebody_who_tells() -> None:
    text = (
        "namespaces: [nvidia, nvidia]\n"
        "variants:\n"
        "  acme: {properties: {acme: {card: [a]}}}\n"
        "providers: {nvidia: {requires: ['x[extra]>=1']}}\n"
    )
    assert problems(text) == [
        "1: namespaces: names one namespace twice",
        ("3: variants.acme.properties.acme: `namespaces` does not have acme; add it at its end"),
        (
            "3: variants.acme.properties.acme: say under `providers` which package tells what a "
            "machine has of acme"
        ),
        (
            "4: providers.nvidia.requires: the provider of nvidia requires 'x[extra]>=1', which is "
            "no NAME with versions"
        ),
    ]


@pytest.mark.usefixtures("folder")
def test_namespaces_are_in_the_order_in_which_they_are_said_and_have_their_providers() -> None:
    text = (
        "variants:\n"
        "  cpu: {}\n"
        "  acme: {properties: {acme: {card: [b, a]}}}\n"
        "  rocm: {properties: {amd: {gfx_arch: [gfx90a]}}}\n"
        "providers: {acme: {requires: [acme-provider>=1], plugin_api: 'acme:Plugin'}}\n"
    )
    found = settings(text)
    assert [each.name for each in declared(found)] == ["cpu", "acme", "rocm"]
    assert [str(each) for each in declared(found)[1].properties] == ["acme :: card :: a or b"]
    assert spoken(found).namespaces == ("acme", "amd")
    assert spoken(found).providers[0].plugin_api == "acme:Plugin"
    assert spoken(found).providers[1] == KNOWN_PROVIDERS["amd"]
    assert spoken(settings(f"namespaces: [amd, acme]\n{text}")).namespaces == ("amd", "acme")


@pytest.mark.parametrize(
    "path", ["/opt/cuda-13.0", "/srv/a/b", "/home/me/cuda", "/mnt/cuda", "/var/lib/rocm"]
)
def test_a_toolkit_is_a_folder_of_its_own(path: str) -> None:
    assert is_toolkit_path(path)


@pytest.mark.parametrize(
    "path",
    [
        *("", ".", "/", "opt/cuda", "/opt", "/home/me", "/usr/local/cuda", "/etc/alternatives"),
        *(
            "/opt/../etc/x",
            "/opt/./cuda",
            "/opt/cuda/",
            "//opt/cuda",
            "/opt/cu\nda",
            "/proc/1/root",
        ),
        *("/env/bin", "/build/x", "/root/cuda", "/dev/shm"),
    ],
)
def test_what_is_the_system_s_or_nobody_s_alone_is_no_toolkit(path: str) -> None:
    assert not is_toolkit_path(path)


@pytest.mark.usefixtures("folder")
def test_a_toolkit_that_is_none_is_refused_where_it_is_written() -> None:
    with pytest.raises(SettingsError) as caught:
        recipe("variants: {cuda: {toolkits: [/usr], packages: {acc: {}}}}\n", "cuda")
    (problem,) = caught.value.details
    assert problem == (
        "settings.yaml:1: variants.cuda.toolkits: /usr cannot be a toolkit: name a folder of its "
        "own, such as /opt/cuda-13.0"
    )


ASKS = [
    "variants: {cuda: {env: {A: v}, packages: {acc: {}}}}",
    "variants: {cuda: {env: {A: v}, packages: {acc: {native: true}}}}",
    "variants: {cuda: {env: {A: v}, packages: {acc: {version: '<3', native: true}}}}",
    "variants: {cuda: {env: {A: v}}}\npackages: {acc: {rules: [{variant: cuda}]}}",
    "variants: {cuda: {env: {A: v}}}\npolicies: [{packages: ['a*'], variant: 'cu*'}]",
]
ASKS_NOT = [
    "variants: {cuda: {env: {A: v}}}",
    "variants: {cuda: {env: {A: v}, packages: {acc: {version: '<3'}}}}",
    "variants: {cuda: {env: {A: v}, packages: {other: {}}}}",
    "variants: {cuda: {env: {A: v}}, rocm: {packages: {acc: {}}}}",
    "variants: {cuda: {env: {A: v}}}\npackages: {acc: {rules: [{variant: 'rocm*'}]}}",
    (
        "variants: {cuda: {env: {A: v}}}\n"
        "packages: {acc: {rules: [{variant: cuda, versions: '<2', native: true}]}}"
    ),
    "variants: {cuda: {env: {A: v}}}\npolicies: [{packages: ['*'], native: true}]",
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("text", ASKS)
def test_a_package_that_something_names_for_a_variant_asks_for_it(text: str) -> None:
    made = recipe(text, "cuda")
    assert made.variant == "cuda"
    assert made.environ == (("A", "v"),)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("text", ASKS_NOT)
def test_nothing_of_a_variant_reaches_a_package_that_does_not_ask_for_it(text: str) -> None:
    made = recipe(text, "cuda")
    assert made.variant == ""
    assert made.environ == ()


@pytest.mark.usefixtures("folder")
def test_a_variant_is_weaker_than_all_that_is_said_of_a_package_but_for_its_own_word_on_it() -> (
    None
):
    text = (
        "variants:\n"
        "  cuda:\n"
        "    env: {A: variant, B: variant, C: variant, D: variant, E: variant}\n"
        "    packages: {acc: {env: {E: package of the variant}}}\n"
        "policies: [{packages: ['*'], env: {B: policy, C: policy, D: policy, E: policy}}]\n"
        "packages:\n"
        "  acc:\n"
        "    env: {C: package, D: package, E: package}\n"
        "    rules: [{variant: cuda, env: {D: rule, E: rule}}]\n"
    )
    assert dict(recipe(text, "cuda").environ) == {
        "A": "variant",
        "B": "policy",
        "C": "package",
        "D": "rule",
        "E": "package of the variant",
    }


@pytest.mark.usefixtures("folder")
def test_patches_of_a_variant_are_in_folders_of_its_name(folder: Path) -> None:
    for path in ("acc/20.patch", "acc/cuda/10.patch", "acc-2.1/cuda/30.patch", "acc/rocm/1.patch"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")
    listed, name, version = PatchFolder.listed(folder), canonicalize_name("acc"), Version("2.1")
    for variant, names in {
        "cuda": ["10.patch", "20.patch", "30.patch"],
        "rocm": ["1.patch", "20.patch"],
        "cpu": ["20.patch"],
        "": ["20.patch"],
    }.items():
        found = listed.patches(name, version, variant=variant)
        assert [each.name for each in found] == names
        assert bool(listed.special(name, version, variant)) == (variant in {"cuda", "rocm"})
