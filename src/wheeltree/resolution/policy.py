"""Which candidates of a project are allowed, and in what order they are tried."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal, NamedTuple

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.model.leniency import accepts_program
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate
from wheeltree.resolution.admission import EVERYTHING, Admission
from wheeltree.resolution.index import Listing
from wheeltree.resolution.wanted import Wanted

Markers = tuple[tuple[str, str], ...]
"""The environment that markers are evaluated in (PEP 508)."""


def applies(requirement: Requirement, interpreter: Interpreter, extra: str = "") -> bool:
    """Whether the marker of a requirement holds for the interpreter and one extra (PEP 508)."""
    return applies_in(requirement, interpreter.markers, extra)


def applies_in(requirement: Requirement, markers: Markers, extra: str) -> bool:
    """Whether the marker of a requirement holds in an environment and for one extra."""
    if requirement.marker is None:
        return True
    return _holds(str(requirement.marker), markers, extra)


@lru_cache(maxsize=1 << 16)
def _holds(marker: str, markers: Markers, extra: str) -> bool:
    return Marker(marker).evaluate({**dict(markers), "extra": extra})


class Bound(NamedTuple):
    """A version specifier, with what is asked of it again and again."""

    text: str
    names_pre: bool
    """Whether it names a pre-release, which allows them."""
    pins: bool
    """Whether it is one version exactly, which allows a yanked one."""
    caps: bool
    """Whether it has an upper bound."""


def bound_of(specifier: SpecifierSet) -> Bound:
    """`specifier` as a Bound."""
    return _bound(str(specifier))


@lru_cache(maxsize=1 << 14)
def _bound(text: str) -> Bound:
    parts = SpecifierSet(text)
    exact = [each for each in parts if each.operator in {"==", "==="}]
    return Bound(
        text=text,
        names_pre=bool(parts.prereleases),
        pins=any(not each.version.endswith(".*") for each in exact),
        caps=bool(exact) or any(each.operator in {"<", "<=", "~="} for each in parts),
    )


def accepts(bound: Bound, version: Version) -> bool:
    """Whether the version lies within the bound, pre-release or not."""
    if "===" in bound.text:  # compares spelling, and equal versions may be spelled differently
        return SpecifierSet(bound.text).contains(version, prereleases=True)
    return not bound.text or _contains(bound.text, version)


def admits(bound: Bound, candidate: Candidate) -> bool:
    """Whether the candidate lies within the bound; of a program's version as much as it has."""
    if candidate.kind == "system":
        return accepts_program(bound.text, candidate.version)
    return accepts(bound, candidate.version)


@lru_cache(maxsize=1 << 18)
def _contains(text: str, version: Version) -> bool:
    return _parsed(text).contains(version, prereleases=True)


@lru_cache(maxsize=1 << 14)
def _parsed(text: str) -> SpecifierSet:
    return SpecifierSet(text)


class Objection(NamedTuple):
    """Why one candidate is not allowed."""

    kind: Literal[
        "python",
        "hash",
        "fixed",
        "constraint",
        "requirement",
        "yanked",
        "pre-release",
        "admission",
    ]
    text: str
    remedy: str = ""
    """What lifts it, where that does not follow from its kind."""


