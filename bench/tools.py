"""The tools that are measured: which commands each runs, and how many wheels it built."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import yaml

from bench.competitors import Competitors
from bench.interpreters import Python
from bench.measure import surroundings

_HERE = Path(__file__).parent
BUILDER = Path(sys.executable).with_name("builder")
PIP_LOG = "pip.log"
_BUILT = re.compile(rb"Created wheel for ")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What every tool has to do."""

    requirements: Path
    index: str
    """URL of the local index."""
    python: Python
    settings: Path
    """The settings of builder; their environment variables are given to every tool."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command that is measured."""

    name: str
    command: tuple[str | Path, ...]
    environ: Mapping[str, str]
    wheels: Callable[[Path], int | None]
    """How many wheels it built, from the log of what it printed; None if it does not tell."""


class Tool(Protocol):
    """Something that turns requirements into wheels."""

    @property
    def name(self) -> str:
        """What it is called in tables and file names."""
        ...

    def steps(self, case: Case, folder: Path) -> Iterator[Step]:
        """Its commands in order, each ready to be run once the one before has ended.

        folder: a new one; nothing outside it is written to.
        """
        ...


class Builder:
    """`builder bootstrap`: with a new store, again, and with the index asked again."""

    name = "builder"

    def steps(self, case: Case, folder: Path) -> Iterator[Step]:
        """Cold, unchanged, upgrade."""
        command = bootstrap(case, folder)
        environ = surroundings(folder / "home")
        for name, more in (("cold", ()), ("again", ()), ("upgrade", ("--upgrade",))):
            words = (BUILDER, *command, *more, "--json")
            yield Step(name=name, command=words, environ=environ, wheels=_built)


class Backends:
    """Every hook of every backend alone on the machine: what the lower bound is made of.

    `builder` with one job at a time and without a sandbox, its hooks timed one by one.
    """

    name = "backends"

    def steps(self, case: Case, folder: Path) -> Iterator[Step]:
        """One traced run."""
        arguments = (*bootstrap(case, folder), "--jobs", "1", "--sandbox", "none", "--json")
        command = (sys.executable, "-m", "bench.traced", "apart", folder / "trace.jsonl")
        environ = {**surroundings(folder / "home"), "PYTHONPATH": str(_HERE.parent)}
        yield Step(name="alone", command=(*command, *arguments), environ=environ, wheels=_built)


@dataclass(frozen=True, kw_only=True)
class Fromager:
    """`fromager bootstrap`: with a new output folder, and again."""

    installed: Competitors
    name: str = "fromager"

    def steps(self, case: Case, folder: Path) -> Iterator[Step]:
        """Cold, unchanged."""
        (folder / "settings").mkdir(parents=True)
        for package, environ in _package_environ(case.settings).items():
            text = json.dumps({"env": environ})  # JSON is YAML
            (folder / "settings" / f"{package}.yaml").write_text(text, encoding="utf-8")
        program = (self.installed.programs / "python", _HERE / "fromager_here.py", case.index)
        options = ("-O", folder / "out", "--settings-dir", folder / "settings")
        command = (*program, *options, "bootstrap", "-r", case.requirements)
        environ = surroundings(folder / "home", self.installed.programs)
        for name in ("cold", "again"):
            yield Step(
                name=name,
                command=command,
                environ=environ,
                wheels=lambda _: _count(folder / "out/wheels-repo/downloads"),
            )


@dataclass(frozen=True, kw_only=True)
class Pip:
    """`pip wheel --no-binary :all:` without its cache."""

    installed: Competitors
    name: str = "pip"

    def steps(self, case: Case, folder: Path) -> Iterator[Step]:
        """One run."""
        yield Step(
            name="cold",
            command=(
                *(self.installed.programs / "python", "-m", "pip", "wheel"),
                *("--no-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check"),
                *("--no-input", "--index-url", case.index),
                *("--wheel-dir", folder / "out", "-r", case.requirements),
            ),
            environ={**surroundings(folder / "home"), **_all_environ(case.settings)},
            wheels=lambda _: _logged(folder / PIP_LOG),
        )


@dataclass(frozen=True, kw_only=True)
class Uv:
    """`uv pip install --no-binary :all:` into a new environment, with a new cache."""

    installed: Competitors
    name: str = "uv"

    def steps(self, case: Case, folder: Path) -> Iterator[Step]:
        """One run."""
        uv = self.installed.programs / "uv"
        environ = {**surroundings(folder / "home"), **_all_environ(case.settings)}
        target, cache = folder / "environment", folder / "cache"
        python = case.python.path
        subprocess.run([uv, "venv", "--quiet", "--python", python, target], env=environ, check=True)
        yield Step(
            name="cold",
            command=(
                *(uv, "pip", "install", "--no-binary", ":all:", "--cache-dir", cache),
                *("--python", target / "bin/python", "--index-url", case.index),
                *("-r", case.requirements),
            ),
            environ=environ,
            wheels=lambda _: _count(cache),
        )


def bootstrap(case: Case, folder: Path) -> tuple[str | Path, ...]:
    """The arguments of `builder` for a case, with store and wheelhouse in `folder`."""
    return (
        *("bootstrap", case.requirements, "--wheelhouse", folder / "wheelhouse"),
        *("--store", folder / "store", "--settings", case.settings),
        *("--index-url", case.index, "--python", case.python.path),
    )


def _built(log: Path) -> int | None:
    lines = log.read_bytes().splitlines()
    return len(json.loads(lines[-1])["built"]) if lines else None


def _count(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*.whl") if path.is_file())


def _logged(path: Path) -> int | None:
    """The pips that pip starts for build environments write to the same log."""
    return len(_BUILT.findall(path.read_bytes())) if path.is_file() else None


def _package_environ(settings: Path) -> dict[str, dict[str, str]]:
    """Environment variables by package, as the settings of builder have them."""
    found = yaml.safe_load(settings.read_bytes()) or {}
    packages: dict[str, dict[str, dict[str, str]]] = found.get("packages") or {}
    return {name: rules["env"] for name, rules in packages.items() if "env" in rules}


def _all_environ(settings: Path) -> dict[str, str]:
    """The same for tools that know no packages of their own."""
    each = _package_environ(settings).values()
    return {name: value for environ in each for name, value in environ.items()}
