"""`python -m bench losses`: where a cold run of `builder` spends its time besides the backends."""

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.hooks import OTHER, TASK, Hook, read, used
from bench.machine import cores
from bench.measure import Measure, measured, surroundings
from bench.report import aligned
from bench.server import serving
from bench.sets import case_of, interpreter
from bench.tools import bootstrap

_ROOT = Path(__file__).parents[1]
_SHOWN = 12


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `python -m bench losses` takes."""
    parser.add_argument("set", nargs="?", default="pure", metavar="SET")
    parser.add_argument("--python", type=Path, help="interpreter that the wheels are for")


def run(given: argparse.Namespace) -> None:
    """Trace one cold run in the real sandbox on all cores, and say what it was made of.

    The local index must have been filled by `python -m bench sets`.
    """
    folder = given.work / "losses"
    shutil.rmtree(folder, ignore_errors=True)
    trace = folder / "trace.jsonl"
    with serving(given.work / "snapshot", None) as local:
        case = case_of(given.set, local, interpreter(given.python))
        measure = measured(
            (
                sys.executable,
                "-m",
                "bench.traced",
                "together",
                trace,
                *bootstrap(case, folder),
                "--json",
            ),
            environ={**surroundings(folder / "home"), "PYTHONPATH": str(_ROOT)},
            folder=folder,
            log=folder / "log",
        )
    if not measure.ok:
        raise SystemExit((folder / "log").read_text(encoding="utf-8"))
    hooks = read(trace)
    print(*_summary(measure, hooks, cores()), "", *_worst(hooks), sep="\n")


def _summary(measure: Measure, hooks: tuple[Hook, ...], lanes: int) -> Iterator[str]:
    tasks = [hook for hook in hooks if hook.hook == TASK]
    backends = [hook for hook in hooks if hook.backend]
    others = [hook for hook in hooks if hook.hook == OTHER]
    first, last = min(it.begun for it in tasks), max(it.ended for it in tasks)
    inside, outside = used(tasks, lanes), measure.wall - (last - first)
    yield f"wall {measure.wall:.2f} s: {outside:.2f} s before the first and after the last task"
    yield f"CPU {measure.cpu:.2f} s: {measure.own_cpu:.2f} s in the first process"
    yield f"CPU elsewhere {measure.elsewhere:.2f} s"
    yield f"{lanes} lanes from the first task to the last: {lanes * (last - first):.2f} s, of them"
    running = sum(hook.seconds for hook in backends)
    compiling = sum(hook.seconds for hook in others)
    yield f"  {running:7.2f} s in {len(backends)} jobs of backends, sandbox included"
    yield f"  {compiling:7.2f} s in {len(others)} other processes (bytecode, patches)"
    yield f"  {inside - running - compiling:7.2f} s in {len(tasks)} tasks around them"
    yield f"  {lanes * (last - first) - inside:7.2f} s without a task"


def _worst(hooks: tuple[Hook, ...]) -> list[str]:
    """The tasks that lost most around their hooks."""
    rows = []
    for task in hooks:
        if task.hook != TASK:
            continue
        parts = [hook for hook in hooks if _within(hook, task)]
        backend = sum(hook.seconds for hook in parts if hook.backend)
        other = sum(hook.seconds for hook in parts if hook.hook == OTHER)
        rows.append((task.seconds - backend - other, task, backend, other))
    rows.sort(key=lambda row: -row[0])
    table = [
        (
            f"{'ask' if task.question else 'build'} {task.subject}",
            *(f"{seconds:.2f}" for seconds in (task.seconds, backend, other, lost)),
        )
        for lost, task, backend, other in rows[:_SHOWN]
    ]
    return aligned([("task", "wall s", "backend", "other", "around"), *table])


def _within(hook: Hook, task: Hook) -> bool:
    same = (hook.subject, hook.question) == (task.subject, task.question)
    return hook is not task and same and task.begun <= hook.begun and hook.ended <= task.ended
