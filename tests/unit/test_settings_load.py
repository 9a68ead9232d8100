"""Settings files as one value, and everything that is wrong with them at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from wheeltree.errors import SettingsError
from wheeltree.settings.files import digest
from wheeltree.settings.load import load
from wheeltree.settings.schema import Settings

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def details(text: str) -> list[str]:
    write("settings.yaml", text)
    with pytest.raises(SettingsError) as caught:
        load()
    return list(caught.value.details)


@pytest.mark.usefixtures("folder")
def test_no_file_is_empty_settings() -> None:
    assert load() == Settings()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("text", ["", "packages:\n", "policies: []\npackages: {}\n"])
def test_a_file_that_says_nothing_is_empty_settings(text: str) -> None:
    write("settings.yaml", text)

    assert load() == Settings()


@pytest.mark.usefixtures("folder")
def test_a_named_file_that_is_missing_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"other\.yaml: no such settings file"):
        load(Path("other.yaml"))


def test_without_a_settings_file_yaml_is_not_imported(folder: Path) -> None:
    code = (
        "import sys; from wheeltree.settings import evaluate; "
        "from wheeltree.settings.load import load; load(); sys.exit('yaml' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)


@pytest.mark.usefixtures("folder")
def test_a_file_in_the_settings_folder_describes_one_package() -> None:
    write("settings.yaml", "packages: {Foo_Bar: {native: true}}\n")
    write("settings/Ruamel.Yaml.yaml", "native: false\n")
    write("settings/README.md", "not read\n")

    packages = load().packages

    assert {name: said.native for name, said in packages.items()} == {
        "foo-bar": True,
        "ruamel-yaml": False,
    }
    assert str(packages[canonicalize_name("ruamel.yaml")].origin) == "settings/Ruamel.Yaml.yaml:1"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("second", ["settings/foo.yaml", "settings/Foo.yaml"])
def test_a_package_described_in_two_places_is_refused(second: str) -> None:
    write("settings.yaml", "packages:\n  FOO:\n    native: true\n")
    write(second, "native: true\n")

    with pytest.raises(SettingsError) as caught:
        load()

    assert caught.value.details == (
        f"{second}: foo is described in settings.yaml:3 already; keep one place",
    )


@pytest.mark.usefixtures("folder")
def test_a_file_named_yml_is_refused_instead_of_passed_over() -> None:
    write("settings/foo.yml", "native: true\n")

    with pytest.raises(SettingsError) as caught:
        load()

    assert caught.value.hint == "rename it to foo.yaml"


@pytest.mark.usefixtures("folder")
def test_all_problems_of_all_files_are_told_at_once() -> None:
    write("settings/foo.yaml", "natve: true\nenv: [A]\n")
    write("settings/bad.yaml", "env: {A: [\n")
    write(
        "settings.yaml",
        """\
build_tag: sometimes
packges: {}
seeds:
  - name: flit-core
    version: one
    url: https://host/flit.whl
    sha256: abc
  - {version: 1, url: https://host/x}
indexes: https://host/simple
policies:
  - native: true
  - packages: [numpy, "a b"]
    timeout: 1h
packages:
  torch:
    native: yes
    jobs: 4
    env: {MAX-JOBS: 1, FLAGS: $(nproc), WHO: no, NONE: , LIST: [a]}
    rules:
      - {versions: "2", match_install: numpy}
      - 7
  "not a name": {}
  foo-bar: {}
  foo_bar: {}
namespaces: [nvidia, nvidia, "a b"]
variants:
  CPU: {}
  simple: {}
  cuda:
    properties: {acme: {card: [a]}, nvidia: {sm_arch: 90_real}}
    packages: {torch: {version: 2, source: {wheel: "https://host/t.whl"}}}
    rules: []
  one: {properties: {amd: {gfx_arch: [gfx90a]}}}
  two: {properties: {amd: {gfx_arch: [gfx90a]}}}
providers: {intel: {requires: ["x[extra]"]}, amd: {plugin_api: "a b"}}
""",
    )

    with pytest.raises(SettingsError) as caught:
        load()

    if os.environ.get("BUILDER_GOLDEN") == "write":
        (GOLDEN / "settings_problems.txt").write_text(f"{caught.value}\n")
    assert str(caught.value) + "\n" == (GOLDEN / "settings_problems.txt").read_text()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("typo", "meant"),
    [("enviroment", "known are"), ("nativ", "did you mean 'native'?"), ("rule", "'rules'")],
)
def test_an_unknown_key_comes_with_a_suggestion(typo: str, meant: str) -> None:
    (problem,) = details(f"packages:\n  torch:\n    {typo}: 1\n")

    assert problem.startswith(f"settings.yaml:3: packages.torch: unknown key {typo!r}; ")
    assert meant in problem


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("text", ["[]", "text", "[a: 1]"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    (problem,) = details(text)

    assert problem.startswith("settings.yaml:1: expected a mapping, not ")


@pytest.mark.usefixtures("folder")
def test_values_know_the_line_they_come_from() -> None:
    write("settings.yaml", "packages:\n  torch:\n    native: true\n    env:\n      A: x\n")

    origin = load().packages[canonicalize_name("torch")].origin

    assert origin.at("native") == "settings.yaml:3"
    assert origin.at("env.A") == "settings.yaml:5"


@pytest.mark.usefixtures("folder")
def test_the_digest_changes_with_every_file_that_matters_and_with_no_other() -> None:
    digests = [digest(None)]
    for path in (
        "settings.yaml",
        "settings/foo.yaml",
        "patches/foo/1.patch",
        "patches/foo-1.0/1.patch",
        "patches/foo/cuda/1.patch",
    ):
        write(path, "")
        digests.append(digest(None))
    write("patches/foo/1.patch", "changed")
    digests.append(digest(None))

    assert len(set(digests)) == len(digests)
    write("README.md", "")
    write("patches/README.md", "")
    assert digest(None) == digests[-1]


@pytest.mark.usefixtures("folder")
def test_the_digest_does_not_depend_on_where_the_folder_lies() -> None:
    digests = set()
    for place in ("one", "two"):
        write(f"{place}/settings.yaml", "packages: {}\n")
        write(f"{place}/patches/foo/1.patch", "")
        digests.add(digest(Path(place, "settings.yaml")))

    assert len(digests) == 1
