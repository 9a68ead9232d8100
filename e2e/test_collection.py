"""What the settings of the collection are for: without them a package fails, or bundles."""

import json
import shutil
from dataclasses import dataclass

import pytest
from kit import BUILDER, ROOT, Workplace, run


@dataclass(frozen=True, kw_only=True)
class Bundler:
    """A package that quietly compiles and links a copy of its own."""

    requirement: str
    soname: str
    """What it loads with the settings of the collection."""

    def __str__(self) -> str:
        return self.requirement


@dataclass(frozen=True, kw_only=True)
class Failing:
    """A package that cannot be built, or not like this."""

    requirement: str
    says: str
    """Of the message or of the log."""

    def __str__(self) -> str:
        return self.requirement


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A package that is built and does not work."""

    requirement: str
    call: str
    says: str
    """What it ends with."""

    def __str__(self) -> str:
        return self.requirement


BUNDLERS = (
    Bundler(requirement="argon2-cffi-bindings", soname="libargon2.so.1"),
    Bundler(requirement="brotli", soname="libbrotlidec.so.1"),
    Bundler(requirement="gevent", soname="libev.so.4"),
    Bundler(requirement="pynacl", soname="libsodium.so.23"),
    Bundler(requirement="pynng", soname="libmbedcrypto.so.7"),
    Bundler(requirement="ujson", soname="libdouble-conversion.so.3"),
    Bundler(requirement="uvloop", soname="libuv.so.1"),
    Bundler(requirement="zstandard", soname="libzstd.so.1"),
)
FAILING = (
    Failing(requirement="apsw", says="Name or service not known"),
    Failing(requirement="matplotlib", says="freetype"),
    Failing(requirement="sentencepiece", says="build_bundled.sh"),
)
BROKEN = (
    Broken(
        requirement="pyproj",
        call="import pyproj; pyproj.CRS.from_user_input(4326)",
        says="expected bytes, str found",
    ),
    Broken(requirement="zstandard", call="import zstandard", says="C API versions mismatch"),
)


@pytest.fixture
def without(workplace: Workplace) -> Workplace:
    """A place to build with the policies of the collection, and what it says of no package."""
    settings = workplace.top / "settings.yaml"
    shutil.copy(ROOT / "settings.yaml", settings)
    return Workplace(store=workplace.store, top=workplace.top, settings=settings)


@pytest.mark.parametrize("bundler", BUNDLERS, ids=str)
def test_a_package_that_is_said_to_use_a_library_but_not_told_bundles_and_is_refused(
    bundler: Bundler, without: Workplace
) -> None:
    own = _own(bundler.requirement).splitlines()
    uses = next(line for line in own if line.startswith("uses: "))
    _write(without, bundler.requirement, f"{uses}\n")
    done = without.bootstrap("it", bundler.requirement)
    assert done.returncode != 0
    assert bundler.soname in done.stderr


@pytest.mark.parametrize("failing", FAILING, ids=str)
def test_without_its_settings_a_package_cannot_be_built(
    failing: Failing, without: Workplace
) -> None:
    done = without.bootstrap("it", failing.requirement)
    assert done.returncode != 0
    assert failing.says in done.stderr


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_without_the_rules_for_its_versions_a_package_is_built_and_does_not_work(
    broken: Broken, without: Workplace
) -> None:
    _write(without, broken.requirement, _own(broken.requirement).partition("rules:")[0])
    without.built("it", broken.requirement)
    with pytest.raises(AssertionError, match=broken.says):
        without.installed("it", broken.requirement).python(broken.call)


@pytest.mark.parametrize("requirement", ["platformdirs>=4.14", "filelock>=4.2.10"])
def test_without_the_policies_a_tool_is_asked_for_that_no_index_has(
    requirement: str, workplace: Workplace
) -> None:
    bare = workplace.top / "bare.yaml"
    bare.write_text("{}\n")
    place = Workplace(store=workplace.store, top=workplace.top, settings=bare)
    done = place.bootstrap("it", requirement)
    assert done.returncode != 0
    assert "python-sbom" in done.stderr


def test_without_its_settings_pyzmq_looks_for_its_library_in_a_folder_of_this_machine(
    without: Workplace,
) -> None:
    without.built("it", "pyzmq")
    paths = without.installed("it", "pyzmq").search_paths()
    assert any(path.startswith("/usr/lib") for path in paths)


def test_without_its_settings_python_snappy_is_built_with_a_package_in_rust(
    without: Workplace,
) -> None:
    done = without.bootstrap("it", "python-snappy", "--plan-only")
    assert done.returncode == 0, done.stderr
    plan = json.loads((without.wheelhouse("it") / "plan.json").read_text())
    asked = {(each["child"].split("==")[0], each["kind"]) for each in plan["edges"]}
    assert ("cramjam", "build-backend") in asked


def test_the_settings_fit_one_another_and_the_index(workplace: Workplace) -> None:
    run(BUILDER, "check", "--settings", workplace.settings)


def _own(name: str) -> str:
    return (ROOT / "settings" / f"{name}.yaml").read_text()


def _write(place: Workplace, name: str, settings: str) -> None:
    """Settings of one package beside those of the place."""
    folder = place.settings.parent / "settings"
    folder.mkdir()
    (folder / f"{name}.yaml").write_text(settings)
