"""The runs as a table and as JSON: medians, and medians of the ratios of pairs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from bench.compare import Comparison, Run
from bench.measure import Measure

_BUSY = 0.05
"""Share of the machine that may be busy elsewhere before the reader is warned."""
_HEAD = (
    "",
    "wall s",
    "CPU s",
    "largest MiB",
    "own MiB",
    "wheels",
    "wall / builder",
    "wall / bound",
)


def table(comparison: Comparison) -> list[str]:
    """The lines to print for one requirement set."""
    rows = [_row(comparison, tool, step) for tool, step in _steps(comparison)]
    return [
        f"{comparison.name}: {_rounds(comparison)} rounds",
        *aligned([_HEAD, *rows]),
        *_bound_lines(comparison),
        *_warnings(comparison),
    ]


def raw(comparison: Comparison) -> dict[str, Any]:
    """Everything that was measured."""
    return {
        "set": comparison.name,
        "runs": [asdict(run) for run in comparison.runs],
        "bounds": [{**asdict(each), "seconds": each.seconds} for each in comparison.bounds],
    }


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as text, the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            text.ljust(width) if not place else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _steps(comparison: Comparison) -> dict[tuple[str, str], None]:
    return dict.fromkeys((run.tool, run.step) for run in comparison.runs)


def _rounds(comparison: Comparison) -> int:
    return max((run.round for run in comparison.runs), default=0)


def _counted(comparison: Comparison, tool: str, step: str) -> list[Run]:
    return [
        run
        for run in comparison.runs
        if (run.tool, run.step) == (tool, step) and run.round and run.measure.ok
    ]


def _row(comparison: Comparison, tool: str, step: str) -> tuple[str, ...]:
    runs = _counted(comparison, tool, step)
    if not runs:
        return (f"{tool} {step}", *["failed"], *[""] * (len(_HEAD) - 2))
    return (
        f"{tool} {step}",
        f"{_median(runs, lambda it: it.wall):.2f}",
        f"{_median(runs, lambda it: it.cpu):.2f}",
        f"{_median(runs, lambda it: it.largest_megabytes):.0f}",
        f"{_median(runs, lambda it: it.own_megabytes):.0f}",
        _wheels(comparison, tool, step),
        _ratio(runs, {each.round: each.measure.wall for each in _standard(comparison)}),
        _ratio(runs, dict(enumerate((each.seconds for each in comparison.bounds), 1))),
    )


def _standard(comparison: Comparison) -> list[Run]:
    return _counted(comparison, "builder", "cold")


def _median(runs: Iterable[Run], number: Callable[[Measure], float]) -> float:
    return median(number(run.measure) for run in runs)


def _wheels(comparison: Comparison, tool: str, step: str) -> str:
    counts = [
        run.wheels
        for run in comparison.runs
        if (run.tool, run.step) == (tool, step) and run.wheels is not None
    ]
    return str(counts[-1]) if counts else "?"


def _ratio(runs: Iterable[Run], others: dict[int, float]) -> str:
    """Each run against the other number of its own round."""
    pairs = [run.measure.wall / others[run.round] for run in runs if run.round in others]
    return f"{median(pairs):.2f}" if pairs else "?"


def _bound_lines(comparison: Comparison) -> list[str]:
    if not comparison.bounds:
        return []
    middle = sorted(comparison.bounds, key=lambda each: each.seconds)[len(comparison.bounds) // 2]
    work = f"{middle.hooks} hooks, {middle.work:.2f} core-seconds on {middle.cores} cores"
    share = f"{middle.work / middle.cores:.2f} s"
    return [
        f"lower bound {middle.seconds:.2f} s: {work} ({share}), longest chain {middle.chain:.2f} s",
        f"  chain: {', '.join(middle.path)}",
    ]


def _warnings(comparison: Comparison) -> list[str]:
    counted = [run for run in comparison.runs if run.round]
    noisy = [run for run in counted if run.measure.elsewhere > _BUSY * run.measure.wall + 0.1]
    missed = [run for run in counted if run.misses]
    found = []
    if noisy:
        found.append(f"note: the machine was also busy elsewhere in {len(noisy)} runs")
    if missed:
        names = sorted({f"{run.tool} {run.step}" for run in missed})
        found.append(f"note: the local index had to ask upstream in runs of {', '.join(names)}")
    return found
