"""What `admission:` and `import_check:` take, and what of it makes no sense."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import SettingsError
from wheeltree.model.spec import ImportCheck
from wheeltree.settings import admission, evaluate
from wheeltree.settings.load import load
from wheeltree.settings.schema import Settings
from wheeltree.settings.variables import variables


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.yaml"


def read(file: Path, text: str) -> Settings:
    file.write_text(text)
    return load(file)


def problems(file: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(file, text)
    return [each.removeprefix(f"{file}:") for each in caught.value.details]


@pytest.mark.parametrize(
    ("text", "hours"),
    [("7 days", 168), ("1 day", 24), ("36 hours", 36), ("2 weeks", 336)],
)
def test_a_cooldown_is_a_time(file: Path, text: str, hours: int) -> None:
    assert read(file, f"admission: {{cooldown: {text}}}\n").admission.cooldown == hours


@pytest.mark.parametrize("text", ["7", "0 days", "-1 days", "7d", "a week", "1e9 days"])
def test_anything_else_is_none(file: Path, text: str) -> None:
    assert problems(file, f"admission: {{cooldown: {text}}}\n") == [
        f"1: admission.cooldown: expected a time such as 7 days, not {text!r}"
    ]


def test_misspelt_licences_are_told(file: Path) -> None:
    text = (
        "admission:\n"
        "  licences:\n"
        "    allow: [MIT, BSD-*, MIT License, Apache2, Apache-2.0 WITH llvm-Exception]\n"
        "    read_as: [{says: Apache 2, means: Apache2, because: it is clear}]\n"
    )
    assert [each.partition(": ")[2].partition(":")[0] for each in problems(file, text)] == [
        "admission.licences.allow[2]",
        "admission.licences.allow[3]",
        "admission.licences.read_as[0].means",
    ]


def test_what_names_nothing_is_told(file: Path) -> None:
    text = (
        "admission:\n"
        "  licences: {allow: []}\n"
        "  indexes: [{packages: [], only: []}]\n"
        "  exceptions:\n"
        "    - {packages: [], rules: [], because: who knows}\n"
        "    - {packages: [a], rules: [cooldown], advisories: [CVE-1], because: who knows}\n"
        "    - {packages: [a], rules: [files, everything], because: who knows}\n"
    )
    found = problems(file, text)
    assert [each.partition(": ")[2].partition(":")[0] for each in found] == [
        "admission.licences.allow",
        "admission.indexes[0].only",
        "admission.indexes[0].packages",
        "admission.exceptions[0].packages",
        "admission.exceptions[0].rules",
        "admission.exceptions[1].advisories",
        "admission.exceptions[2].rules[1]",
    ]


def test_urls_and_paths_may_have_variables_which_count(file: Path) -> None:
    settings = read(
        file,
        "admission:\n"
        "  vulnerabilities: ${ADVISORIES}/pypi\n"
        '  indexes: [{packages: [a], only: ["${OWN}"]}]\n',
    )
    environ = {"ADVISORIES": "/srv/osv", "OWN": "https://own.test/simple"}
    assert variables(settings) == {"ADVISORIES", "OWN"}
    assert admission.advisories(settings, file, environ) == Path("/srv/osv/pypi")
    (restriction,) = admission.restrictions(settings, environ)
    assert restriction.urls == ("https://own.test/simple",)
    with pytest.raises(SettingsError, match="one problem"):
        admission.restrictions(settings, {})


def test_advisories_lie_beside_the_settings(file: Path) -> None:
    settings = read(file, "admission: {vulnerabilities: advisories}\n")
    assert admission.advisories(settings, file, {}) == file.parent / "advisories"


def imports(file: Path, text: str, name: str = "demo") -> ImportCheck:
    subject = evaluate.Subject(
        name=canonicalize_name(name),
        version=Version("1.0"),
        python=Version("3.12.1"),
        platform="linux-x86_64",
    )
    return evaluate.recipe(read(file, text), subject, {}).imports


EVERY = 'policies: [{packages: ["*"], import_check: {}}]\n'


def test_wheels_are_imported_where_somebody_says_so(file: Path) -> None:
    assert imports(file, "packages: {demo: {native: true}}\n") == ImportCheck()
    assert imports(file, EVERY) == ImportCheck(on=True)
    narrowed = "packages: {demo: {import_check: {modules: [a.b], because: c needs a screen}}}\n"
    assert imports(file, EVERY + narrowed) == ImportCheck(on=True, modules=("a.b",))
    off = "packages: {demo: {import_check: {off: true, because: needs a screen}}}\n"
    assert imports(file, EVERY + off) == ImportCheck()


@pytest.mark.parametrize("text", ["off: true", "modules: [a]", "off: true, because: ' '"])
def test_less_of_it_has_a_reason(file: Path, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        imports(file, f"packages: {{demo: {{import_check: {{{text}}}}}}}\n")
    assert "say why: `because:`" in str(caught.value)


def test_a_module_is_a_dotted_name(file: Path) -> None:
    text = "packages: {demo: {import_check: {modules: [a b, --x, a/b], because: odd}}}\n"
    assert len(problems(file, text)) == 3
