"""What settings say about one version of one package."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import SettingsError
from wheeltree.model.digest import Digest
from wheeltree.model.source import Preparation
from wheeltree.model.spec import Recipe
from wheeltree.settings import evaluate
from wheeltree.settings.document import parse
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.problems import Problem
from wheeltree.settings.read import read
from wheeltree.settings.schema import Settings
from wheeltree.settings.variables import variables

NOTHING: Mapping[str, str] = {}


def settings(text: str) -> Settings:
    problems: list[Problem] = []
    node = parse(text.encode(), "settings.yaml")
    assert node is not None
    made = read(Settings, node, "settings.yaml", problems)
    assert not problems
    assert made is not None
    return made


def subject(name: str, version: str) -> evaluate.Subject:
    return evaluate.Subject(
        name=canonicalize_name(name),
        version=Version(version),
        python=Version("3.11.2"),
        platform="linux-x86_64",
    )


def recipe(
    text: str, name: str = "torch", version: str = "2.1", environ: Mapping[str, str] = NOTHING
) -> Recipe:
    return evaluate.recipe(settings(text), subject(name, version), environ)


def test_a_package_without_settings_has_the_default_recipe() -> None:
    assert recipe("packages: {numpy: {native: true}}") == Recipe()


def test_environment_values_are_text() -> None:
    made = recipe("packages: {torch: {env: {A: true, B: false, C: 4, D: 3.10, E: 'true'}}}")

    assert made.environ == (("A", "1"), ("B", "0"), ("C", "4"), ("D", "3.10"), ("E", "true"))


def test_variables_name_the_environment_and_the_package() -> None:
    text = "packages: {torch: {env: {A: '${V}/${W:-w}', B: '${__name__}-${__version__}'}}}"

    made = recipe(text, environ={"V": "v"})

    assert made.environ == (("A", "v/w"), ("B", "torch-2.1"))


def test_the_caller_s_environment_cannot_stand_for_the_package_s_version() -> None:
    text = "packages: {torch: {env: {A: '${__version__}'}}}"

    assert recipe(text, environ={"__version__": "9"}).environ == (("A", "2.1"),)


def test_all_unset_variables_are_told_with_their_lines() -> None:
    text = """\
packages:
  torch:
    env:
      A: ${ONE}
    config_settings:
      k: ["${TWO}"]
    rules:
      - env: {B: "${THREE}"}
"""

    with pytest.raises(SettingsError) as caught:
        recipe(text)

    assert [detail.partition(" is not set")[0] for detail in caught.value.details] == [
        "settings.yaml:4: packages.torch.env.A: ONE",
        "settings.yaml:6: packages.torch.config_settings.k: TWO",
        "settings.yaml:8: packages.torch.rules[0].env.B: THREE",
    ]
    assert caught.value.details[0].endswith("; export it, or write ${ONE:-default}")


def test_config_settings_are_texts_or_lists() -> None:
    text = "packages: {torch: {config_settings: {b: x, a: ['1', '${__version__}'], c: true}}}"

    assert recipe(text).config_settings == (("a", ("1", "2.1")), ("b", "x"), ("c", "true"))


LAYERS = """\
policies:
  - packages: ["*"]
    env: {A: policy, B: policy, C: policy, D: policy}
    timeout: 60
    match_install: [numpy]
  - packages: ["tor*"]
    versions: "<3"
    env: {B: second, C: second, D: second}
packages:
  Torch:
    env: {C: package, D: package}
    match_install: []
    rules:
      - {versions: ">=2", env: {D: rule}, native: false}
      - {versions: ">=3", env: {D: never}}
