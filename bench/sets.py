"""`python -m bench sets`: the real requirement sets, with every tool."""

import argparse
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from bench.compare import Bench, Comparison, last_words
from bench.competitors import Competitors, installed
from bench.interpreters import Python, asked, best
from bench.machine import described
from bench.report import raw, table
from bench.results import kept
from bench.server import Local, serving
from bench.tools import Backends, Builder, Case, Fromager, Pip, Tool, Uv

_ASK_PIP = """
from pip._internal.commands import create_command
print(create_command("install").parser.get_default_values().index_url)
"""
_ROOT = Path(__file__).parents[1]
_TOOLS: dict[str, Callable[[Competitors], Tool]] = {
    "builder": lambda _: Builder(),
    "backends": lambda _: Backends(),
    "fromager": lambda it: Fromager(installed=it),
    "pip": lambda it: Pip(installed=it),
    "uv": lambda it: Uv(installed=it),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `python -m bench sets` takes."""
    parser.add_argument("sets", nargs="*", default=["tiny", "pure"], metavar="SET")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(_TOOLS), metavar="TOOL,...")
    parser.add_argument("--python", type=Path, help="interpreter that the wheels are for")
    parser.add_argument("--refresh", action="store_true", help="ask the index anew")


def run(given: argparse.Namespace) -> None:
    """Measure, print the tables, and leave the numbers in the work folder."""
    python = interpreter(given.python)
    competitors = installed(python, given.work)
    tools = [_TOOLS[name](competitors) for name in given.only.split(",")]
    snapshot = given.work / "snapshot"
    if given.refresh:
        shutil.rmtree(snapshot, ignore_errors=True)
    machine = {**described(), "python": str(python), **competitors.versions}
    print(*(f"{name}: {value}" for name, value in machine.items()), sep="\n")
    comparisons = []
    with serving(snapshot, _upstream(competitors)) as local:
        for name in given.sets:
            case = case_of(name, local, python)
            bench = Bench(case, local, given.work / "runs" / case.requirements.stem, _say)
            comparisons.append(bench.compare(tools, given.rounds))
            _print(comparisons[-1])
    numbers = {"machine": machine, "sets": [raw(each) for each in comparisons]}
    print(f"raw numbers: {kept(given.work, 'sets', numbers)}")


def case_of(name: str, local: Local, python: Python) -> Case:
    """The requirement set of that name in `e2e`, or that file, with this project's settings."""
    settings = _ROOT / "settings.yaml"
    return Case(requirements=_file(name), index=local.url, python=python, settings=settings)


def interpreter(path: Path | None) -> Python:
    """The interpreter at `path`, or the best one of this machine."""
    if path is None:
        return best()
    python = asked(path)
    if python is None:
        raise SystemExit(f"{path} is no interpreter that runs")
    return python


def _upstream(competitors: Competitors) -> str:
    """The index that pip would use: written down nowhere."""
    python = competitors.programs / "python"
    answer = subprocess.run([python, "-c", _ASK_PIP], stdout=subprocess.PIPE, text=True, check=True)
    return answer.stdout.strip()


def _file(name: str) -> Path:
    path = Path(name)
    return path.absolute() if path.is_file() else _ROOT / "e2e" / f"{name}.txt"


def _say(text: str) -> None:
    print(text, flush=True)


def _print(comparison: Comparison) -> None:
    print("", *table(comparison), sep="\n")
    for each in comparison.runs:
        if not each.measure.ok:
            print(f"{each.tool} {each.step} failed: {last_words(Path(each.measure.log))}")
    print(flush=True)
