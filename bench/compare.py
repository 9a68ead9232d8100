"""Runs the tools on one requirement set, in turn, as often as asked: the pairs of every ratio."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.bound import Bound, bound
from bench.machine import cores
from bench.measure import Measure, measured
from bench.server import Local
from bench.tools import PIP_LOG, Backends, Case, Step, Tool

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Run:
    """One measured command."""

    tool: str
    step: str
    round: int
    """0 is the warm-up, which counts for nothing but the number of wheels."""
    measure: Measure
    wheels: int | None
    misses: int
    """How often the local index lacked something: more than 0 spoils the run."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All runs of one requirement set."""

    name: str
    runs: tuple[Run, ...]
    bounds: tuple[Bound, ...]
    """One for each round."""


class Bench:
    """One requirement set, the tools, and a folder for what they leave behind."""

    def __init__(self, case: Case, local: Local, folder: Path, say: Say) -> None:
        self._case = case
        self._local = local
        self._folder = folder
        self._say = say
        self._bounds: list[Bound] = []

    def compare(self, tools: Sequence[Tool], rounds: int) -> Comparison:
        """Each tool once to fill the local index, then all of them in turn, `rounds` times.

        A tool that fails in the warm-up takes no further part.
        """
        runs = [run for tool in tools for run in self._run(tool, 0)]
        self._bounds.clear()
        broken = {run.tool for run in runs if not run.measure.ok}
        fit = [tool for tool in tools if tool.name not in broken]
        for number in range(1, rounds + 1):
            runs += [run for tool in fit for run in self._run(tool, number)]
        return Comparison(
            name=self._case.requirements.stem, runs=tuple(runs), bounds=tuple(self._bounds)
        )

    def _run(self, tool: Tool, number: int) -> list[Run]:
        folder = self._folder / f"{tool.name}-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        runs = []
        for step in tool.steps(self._case, folder):
            runs.append(self._measured(tool, step, number, folder))
            if not runs[-1].measure.ok:
                return runs
        if isinstance(tool, Backends):
            plan = folder / "wheelhouse/plan.json"
            self._bounds.append(bound(folder / "trace.jsonl", plan, cores()))
        shutil.rmtree(folder)
        return runs

    def _measured(self, tool: Tool, step: Step, number: int, folder: Path) -> Run:
        log = self._folder / "logs" / f"{tool.name}-{step.name}-{number}.log"
        # Only pip's warm-up writes this log: it is how its wheels are counted.
        counting = {} if number else {"PIP_LOG": str(folder / PIP_LOG)}
        before = self._local.misses()
        measure = measured(
            step.command, environ={**step.environ, **counting}, folder=folder, log=log
        )
        run = Run(
            tool=tool.name,
            step=step.name,
            round=number,
            measure=measure,
            wheels=step.wheels(log) if measure.ok else None,
            misses=self._local.misses() - before,
        )
        self._say(_line(self._case.requirements.stem, run))
        return run


def _line(name: str, run: Run) -> str:
    what = f"{name} round {run.round}: {run.tool} {run.step}"
    if not run.measure.ok:
        return f"{what} FAILED, see {run.measure.log}"
    spoiled = f", {run.misses} misses" if run.misses and run.round else ""
    return (
        f"{what}: {run.measure.wall:.2f} s, {run.measure.cpu:.2f} s CPU"
        f" (elsewhere {run.measure.elsewhere:.1f} s){spoiled}"
    )


def last_words(log: Path) -> str:
    """The last line that a failed command printed."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    for line in reversed(lines):
        if line.startswith("{"):
            return str(json.loads(line).get("message", line))
        return line
    return ""
