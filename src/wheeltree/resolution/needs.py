"""What one package of a solve needs of others: requirements split by project and extra."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.model.source import Candidate, Metadata
from wheeltree.resolution.policy import Bound, Markers, Policy, applies_in, bound_of
from wheeltree.resolution.wanted import Wanted

OTHER_PYTHON = "build for another interpreter (--python)"
NOBODY = "<nobody>"
"""Identifies what no candidate can satisfy."""


@dataclass(eq=False, slots=True, kw_only=True)
class Pin:
    """A candidate in a solve, or one extra of it; one object for each, compared by identity."""

    candidate: Candidate
    extra: str
    """"" for the project itself."""
    identifier: str

    def __str__(self) -> str:
        return str(self.candidate)


@dataclass(eq=False, slots=True, kw_only=True)
class Need:
    """One requirement on one project or on one extra of it; compared by identity.

    The resolver asks some hundred thousand times whether a pin satisfies a need: `verdicts` makes
    that one look-up.
    """

    identifier: str
    name: NormalizedName
    extra: str
    wanted: Wanted
    bound: Bound
    verdicts: dict[Pin, bool] = field(default_factory=dict, repr=False)


@dataclass(eq=False, slots=True, kw_only=True)
class SameSource(Need):
    """An extra's need of its own project, from the very same candidate."""

    candidate: Candidate


@dataclass(eq=False, slots=True, kw_only=True)
class Refused(Need):
    """What makes a candidate impossible, whatever else is chosen."""

    reason: str
    """The end of a sentence about the candidate."""
    remedy: str
    """What lifts it; "" where nothing does."""


def identified(name: NormalizedName, extra: str) -> str:
    """The key of a project, or of one extra of it, in a solve."""
    return f"{name}[{extra}]" if extra else name


def needs_of(wanted: Wanted) -> Iterator[Need]:
    """A requirement as one need for each of its extras, or one for the project."""
    bound = bound_of(wanted.requirement.specifier)
    extras: list[str] = sorted(map(canonicalize_name, wanted.requirement.extras))
    for extra in extras or [""]:
        yield Need(
            identifier=identified(wanted.name, extra),
            name=wanted.name,
            extra=extra,
            wanted=wanted,
            bound=bound,
        )


def freedom(need: Need) -> int:
    """How much choice a need leaves, so that the one with the least is tried first."""
    if isinstance(need, SameSource | Refused) or need.wanted.requirement.url:
        return 0
    if need.bound.pins:
        return 1
    return 2 if need.bound.caps else 3


def needs_within(pin: Pin, metadata: Metadata, policy: Policy) -> Iterator[Need]:
    """What a pin needs: its dependencies, or those that its extra adds."""
    try:
        if not policy.runs_on(SpecifierSet(metadata.requires_python)):
            wrong = policy.wrong_python(metadata.requires_python)
            yield refused(pin, wrong, OTHER_PYTHON)
            return
        markers = policy.interpreter.markers
        required = _required(metadata.requires_dist, markers, pin.extra)
    except (InvalidRequirement, InvalidSpecifier) as error:
        yield refused(pin, f"has metadata that cannot be read: {str(error).splitlines()[0]}")
        return
    if pin.extra:
        yield _same_source(pin)
    for requirement in required:
        yield from needs_of(Wanted(requirement=requirement, origin=str(pin)))


def refused(pin: Pin, reason: str, remedy: str = "") -> Refused:
    """The need that makes a pin impossible; see `Refused`."""
    name = pin.candidate.name
    wanted = Wanted(requirement=Requirement(name), origin=str(pin))
    return Refused(
        identifier=NOBODY,
        name=name,
        extra="",
        wanted=wanted,
        bound=bound_of(SpecifierSet()),
        reason=reason,
        remedy=remedy,
    )


def _same_source(pin: Pin) -> SameSource:
    name = pin.candidate.name
    wanted = Wanted(requirement=Requirement(name), origin=str(pin))
    return SameSource(
        identifier=name,
        name=name,
        extra="",
        wanted=wanted,
        bound=bound_of(SpecifierSet()),
        candidate=pin.candidate,
    )


@lru_cache(maxsize=1 << 16)
def _required(requires: tuple[str, ...], markers: Markers, extra: str) -> tuple[Requirement, ...]:
    """The requirements whose markers hold; for an extra, those that hold only with it."""
    parsed = map(_parsed, requires)
    if not extra:
        return tuple(each for each in parsed if applies_in(each, markers, ""))
    return tuple(
        each
        for each in parsed
        if each.marker and applies_in(each, markers, extra) and not applies_in(each, markers, "")
    )


@lru_cache(maxsize=1 << 16)
def _parsed(text: str) -> Requirement:
    return Requirement(text)
