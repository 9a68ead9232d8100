"""Real packages from the index: rebuilt from source, installed from the wheelhouse, imported."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
IMPORTS = {
    "tiny": ["click", "packaging.version"],
    "pure": ["requests", "rich.console", "jinja2", "stevedore", "markupsafe._speedups"],
    "web": ["flask", "sqlalchemy", "httpx", "yaml"],
    "native": ["numpy.linalg", "msgpack._cmsgpack", "_cffi_backend", "lxml.etree"],
}


def run(*command: str | Path, **environ: str) -> str:
    """What the command prints; it must succeed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    clean |= {
        name: os.environ[name] for name in ("PIP_CERT", "PIP_INDEX_URL") if name in os.environ
    }
    done = subprocess.run(
        [str(each) for each in command],
        check=False,
        capture_output=True,
        text=True,
        env={**clean, **environ},
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def summary(output: str) -> dict[str, list[str]]:
    """The last line of a run with --json."""
    found: dict[str, list[str]] = json.loads(output.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", list(IMPORTS))
def test_a_real_set_is_rebuilt_installed_and_imported(name: str, tmp_path: Path) -> None:
    builder = Path(sys.executable).parent / "builder"
    requirements = HERE / f"{name}.txt"
    wheelhouse = tmp_path / "wheelhouse"
    places = ("--wheelhouse", wheelhouse, "--store", tmp_path / "store")
    options = (*places, "--settings", HERE.parent / "settings.yaml", "--json")

    first = summary(run(builder, "bootstrap", requirements, *options))
    assert first["built"]
    assert not first["failed"]
    again = summary(run(builder, "bootstrap", requirements, *options))
    assert not again["built"]
    assert sorted(again["reused"]) == sorted(first["built"])

    environment = tmp_path / "environment"
    run(sys.executable, "-m", "venv", environment)
    python = environment / "bin/python"
    run(
        python, "-m", "pip", "install", "--no-index", "--find-links", wheelhouse, "-r", requirements
    )
    for module in IMPORTS[name]:
        run(python, "-c", f"import {module}")
    run(python, "-m", "pip", "check")
