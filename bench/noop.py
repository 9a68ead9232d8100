"""`python -m bench noop`: what a run with nothing to do, and planning, cost in a made-up tree."""

import argparse
import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench.interpreters import Python, asked
from bench.machine import described
from bench.measure import Measure, measured, surroundings
from bench.report import aligned
from bench.results import kept
from bench.server import Local, serving
from bench.synthetic import tree, wanted, write_index
from bench.tools import BUILDER, Case, bootstrap

_SIZES = (100, 300, 1000)
_HEAD = ("packages", "run", "wall s", "CPU s", "own CPU ms/package", "own MiB")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One measured run of `builder` on a made-up tree."""

    packages: int
    step: str
    measure: Measure


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `python -m bench noop` takes."""
    parser.add_argument("--packages", type=int, default=_SIZES[-1], help="of the largest tree")
    parser.add_argument("--rounds", type=int, default=5)


def run(given: argparse.Namespace) -> None:
    """Measure trees of growing size, print the table and keep the numbers."""
    python = asked(Path(sys.executable))
    assert python is not None
    trials: list[Trial] = []
    for size in (*(each for each in _SIZES if each < given.packages), given.packages):
        folder = given.work / "tree" / str(size)
        shutil.rmtree(folder, ignore_errors=True)
        write_index(tree(size), folder / "index")
        with serving(folder / "index", None) as local:
            found = _Tree(size=size, folder=folder, local=local, python=python)
            for trial in found.trials(given.rounds):
                print(*_row([trial]), flush=True)
                trials.append(trial)
        shutil.rmtree(folder)
    print("", *_table(trials), sep="\n")
    raw = {"machine": described(), "trials": [asdict(trial) for trial in trials]}
    print(f"raw numbers: {kept(given.work, 'noop', raw)}")


@dataclass(frozen=True, kw_only=True)
class _Tree:
    """A tree of one size, and where it is built."""

    size: int
    folder: Path
    local: Local
    python: Python

    def trials(self, rounds: int) -> Iterator[Trial]:
        """Built once, and then with less and less to do."""
        command = bootstrap(self._case(), self.folder)
        yield self._trial("cold", command)
        for _ in range(rounds):
            yield self._trial("again", command)
        for _ in range(rounds):
            yield self._trial("upgrade", (*command, "--upgrade"))
        for _ in range(rounds):
            # The store knows every answer, but no plan says which versions to prefer.
            shutil.rmtree(self.folder / "wheelhouse")
            yield self._trial("plan", (*command, "--plan-only"))

    def _case(self) -> Case:
        requirements, settings = self.folder / "tree.txt", self.folder / "settings.yaml"
        requirements.write_text(wanted(self.size), encoding="utf-8")
        settings.write_text("", encoding="utf-8")
        return Case(
            requirements=requirements,
            index=self.local.url,
            python=self.python,
            settings=settings,
        )

    def _trial(self, step: str, command: tuple[str | Path, ...]) -> Trial:
        log = self.folder / f"{step}.log"
        measure = measured(
            (BUILDER, *command, "--json"),
            environ=surroundings(self.folder / "home"),
            folder=self.folder,
            log=log,
        )
        if not measure.ok:
            raise SystemExit(log.read_text(encoding="utf-8"))
        if step == "cold":
            built = json.loads(log.read_bytes().splitlines()[-1])["built"]
            assert len(built) == self.size + 1, f"{len(built)} of {self.size} were built"
        return Trial(packages=self.size, step=step, measure=measure)


def _table(trials: Iterable[Trial]) -> list[str]:
    groups: dict[tuple[int, str], list[Trial]] = {}
    for trial in trials:
        groups.setdefault((trial.packages, trial.step), []).append(trial)
    return aligned([_HEAD, *(_row(group) for group in groups.values())])


def _row(trials: list[Trial]) -> tuple[str, ...]:
    first, measures = trials[0], [trial.measure for trial in trials]
    own = median(each.own_cpu for each in measures)
    return (
        str(first.packages),
        first.step,
        f"{median(each.wall for each in measures):.2f}",
        f"{median(each.cpu for each in measures):.2f}",
        f"{own / first.packages * 1e3:.2f}",
        f"{max(each.own_megabytes for each in measures):.0f}",
    )
