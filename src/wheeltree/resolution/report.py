"""Why there is no solution, said so that a person can mend it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from packaging.utils import NormalizedName

from wheeltree.errors import ResolutionError
from wheeltree.model.source import Candidate
from wheeltree.resolution.failure import Cause, Failure
from wheeltree.resolution.index import Listing
from wheeltree.resolution.needs import Need, Refused
from wheeltree.resolution.obstacles import Obstacle, obstacles, summary
from wheeltree.resolution.problem import Problem
from wheeltree.resolution.wanted import Wanted

_MANY = 6
"""Requirements named in one sentence; with more, only those of the last conflict are."""
_VARIANTS = 3
"""Lines for one package whose versions each require something else."""


def conflict(
    problem: Problem, failure: Failure, listings: Mapping[NormalizedName, Listing]
) -> ResolutionError:
    """The error for a problem without a solution, whose wanted and constraints all take part."""
    wanted = problem.active if len(problem.active) <= _MANY else failure.involved()
    found = [*_refusals(failure)]
    for name, needs in _by_project(failure):
        found += obstacles(name, needs, problem.policy, listings.get(name))
    return ResolutionError(
        _sentence(wanted, problem.active_constraints, failure, found),
        details=[*_lines(failure), *(each.text for each in found if each.text)],
        hint=_hint(wanted, problem.active_constraints, found),
    )


def gave_up(failure: Failure) -> ResolutionError:
    """The error for a search that reached a limit."""
    names = ", ".join(sorted({each.need.name for each in failure.causes})) or "too many packages"
    return ResolutionError(
        f"no solution was found in {failure.exhausted}; the last conflict was about {names}",
        details=_lines(failure),
        hint="bound these more tightly, or pin one of them, so that less has to be tried",
    )


def _refusals(failure: Failure) -> Iterator[Obstacle]:
    """What makes candidates impossible by themselves; the lines of the conflict tell it too."""
    for need, parent in failure.causes:
        if isinstance(need, Refused):
            yield Obstacle(text="", reason=f"{parent} {need.reason}", remedy=need.remedy)


def _by_project(failure: Failure) -> Iterable[tuple[NormalizedName, list[Need]]]:
    found: dict[NormalizedName, list[Need]] = {}
    for cause in failure.plain():
        if not isinstance(cause.need, Refused):
            found.setdefault(cause.need.name, []).append(cause.need)
    return found.items()


def _sentence(
    wanted: Sequence[Wanted],
    constraints: Sequence[Wanted],
    failure: Failure,
    found: Sequence[Obstacle],
) -> str:
    parties = [*map(str, wanted), *(f"the constraint {each}" for each in constraints)]
    if len(parties) == 1:
        reason = next((each.reason for each in found if each.reason), "")
        return f"{parties[0]} cannot be satisfied{reason and ': '}{reason}"
    names = sorted({each.need.name for each in failure.plain() if type(each.need) is Need})
    about = f": they disagree on {_listed(names)}" if names else ""
    return f"{_listed(parties)} cannot be satisfied together{about}"


def _hint(
    wanted: Sequence[Wanted], constraints: Sequence[Wanted], found: Sequence[Obstacle]
) -> str:
    special = list(dict.fromkeys(each.remedy for each in found if each.remedy))
    if special:
        return "; or ".join(special)
    parties = [*map(str, wanted), *(f"the constraint {each}" for each in constraints)]
    return f"relax {_listed(parties, 'or')}"


class _Family(NamedTuple):
    """Needs that came about in the same way, leaving versions aside."""

    top: str
    """Where what led to them is written."""
    names: tuple[NormalizedName, ...]
    """The projects between `top` and the needs."""


def _lines(failure: Failure) -> list[str]:
    """The needs of a conflict, one line for each, versions that need the same taken together."""
    lines: dict[str, None] = {}
    families: dict[_Family, dict[str, list[tuple[Candidate, ...]]]] = {}
    for cause in failure.plain():
        top, pins = failure.chain(cause)
        if not pins:
            lines[str(top)] = None
            continue
        way = tuple(dict.fromkeys(pin.candidate for pin in pins))
        family = _Family(top.origin, tuple(each.name for each in way))
        families.setdefault(family, {}).setdefault(_asks(cause), []).append(way)
    return [*lines, *(line for each in families.items() for line in _family(*each))]


def _family(family: _Family, asks: Mapping[str, list[tuple[Candidate, ...]]]) -> Iterator[str]:
    for ask, ways in [*asks.items()][:_VARIANTS]:
        first, *rest = _shown(family, ways)
        yield f"{' -> '.join([f'{first} ({family.top})', *rest])} {ask}"
    others = len(asks) - _VARIANTS
    if others > 0:
        yield f"{others} other versions of {family.names[-1]} conflict likewise"


def _shown(family: _Family, ways: Sequence[tuple[Candidate, ...]]) -> list[str]:
    """One name for each project on the ways, with its versions only where they are told apart."""
    if len(ways) == 1:
        return [str(each) for each in ways[0]]
    versions = sorted({way[-1].version for way in ways}, reverse=True)
    last = f"=={versions[0]}" if len(versions) == 1 else f" {summary(versions)}"
    return [*family.names[:-1], f"{family.names[-1]}{last}"]


def _asks(cause: Cause) -> str:
    match cause.need:
        case Refused() as need:
            return need.reason
        case need:
            return f"requires {need.wanted.text}"


def _listed(parts: Sequence[str], word: str = "and") -> str:
    *first, last = parts
    return f"{', '.join(first)} {word} {last}" if first else last
