"""`python -m bench environment`: what the largest build environment of a set costs."""

import argparse
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.competitors import installed
from bench.measure import surroundings
from bench.report import aligned
from bench.server import serving
from bench.sets import case_of, interpreter
from bench.tools import BUILDER, bootstrap
from wheeltree.building.environments import Environments, environments
from wheeltree.building.shelf import realised
from wheeltree.building.venv import ENV
from wheeltree.host.interpreter import probe
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key
from wheeltree.model.platform import Interpreter
from wheeltree.sandbox.base import Bind, Job, Sandbox, within
from wheeltree.sandbox.choose import choose
from wheeltree.store.local import Store

_TIMES = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `python -m bench environment` takes."""
    parser.add_argument("set", nargs="?", default="pure", metavar="SET")
    parser.add_argument("--python", type=Path, help="interpreter that the wheels are for")


def run(given: argparse.Namespace) -> None:
    """Build the set, and time one environment made by us, by uv and by pip.

    The local index must have been filled by `python -m bench sets`.
    """
    python = interpreter(given.python)
    folder = given.work / "environment"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with serving(given.work / "snapshot", None) as local:
        arguments = bootstrap(case_of(given.set, local, python), folder)
        with (folder / "log").open("wb") as log:
            subprocess.run([BUILDER, *arguments], check=True, stdout=log, stderr=log)
    store, sandbox = Store(folder / "store"), choose(None)
    target = probe(str(python.path))
    subject, wheels = _largest(folder / "wheelhouse/plan.json", store)
    print(f"the environment of {subject}: {len(wheels)} wheels\n")
    ours = _Ours(wheels=wheels, store=store, sandbox=sandbox, interpreter=target)
    programs = installed(python, given.work).programs
    theirs = _Theirs(wheels=wheels, folder=folder, programs=programs, python=python.path)
    print(*aligned([("", "ms"), *ours.rows(), *theirs.rows()]), sep="\n")


def _largest(plan: Path, store: Store) -> tuple[str, tuple[Artifact, ...]]:
    packages: list[dict[str, Any]] = json.loads(plan.read_bytes())["packages"]
    known = {}
    for each in packages:
        found = realised(store, Key(each["key"]))
        assert found is not None
        known[str(found)] = found
    widest = max(packages, key=lambda each: len(each["environment"]))
    return widest["source"]["name"], tuple(known[pin] for pin in widest["environment"])


@dataclass(frozen=True, kw_only=True)
class _Ours:
    """The environment in our store."""

    wheels: tuple[Artifact, ...]
    store: Store
    sandbox: Sandbox
    interpreter: Interpreter

    def rows(self) -> Iterator[tuple[str, str]]:
        """Each part of its cost."""
        yield "in a new run, its wheels from the store, merged", _often(self._made)
        with environments(self.store, self.sandbox) as made:
            environment = made.shared(self.wheels, self.interpreter)
            yield "again in the same run", _often(lambda: self._again(made))
            yield "sandbox: start /bin/true", _often(lambda: self._run("/bin/true"))
            python = f"{ENV}/bin/python"
            yield (
                "sandbox: start its python",
                _often(lambda: self._run(python, "-c", "", environment=environment)),
            )

    def _made(self) -> None:
        with environments(self.store, self.sandbox) as made:
            self._again(made)

    def _again(self, made: Environments) -> None:
        made.shared(self.wheels, self.interpreter)

    def _run(self, *command: str, environment: Path | None = None) -> None:
        binds = () if environment is None else (Bind(source=environment, target=ENV),)
        prefix = self.interpreter.prefix
        job = Job(argv=command, cwd="/", environ={}, binds=binds, prefix=prefix, native=False)
        with open(os.devnull, "wb") as log:  # noqa: PTH123  a device
            assert self.sandbox.run(job, log=log.fileno(), patience=within(None)).returncode == 0


@dataclass(frozen=True, kw_only=True)
class _Theirs:
    """The same wheels in a new virtual environment."""

    wheels: tuple[Artifact, ...]
    folder: Path
    programs: Path
    python: Path

    def rows(self) -> Iterator[tuple[str, str]]:
        """With uv, whose cache has them, and with pip."""
        self._uv()
        yield "uv: venv and install from its cache", _often(self._uv)
        yield "pip: venv and install", _often(self._pip)

    def _uv(self) -> None:
        uv, target = self.programs / "uv", self.folder / "uv"
        self._call(uv, "venv", "--clear", "--python", self.python, target)
        self._call(uv, "pip", "install", "--python", target / "bin/python", *self._options())

    def _pip(self) -> None:
        target = self.folder / "pip"
        self._call(self.python, "-m", "venv", "--clear", target)
        self._call(target / "bin/python", "-m", "pip", "install", *self._options())

    def _options(self) -> tuple[str | Path, ...]:
        house = self.folder / "wheelhouse"
        pins = (str(wheel) for wheel in self.wheels)
        where = ("--find-links", house, "--find-links", house / "build")
        return ("--no-index", "--no-deps", *where, *pins)

    def _call(self, *command: str | Path) -> None:
        environ = surroundings(self.folder / "home")
        subprocess.run(command, env=environ, check=True, capture_output=True)


def _often(work: Callable[[], object]) -> str:
    return f"{median(_milliseconds(work) for _ in range(_TIMES)):.1f}"


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return (time.monotonic() - begun) * 1e3
