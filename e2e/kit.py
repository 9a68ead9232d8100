"""What the tests of real packages have in common: build, install, look into extensions."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

HERE = Path(__file__).parent
ROOT = HERE.parent
SETTINGS = ROOT / "settings.yaml"
CONSTRAINTS = HERE / "constraints.txt"
BUILDER = Path(sys.executable).parent / "builder"
UV = Path(sys.executable).parent / "uv"
NOTHING: Mapping[str, str] = MappingProxyType({})


def run(*command: str | Path, environ: Mapping[str, str] = NOTHING) -> str:
    """What the command prints; it must succeed."""
    done = process(*command, environ=environ)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def process(
    *command: str | Path, environ: Mapping[str, str] = NOTHING
) -> subprocess.CompletedProcess[str]:
    """The command when it has ended, without what would make pip or uv look elsewhere.

    environ: variables that it gets besides.
    """
    foreign = ("PIP_", "UV_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    clean |= {
        name: os.environ[name] for name in ("PIP_CERT", "PIP_INDEX_URL") if name in os.environ
    }
    words = [str(each) for each in command]
    return subprocess.run(
        words, check=False, capture_output=True, text=True, env={**clean, **environ}
    )


def with_variants(folder: Path) -> Path:
    """A copy of the collection that has the variants of `variants.yaml`; its settings file."""
    shutil.copytree(HERE / "variants", folder)
    for name in ("settings", "patches"):
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    settings = folder / "settings.yaml"
    settings.write_text(f"{SETTINGS.read_text()}\n{(HERE / 'variants.yaml').read_text()}")
    return settings


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """One store, and a wheelhouse for each thing that is built with it."""

    store: Path
    top: Path
    settings: Path = SETTINGS
    environ: Mapping[str, str] = field(default_factory=dict)
    """Variables that `builder` gets besides."""

    def wheelhouse(self, name: str) -> Path:
        """Where what is called `name` is published."""
        return self.top / f"wheelhouse-{name}"

    def bootstrap(self, name: str, *what: str | Path) -> subprocess.CompletedProcess[str]:
        """A run of `builder bootstrap` with the settings and constraints of the collection."""
        places = ("--store", self.store, "--wheelhouse", self.wheelhouse(name))
        limits = ("--constraint", CONSTRAINTS, "--build-constraint", CONSTRAINTS)
        options = (*places, *limits, "--settings", self.settings, "--json")
        return process(BUILDER, "bootstrap", *what, *options, environ=self.environ)

    def built(self, name: str, *what: str | Path) -> dict[str, list[str]]:
        """The same, which must succeed; the summary of the run."""
        done = self.bootstrap(name, *what)
        assert done.returncode == 0, f"{what}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
        found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
        return found

    def installed(self, name: str, *what: str | Path) -> "Installed":
        """A new virtual environment with these requirements from the wheelhouse, and only it."""
        made = environment(self.top / f"environment-{name}")
        made.pip("install", "--no-index", "--find-links", self.wheelhouse(name), *what)
        return made


def environment(folder: Path) -> "Installed":
    """A new virtual environment."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    return Installed(folder=folder)


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A virtual environment."""

    folder: Path

    def python(self, code: str, environ: Mapping[str, str] = NOTHING) -> str:
        """What the code prints, run in it; it must succeed."""
        return run(self.folder / "bin/python", "-c", code, environ=environ)

    def pip(self, *words: str | Path) -> str:
        """What pip prints, at work in it; it must succeed."""
        return run(sys.executable, "-m", "pip", "--python", self.folder / "bin/python", *words)

    def uv(self, *words: str | Path, environ: Mapping[str, str] = NOTHING) -> None:
        """`uv pip install`, at work in it; it must succeed."""
        place = ("--python", self.folder / "bin/python", "--no-cache", "--no-config")
        run(UV, "pip", "install", *place, *words, environ=environ)

    def needed(self) -> set[str]:
        """The libraries that its extension modules load, by soname."""
        return {soname for _, soname in self._entries("NEEDED")}

    def search_paths(self) -> set[str]:
        """Where its extension modules look for libraries, besides the system's places."""
        return {path for kind in ("RPATH", "RUNPATH") for _, path in self._entries(kind)}

    def _entries(self, kind: str) -> Iterator[tuple[Path, str]]:
        """Each `kind` of entry in the dynamic sections, read by binutils and not by ourselves."""
        for module in sorted(self.folder.glob("lib/python*/site-packages/**/*.so")):
            dynamic = run("readelf", "--wide", "--dynamic", module)
            for text in re.findall(rf"\({kind}\).*\[(.*)\]", dynamic):
                yield module, text