class Policy(Frozen):
    """What holds for every candidate of a solve, whoever asks for it.

    Pre-releases are allowed as in pip: by `pre`, by a specifier that names one, or where no
    release matches. Yanked ones need a specifier that pins (PEP 592).
    """

    interpreter: Interpreter
    pre: bool
    constraints: Mapping[NormalizedName, tuple[Wanted, ...]]
    hashes: Mapping[NormalizedName, frozenset[Digest]]
    """Digests that a project's source may have."""
    require_hashes: bool
    """Whether a project without hashes is out."""
    fixed: Mapping[NormalizedName, Version]
    """Versions that were settled before."""
    admission: Admission = EVERYTHING

    def choose(self, listing: Listing, bounds: Sequence[Bound]) -> Iterator[Candidate]:
        """The allowed candidates that lie within all bounds, best first."""
        bounds = (*bounds, *self.bounds_on(listing.name))
        settled = listing.name in self.fixed
        pre_allowed = self.pre or settled or any(each.names_pre for each in bounds)
        yanked_allowed = settled or any(each.pins for each in bounds)
        released = False
        held_back = []
        for found in listing.candidates:
            if not (self._suits(found, bounds) and self.admission.admits(found, listing)):
                continue
            if found.version.is_prerelease and not pre_allowed:
                held_back.append(found)
                continue
            released = True
            if found.yanked is None or yanked_allowed:
                yield from self._trusted(found)
        if held_back and not released and not _any_release(listing.wheels_only, bounds):
            allowed = (each for each in held_back if each.yanked is None or yanked_allowed)
            for found in allowed:
                yield from self._trusted(found)

    def keeps(self, candidate: Candidate, bounds: Iterable[Bound]) -> bool:
        """Whether a candidate that was chosen before may stay, yanked or pre-release meanwhile."""
        return self.admission.keeps(candidate) and self._fits(candidate, bounds)

    def takes(self, candidate: Candidate, bounds: Iterable[Bound]) -> bool:
        """Whether a candidate that somebody names by its URL will do."""
        return self.admission.admits(candidate, None) and self._fits(candidate, bounds)

    def _fits(self, candidate: Candidate, bounds: Iterable[Bound]) -> bool:
        bounds = (*bounds, *self.bounds_on(candidate.name))
        return self._suits(candidate, bounds) and any(self._trusted(candidate))

    def bounds_on(self, name: NormalizedName) -> tuple[Bound, ...]:
        """The constraints' bounds on a project."""
        found = self.constraints.get(name, ())
        return tuple(bound_of(each.requirement.specifier) for each in found)

    def objections(
        self, candidate: Candidate, bounds: Sequence[Bound], listing: Listing | None = None
    ) -> tuple[Objection, ...]:
        """Everything that speaks against a candidate, for a person to read."""
        ruled_out = (
            Objection("admission", each.text, each.remedy)
            for each in self.admission.rejections(candidate, listing)
        )
        return (*self._objections(candidate, bounds), *ruled_out)

    def _suits(self, candidate: Candidate, bounds: Iterable[Bound]) -> bool:
        return (
            all(admits(each, candidate) for each in bounds)
            and self.runs_on(candidate.requires_python)
            and self.fixed.get(candidate.name, candidate.version) == candidate.version
        )

    def runs_on(self, requires_python: SpecifierSet | None) -> bool:
        """Whether Requires-Python accepts the interpreter."""
        if requires_python is None:
            return True
        return accepts(bound_of(requires_python), self.interpreter.python)

    def wrong_python(self, requires_python: str) -> str:
        """What is said of a candidate that does not run on the interpreter."""
        return f"needs Python {requires_python}, and the wheels are for {self.interpreter.version}"

    def _trusted(self, candidate: Candidate) -> Iterator[Candidate]:
        """The candidate if its hash is one that was asked for. Where its index promises none and
        one was asked for, that one is promised.
        """
        hashes = self.hashes.get(candidate.name, frozenset())
        if candidate.digest is None and len(hashes) == 1:
            yield replace(candidate, digest=next(iter(hashes)))
        elif candidate.digest in hashes or not (hashes or self.require_hashes):
            yield candidate

    def _objections(self, candidate: Candidate, bounds: Sequence[Bound]) -> Iterator[Objection]:
        if not self.runs_on(candidate.requires_python):
            yield Objection("python", self.wrong_python(str(candidate.requires_python)))
        settled = self.fixed.get(candidate.name, candidate.version)
        if settled != candidate.version:
            yield Objection("fixed", f"is not {settled}, which was settled before")
        for each in bounds:
            if not admits(each, candidate):
                yield Objection("requirement", f"is not {each.text}")
        for wanted in self.constraints.get(candidate.name, ()):
            if not admits(bound_of(wanted.requirement.specifier), candidate):
                yield Objection("constraint", f"is excluded by the constraint {wanted}")
        if not any(self._trusted(candidate)):
            yield Objection("hash", self._distrust(candidate))
        yield from self._unasked(candidate, (*bounds, *self.bounds_on(candidate.name)))

    def _unasked(self, candidate: Candidate, bounds: Sequence[Bound]) -> Iterator[Objection]:
        """Objections that a requirement could lift by naming the version."""
        if candidate.name in self.fixed:
            return
        if candidate.yanked is not None and not any(each.pins for each in bounds):
            yield Objection("yanked", f"was yanked: {candidate.yanked or 'no reason given'}")
        named = self.pre or any(each.names_pre for each in bounds)
        if candidate.version.is_prerelease and not named:
            yield Objection("pre-release", "is a pre-release")

    def _distrust(self, candidate: Candidate) -> str:
        if candidate.name not in self.hashes:
            return "has no hash in the requirements, and they must be hashed"
        if candidate.digest is None:
            return "comes from an index without SHA-256, and several hashes are allowed"
        return f"has the hash {candidate.digest}, which is not among those that are allowed"


def _any_release(versions: Iterable[Version], bounds: Sequence[Bound]) -> bool:
    return any(
        not version.is_prerelease and all(accepts(each, version) for each in bounds)
        for version in versions
    )


def allowed_hashes(wanted: Iterable[Wanted]) -> dict[NormalizedName, frozenset[Digest]]:
    """By project, the hashes that all who name any agree on."""
    found: dict[NormalizedName, frozenset[Digest]] = {}
    for each in wanted:
        if each.hashes:
            found[each.name] = found.get(each.name, each.hashes) & each.hashes
    return found
