"""The tools that builder is compared with, installed into an environment of their own."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.interpreters import Python

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_NAMES = ("fromager", "pip", "uv")


@dataclass(frozen=True, kw_only=True)
class Competitors:
    """An environment with Fromager, pip and uv."""

    folder: Path
    versions: dict[str, str]

    @property
    def programs(self) -> Path:
        """The folder of its commands."""
        return self.folder / "bin"


def installed(python: Python, work: Path) -> Competitors:
    """The environment for this interpreter, made from the index that pip uses if it is missing.

    CalledProcessError if they cannot be installed.
    """
    folder = work / f"competitors-{python}"
    if not (folder / "made").is_file():
        subprocess.run([python.path, "-m", "venv", "--clear", folder], check=True)
        pip: list[str | Path] = [folder / "bin/python", "-m", "pip", "--quiet"]
        subprocess.run([*pip, "install", "--upgrade", "-r", _REQUIREMENTS], check=True)
        (folder / "made").touch()
    return Competitors(folder=folder, versions=_versions(folder))


def _versions(folder: Path) -> dict[str, str]:
    answer = subprocess.run(
        [folder / "bin/python", "-m", "pip", "list", "--format", "json"],
        stdout=subprocess.PIPE,
        check=True,
    )
    known = {each["name"].lower(): each["version"] for each in json.loads(answer.stdout)}
    return {name: known[name] for name in _NAMES}
