"""Why there is no solution, said so that a person can mend it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import ResolutionError
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
    found = [
        each
        for name, causes in _by_project(failure)
        for each in obstacles(name, causes, problem.policy, listings.get(name))
    ]
    return ResolutionError(
        _sentence(wanted, problem.active_constraints, failure, found),
        details=[*_lines(failure), *(each.text for each in found)],
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


@dataclass(frozen=True, kw_only=True)
class _Origin:
    """Who has a need, leaving aside in which version."""

    top: str
    """Where what led to it is written."""
    names: tuple[str, ...]
    """What lies between `top` and the need: `name==version`, the last one only `name`."""


def _lines(failure: Failure) -> list[str]:
    """The needs of a conflict, one line for each, versions that need the same taken together."""
    lines: dict[str, None] = {}
    families: dict[_Origin, dict[str, list[Version]]] = {}
    for cause in failure.plain():
        top, pins = failure.chain(cause)
        if not pins:
            lines[str(top)] = None
            continue
        shown = tuple(dict.fromkeys(map(str, pins)))
        origin = _Origin(top=top.origin, names=(*shown[:-1], pins[-1].candidate.name))
        versions = families.setdefault(origin, {}).setdefault(_asks(cause), [])
        versions.append(pins[-1].candidate.version)
    return [*lines, *(line for each in families.items() for line in _family(*each))]


def _family(origin: _Origin, asks: Mapping[str, list[Version]]) -> Iterator[str]:
    first, *rest = origin.names
    for ask, versions in [*asks.items()][:_VARIANTS]:
        found = sorted(set(versions), reverse=True)
        last = f"=={found[0]}" if len(found) == 1 else f" {summary(found)}"
        if not rest:
            yield f"{first}{last} ({origin.top}) {ask}"
        else:
            yield f"{' -> '.join([f'{first} ({origin.top})', *rest])}{last} {ask}"
    others = len(asks) - _VARIANTS
    if others > 0:
        yield f"{origin.names[-1]}: {others} other versions each conflict likewise"


def _asks(cause: Cause) -> str:
    match cause.need:
        case Refused() as need:
            return need.reason
        case need:
            return f"requires {need.wanted.text}"


def _listed(parts: Sequence[str], word: str = "and") -> str:
    *first, last = parts
    return f"{', '.join(first)} {word} {last}" if first else last
