"""What an installer would take from a wheelhouse on some machine, and why, without that machine."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from packaging.version import Version

from wheeltree.errors import UsageError
from wheeltree.host.interpreter import probe
from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.resolution.judgement import Loser
from wheeltree.resolution.problem import Problem, Solution
from wheeltree.resolution.resolve import solve
from wheeltree.resolution.variant_order import supported
from wheeltree.resolution.wanted import Wanted, parse
from wheeltree.session.simulated_world import SimulatedWorld


class Skipped(Frozen):
    """A newer version that has no wheel for the machine."""

    version: Version
    losers: tuple[Loser, ...]


class Choice(Frozen):
    """One file that would be installed."""

    package: str
    """`name==version`."""
    filename: str
    label: str
    """"" for a wheel without a label."""
    reason: str
    required_by: tuple[str, ...]
    """Requirements, each with who asks."""
    losers: tuple[Loser, ...]
    """The other wheels of its version."""
    skipped: tuple[Skipped, ...]


class Answer(Frozen):
    """Everything that would be installed."""

    choices: tuple[Choice, ...]
    """Sorted by name."""
    notices: tuple[str, ...]


def simulate(
    requirements: Sequence[str], *, wheelhouse: Path, machine: str, python: str, pre: bool
) -> Answer:
    """What an installer that knows variants takes from the index of a wheelhouse.

    machine: in words, as `resolution.variant_words` reads them. python: path or name of the
    interpreter that it installs for. UsageError for what cannot be read; ResolutionError, with the
    requirements that conflict, where nothing fits; StoreError where the wheelhouse is damaged.
    """
    wanted = tuple(map(_wanted, requirements))
    if not (wheelhouse / "simple").is_dir():
        raise UsageError(
            f"{wheelhouse} has no index, simple/",
            hint="name a wheelhouse with -o; `builder bootstrap` makes one",
        )
    interpreter = probe(python)
    architecture = interpreter.environment["platform_machine"]
    world = SimulatedWorld(wheelhouse, interpreter.tags, supported(machine, machine=architecture))
    problem = Problem(
        wanted=wanted, constraints=(), preferred={}, interpreter=interpreter, fixed={}, pre=pre
    )
    solution = solve(problem, world)
    choices = (_choice(each, solution, world) for each in solution.pins)
    return Answer(choices=tuple(choices), notices=solution.notices)


def _wanted(text: str) -> Wanted:
    found = parse(text, "command line")
    if not isinstance(found, Wanted):
        raise UsageError(
            f"{text!r:.200} is a path, which no wheelhouse has", hint="name a project of its index"
        )
    return found


def _choice(pin: Candidate, solution: Solution, world: SimulatedWorld) -> Choice:
    verdicts = world.verdicts(pin.name)
    taken = next(each for each in verdicts if each.version == pin.version)
    return Choice(
        package=str(pin),
        filename=pin.filename,
        label=taken.label,
        reason=taken.reason,
        required_by=tuple(_asking(pin, solution)),
        losers=taken.losers,
        skipped=tuple(
            Skipped(version=each.version, losers=each.losers)
            for each in verdicts
            if each.best is None and each.version > pin.version
        ),
    )


def _asking(pin: Candidate, solution: Solution) -> Iterable[str]:
    asked = (str(wanted) for _, child, wanted in solution.edges if child == str(pin))
    return dict.fromkeys(asked)
