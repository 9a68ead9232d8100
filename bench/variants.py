"""`python -m bench variants`: what three variants cost in which little differs."""

import argparse
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

from bench.machine import cores, described
from bench.measure import Measure, measured, surroundings
from bench.report import aligned
from bench.results import kept
from bench.server import serving
from bench.sets import case_of, interpreter
from bench.tools import BUILDER, Case, bootstrap

_ROOT = Path(__file__).parents[1]
_NAMES = ("cpu", "one", "other")
_HEAD = ("", "wall s", "CPU s", "wheels", "own builds s")
_GOAL = 1.15


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A cold run of one variant, or of three."""

    variants: int
    round: int
    """0 is the warm-up, which counts for nothing."""
    measure: Measure
    wheels: int
    own: float
    """Seconds that the builds took which only the second and third variant need."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `python -m bench variants` takes."""
    parser.add_argument("set", nargs="?", default="pure", metavar="SET")
    parser.add_argument("--differ", default="markupsafe,idna", metavar="NAME,...")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", type=Path, help="interpreter that the wheels are for")


def run(given: argparse.Namespace) -> None:
    """Measure, print the table and the ratios, and leave the numbers in the work folder.

    The local index must have been filled by `python -m bench sets`.
    """
    folder = given.work / "variants"
    shutil.rmtree(folder, ignore_errors=True)
    differ = given.differ.split(",")
    machine = described()
    print(*(f"{name}: {value}" for name, value in machine.items()), sep="\n")
    with serving(given.work / "snapshot", None) as local:
        case = case_of(given.set, local, interpreter(given.python))
        cases = {
            count: replace(case, settings=_settings(folder / f"collection-{count}", count, differ))
            for count in (1, len(_NAMES))
        }
        trials = list(_trials(cases, folder, given.rounds))
    counted = [trial for trial in trials if trial.round]
    print("", *_table(counted), "", *_ratios(counted), sep="\n")
    numbers = {"machine": machine, "differ": differ, "trials": [asdict(each) for each in trials]}
    print(f"raw numbers: {kept(given.work, 'variants', numbers)}")


def _settings(folder: Path, count: int, differ: Iterable[str]) -> Path:
    """The collection's settings with so many variants; all but the first have some packages."""
    folder.mkdir(parents=True)
    for name in ("settings", "patches"):
        (folder / name).symlink_to(_ROOT / name)
    packages: dict[str, object] = {name: {} for name in differ}
    said: dict[str, object] = {
        name: {"env": {"WHEELTREE_BENCH": name}, "packages": packages} if place else {}
        for place, name in enumerate(_NAMES[:count])
    }
    file = folder / "settings.yaml"
    text = (_ROOT / "settings.yaml").read_text(encoding="utf-8")
    file.write_text(f"{text}\nvariants: {json.dumps(said)}\n", encoding="utf-8")  # JSON is YAML
    return file


def _trials(cases: dict[int, Case], folder: Path, rounds: int) -> Iterator[Trial]:
    """Each case with an empty store in turn; who begins changes with the round."""
    for number in range(rounds + 1):
        for count in sorted(cases, reverse=bool(number % 2)):
            trial = _trial(cases[count], folder / "run", count, number)
            print(*_row([trial]), flush=True)
            yield trial


def _trial(case: Case, folder: Path, count: int, number: int) -> Trial:
    folder.mkdir(parents=True)
    log = folder.parent / f"{count}-{number}.log"
    measure = measured(
        (BUILDER, *bootstrap(case, folder), "--json"),
        environ=surroundings(folder / "home"),
        folder=folder,
        log=log,
    )
    if not measure.ok:
        raise SystemExit(log.read_text(encoding="utf-8"))
    events = [json.loads(line) for line in log.read_bytes().splitlines()]
    shutil.rmtree(folder)
    return Trial(
        variants=count,
        round=number,
        measure=measure,
        wheels=len(events[-1]["built"]),
        own=sum(each["seconds"] for each in events if _is_own(each)),
    )


def _is_own(event: dict[str, str]) -> bool:
    return event["event"] == "built" and event["subject"].endswith("]")


def _table(trials: list[Trial]) -> list[str]:
    counts = dict.fromkeys(trial.variants for trial in sorted(trials, key=lambda it: it.variants))
    rows = (_row([trial for trial in trials if trial.variants == count]) for count in counts)
    return aligned([_HEAD, *rows])


def _row(trials: list[Trial]) -> tuple[str, ...]:
    first = trials[0]
    return (
        f"{first.variants} variants" if first.variants > 1 else "one variant",
        f"{median(each.measure.wall for each in trials):.2f}",
        f"{median(each.measure.cpu for each in trials):.2f}",
        str(first.wheels),
        f"{median(each.own for each in trials):.2f}",
    )


def _ratios(trials: list[Trial]) -> Iterator[str]:
    """Of the runs of one round. At best, builds that are added keep all cores busy."""
    single = {each.round: each.measure.wall for each in trials if each.variants == 1}
    several = [each for each in trials if each.variants > 1]
    plain = [each.measure.wall / single[each.round] for each in several]
    fair = [each.measure.wall / (single[each.round] + each.own / cores()) for each in several]
    yield f"wall / one variant: {_spread(plain)}"
    yield f"wall / (one variant + own builds on all cores): {_spread(fair)}, shall be {_GOAL}"


def _spread(ratios: list[float]) -> str:
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