"""


@pytest.mark.parametrize(
    ("name", "version", "environ"),
    [
        ("torch", "2.1", "A=policy B=second C=package D=rule"),
        ("torch", "1.0", "A=policy B=second C=package D=package"),
        ("torch", "3.0", "A=policy B=policy C=package D=never"),
        ("torch", "2.0rc1", "A=policy B=second C=package D=package"),
        ("torch", "2.1.dev1", "A=policy B=second C=package D=rule"),
        ("tornado", "1", "A=policy B=second C=second D=second"),
        ("numpy", "1", "A=policy B=policy C=policy D=policy"),
    ],
)
def test_policies_package_and_rules_merge_key_by_key_and_the_later_wins(
    name: str, version: str, environ: str
) -> None:
    made = recipe(LAYERS, name, version).environ

    assert " ".join(f"{key}={value}" for key, value in made) == environ


def test_single_values_are_replaced_by_the_later_one() -> None:
    torch, numpy = recipe(LAYERS), recipe(LAYERS, "numpy")

    assert (torch.resources.timeout, torch.native, torch.match_install) == (60, False, ())
    assert (numpy.resources.timeout, numpy.native, numpy.match_install) == (60, None, ("numpy",))


def test_a_preparation_has_the_patches_and_whether_metadata_is_trusted(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "1.patch").touch()
    patches = PatchFolder.listed(tmp_path)
    text = "packages: {torch: {metadata: backend, rules: [{versions: '<2', metadata: static}]}}"

    new, old = (
        evaluate.preparation(settings(text), patches, subject("torch", version), NOTHING)
        for version in ("2", "1")
    )

    assert new == Preparation(patches=old.patches, trust_metadata=False)
    assert old.trust_metadata
    assert [patch.name for patch in new.patches] == ["1.patch"]


def test_seeds_are_exact_wheels() -> None:
    sha256 = "AB" * 32
    text = f"seeds: [{{name: Flit_Core, version: 3.10, url: 'https://h/f.whl', sha256: {sha256}}}]"

    (seed,) = evaluate.seeds(settings(text), NOTHING)

    assert str(seed) == "flit-core==3.10"
    assert (seed.url, seed.digest) == ("https://h/f.whl", Digest("ab" * 32))


def test_indexes_keep_their_order_and_what_they_may_serve() -> None:
    text = "indexes: [{url: '${HOST}/a', only: ['acme-*', Foo_Bar]}, {url: 'https://b'}]"

    first, second = evaluate.indexes(settings(text), {"HOST": "https://u:p@h"})

    assert first.url == "https://u:p@h/a"
    assert [[str(each.text) for each in index.only] for index in (first, second)] == [
        ["acme-*", "foo-bar"],
        ["*"],
    ]


@pytest.mark.parametrize("url", ["ssh://host/x", "simple", "${HOST:-ftp}://x"])
def test_an_index_by_another_protocol_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        evaluate.indexes(settings(f"indexes: [{{url: '{url}'}}]"), NOTHING)

    assert caught.value.details == (
        "settings.yaml:1: indexes[0].url: expected an https, http or file URL",
    )


def test_the_variables_that_settings_read_are_known() -> None:
    text = """\
policies: [{packages: ["*"], env: {A: "${ONE}"}}]
packages: {torch: {config_settings: {k: ["${TWO:-}"]}, rules: [{env: {B: "${THREE}"}}]}}
indexes: [{url: "https://${FOUR}"}]
"""

    assert variables(settings(text)) == {"ONE", "TWO", "THREE", "FOUR"}


def test_what_is_tolerated_is_said_with_its_reason() -> None:
    said = "packages: {sensor: {network: {tolerate: [{host: '*.NTP.org', because: a clock}]}}}"
    (found,) = recipe(said, "sensor").tolerances
    assert (found.host, found.because) == ("*.ntp.org", "a clock")


@pytest.mark.parametrize("said", ["{host: pool.ntp.org}", "{host: '*', because: all of them}"])
def test_what_is_tolerated_needs_a_reason_and_a_host(said: str) -> None:
    text = f"packages: {{sensor: {{network: {{tolerate: [{said}]}}}}}}"
    with pytest.raises(AssertionError, match=r"Problem\(.*tolerate\[0\]"):
        settings(text)


def test_what_a_build_may_take_is_said_or_usual() -> None:
    found = recipe("packages: {sensor: {resources: {most_memory: 2 GiB}}}", "sensor").resources
    assert (found.most_memory, found.most_processes) == (2 << 30, 4096)
    assert (found.most_disk, found.most_log) == (100 << 30, 100 << 20)
