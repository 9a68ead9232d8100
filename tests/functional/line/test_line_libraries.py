"""Extension modules against the system's zlib, as settings declare it, built by setuptools."""

import json
from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project
from support.sdists import real_sdist
from support.variation import varied
from wheeltree.errors import BuildError, SomeBuildsFailed

SETUP = """
import os
from setuptools import Extension, setup
system = os.environ.get("ACME_SYSTEM_ZLIB") == "1"
setup(
    packages=["acme"],
    package_data={"acme": ["*.so*"]},
    ext_modules=[
        Extension(
            "acme._acme",
            ["acme.c"],
            libraries=["z"] if system else [],
            define_macros=[("OWN", "1")] if not system else [],
        )
    ],
)
"""
CODE = """
#include <Python.h>
#ifdef OWN
static const char *version(void) { return "own"; }
#else
#include <zlib.h>
static const char *version(void) { return zlibVersion(); }
#endif
static struct PyModuleDef acme = {PyModuleDef_HEAD_INIT, "_acme", NULL, -1, NULL};
PyMODINIT_FUNC PyInit__acme(void) {
    PyObject *module = PyModule_Create(&acme);
    PyModule_AddStringConstant(module, "version", version());
    return module;
}
"""
PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
PROJECT = '[project]\nname = "acme"\nversion = "1.0"\n'


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """An index with setuptools, and the store that all tests here share."""
    line = Line(tmp_path_factory.mktemp("stocked"))
    path = real_sdist("setuptools-84.2.1")
    line.index.offer("setuptools", path.name, path.read_bytes())
    return line


class Acme:
    """A package with one extension module, and its treatment in settings."""

    def __init__(self, line: Line, folder: Path) -> None:
        self.line = line
        self.folder = folder
        self.write("pyproject.toml", PYPROJECT + PROJECT)
        self.write("setup.py", SETUP)
        self.write("acme.c", CODE)
        self.write("acme/__init__.py", "from acme._acme import version\n")

    def write(self, path: str, text: str | bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())

    def refuse(self, treatment: str) -> str:
        self.line.settings(f"packages:\n  acme: {treatment}\n")
        return self.line.refuse(BuildError, self.folder).text

    def run(self, treatment: str) -> None:
        self.line.settings(f"packages:\n  acme: {treatment}\n")
        self.line.run(self.folder)


@pytest.fixture
def acme(stocked: Line, tmp_path: Path) -> Acme:
    line = Line(tmp_path)
    line.index = stocked.index
    line.places = varied(line.places, store=stocked.places.store)
    return Acme(line, tmp_path / "acme")


SYSTEM = "env: {ACME_SYSTEM_ZLIB: true}"


def test_a_wheel_that_loads_what_it_declares_is_kept_and_recorded(acme: Acme) -> None:
    acme.run(f"{{{SYSTEM}, uses: [zlib], bundled: refuse}}")
    line = acme.line
    found = json.loads((line.wheelhouse / "system-libraries.json").read_text())["acme==1.0"]
    assert "libz.so.1" in found["loads"]
    assert found["uses"]["zlib"].startswith("1.")
    said = line.plan.published()["acme==1.0"].inputs["library:zlib"]
    assert said == f"dynamic, {found['uses']['zlib']}"
    packages = (line.wheelhouse / "system-packages.txt").read_text()
    assert f"{found['loads']['libz.so.1']}  # acme==1.0" in packages


def test_a_wheel_that_bundles_instead_is_refused_with_what_to_look_at(acme: Acme) -> None:
    acme.write("vendored/libz.a", b"!<arch>\n")
    said = acme.refuse("{uses: [zlib]}")
    assert "it uses zlib (" in said
    assert "settings.yaml:2), but its wheel does not load libz.so.1" in said
    assert "it quietly bundled its own" in said
    assert "the build has vendored/libz.a" in said
    assert "setup.py looks at ACME_SYSTEM_ZLIB" in said
    assert not acme.line.wheels


def test_a_refused_wheel_is_not_in_the_store(acme: Acme) -> None:
    acme.refuse("{uses: [zlib]}")
    assert "does not load" in acme.refuse("{uses: [zlib]}")
    acme.run(f"{{{SYSTEM}, uses: [zlib]}}")
    assert len(acme.line.wheels) == 1


def test_a_library_that_is_not_declared_is_refused_with_the_line_to_add(acme: Acme) -> None:
    said = acme.refuse(f"{{{SYSTEM}, uses: [{{name: zlib, link: headers}}, libffi]}}")
    assert "does not load libffi.so" in said
    said = acme.refuse(f"{{{SYSTEM}, uses: [{{name: libffi, link: headers}}]}}")
    assert "libz.so.1 of " in said
    assert "`uses: [{name: libffi, link: headers}, zlib]`" in said


@pytest.mark.parametrize("link", ["headers", "dlopen"])
def test_what_is_not_linked_need_not_be_loaded(acme: Acme, link: str) -> None:
    acme.run(f"{{uses: [{{name: zlib, link: {link}}}]}}")
    packages = (acme.line.wheelhouse / "system-packages.txt").read_text()
    assert ("zlib" in packages) is (link == "dlopen")


def test_shared_libraries_and_archives_are_named_where_bundling_is_refused(acme: Acme) -> None:
    library = Path("/lib/x86_64-linux-gnu/libz.so.1")
    library = library if library.exists() else Path("/usr/lib64/libz.so.1")
    acme.write("acme/libz-0a1b.so.1", library.read_bytes())
    acme.write("vendored/libfoo.a", b"!<arch>\n")
    said = acme.refuse("{bundled: refuse}")
    assert "`bundled: refuse`" in said
    assert "the wheel has the shared library acme/libz-0a1b.so.1" in said
    assert "the source has the static archive vendored/libfoo.a" in said
    acme.run("{bundled: allow}")


def test_missing_libraries_are_told_before_anything_is_built(acme: Acme) -> None:
    acme.line.settings("packages:\n  acme: {uses: [zlib, nosuch-a, nosuch-b]}\n")
    refused = acme.line.refuse(BuildError, acme.folder)
    assert refused.built == []
    for name in ("nosuch-a", "nosuch-b"):
        assert f"{name} is not installed; used by acme==1.0" in refused.text
        assert f"'pkgconfig({name})'" in refused.text
    assert "settings.yaml:2" in refused.text


def test_missing_libraries_fail_only_those_who_use_them_where_a_run_goes_on(acme: Acme) -> None:
    acme.line.offer(Project(name="other"))
    acme.line.settings("packages:\n  acme: {uses: [nosuch-a]}\n")
    refused = acme.line.refuse(SomeBuildsFailed, acme.folder, "other", keep_going=True)
    assert "other==1.0" in refused.built
    assert list(refused.failed) == ["acme==1.0"]
    failed = refused.failed["acme==1.0"]
    assert failed.cause.endswith("libraries of the system that it uses are not there")
    assert "'pkgconfig(nosuch-a)'" in failed.hint


def test_a_library_that_is_declared_has_the_wheel_built_again_and_why_is_told(acme: Acme) -> None:
    acme.write("acme/other.py", "")
    acme.run(SYSTEM.join("{}"))
    acme.line.settings(f"packages: {{acme: {{{SYSTEM}, uses: [zlib]}}}}")
    ran = acme.line.run(acme.folder)
    assert ran.built["acme==1.0"].startswith("the system's zlib is used now (dynamic, 1.")
