"""Real backends are built from nothing, and build what people write."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.line import Line
from support.sdists import real_sdist

FLIT = """
[build-system]
requires = ["flit-core>=3.12"]
build-backend = "flit_core.buildapi"
[project]
name = "flitted"
version = "1.2"
description = "a module"
dependencies = ["legacy"]
"""
SETUP = """
from setuptools import Extension, setup
setup(
    name="legacy",
    version="0.1",
    ext_modules=[Extension("legacy", ["legacy.c"])],
    install_requires=["flit-core; python_version < '3'"],
)
"""
CODE = """
#include <Python.h>
static struct PyModuleDef legacy = {PyModuleDef_HEAD_INIT, "legacy", __FILE__, -1, NULL};
PyMODINIT_FUNC PyInit_legacy(void) { return PyModule_Create(&legacy); }
"""


@pytest.fixture
def stocked(line: Line) -> Line:
    for name, stem in (("flit-core", "flit_core-4.2.0"), ("setuptools", "setuptools-84.2.1")):
        path = real_sdist(stem)
        line.index.offer(name, path.name, path.read_bytes())
    return line


def test_flit_and_setuptools_are_built_from_nothing_and_build_others(
    stocked: Line, tmp_path: Path
) -> None:
    flitted = _folder(tmp_path / "flitted", {"pyproject.toml": FLIT, "flitted.py": "import legacy"})
    legacy = _folder(tmp_path / "legacy", {"setup.py": SETUP, "legacy.c": CODE, "setup.cfg": _CFG})
    ran = stocked.run(flitted, legacy)
    assert set(ran.built) == {
        "flit-core==4.2.0",
        "setuptools==84.2.1",
        "flitted==1.2",
        "legacy==0.1",
    }
    assert stocked.environment("legacy==0.1") == ["setuptools==84.2.1"]
    for wheel in stocked.wheelhouse.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tmp_path / "installed")
    command = [sys.executable, "-c", "import flitted, legacy; print(legacy.__doc__ or legacy)"]
    done = subprocess.run(
        command, cwd=tmp_path / "installed", check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "legacy.c\n"


_CFG = "[metadata]\nname = legacy\nversion = 0.1\n"


def _folder(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder
