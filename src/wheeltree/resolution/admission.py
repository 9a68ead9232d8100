"""Which candidates may be taken at all, whatever asks for them: the rules of `admission:`.

Each rule is a type of its own and pure: clock, advisories and the rest are passed in.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Literal, Protocol

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate, Licensing
from wheeltree.resolution.index import Listing
from wheeltree.resolution.licences import Licences

RuleName = Literal[
    "cooldown", "archived", "deprecated", "licences", "indexes", "vulnerabilities", "files"
]


class Rejection(Frozen):
    """What one rule has against a candidate."""

    rule: RuleName
    text: str
    """The end of a sentence about the candidate, with the rule and where it is written."""
    remedy: str = ""
    """What to do about it."""
    advisories: frozenset[str] = frozenset()
    """The names of the advisory that it is about."""


class Rule(Protocol):
    """One rule; where it is written is part of it."""

    def rejections(self, candidate: Candidate, listing: Listing | None) -> Iterator[Rejection]:
        """What speaks against a candidate; `listing`: what its index says, None where that is not
        known.
        """
        ...


class Waiver(Frozen):
    """An exception from rules, and why it is made."""

    rules: frozenset[str]
    packages: tuple[str, ...]
    """Patterns of canonical names."""
    versions: SpecifierSet | None = None
    """None for all of them."""
    advisories: frozenset[str] = frozenset()
    """What it puts up with: names of advisories, for that rule alone."""
    because: str
    where: str
    """`file:line`."""

    def names(self, name: NormalizedName) -> bool:
        """Whether a project is one of those that it is for."""
        return any(fnmatchcase(name, pattern) for pattern in self.packages)

    def is_for(self, candidate: Candidate) -> bool:
        """Whether a candidate is one of those that it is for."""
        versions = self.versions
        return self.names(candidate.name) and (
            versions is None or versions.contains(candidate.version, prereleases=True)
        )

    def lifts(self, rejection: Rejection, candidate: Candidate) -> bool:
        """Whether a candidate is let in against what one rule says."""
        known = not rejection.advisories or rejection.advisories & self.advisories
        return rejection.rule in self.rules and bool(known) and self.is_for(candidate)


class Admission(Frozen):
    """All rules, and the exceptions from them."""

    of_new: tuple[Rule, ...] = ()
    """Those that are not held against what an earlier plan chose: what is true of a moment, and
    would let a plan fall apart as time goes by."""
    of_all: tuple[Rule, ...] = ()
    """Those that hold for what was chosen before, too."""
    licences: Licences | None = None
    """None where every licence will do."""
    waivers: tuple[Waiver, ...] = ()

    def rejections(self, candidate: Candidate, listing: Listing | None) -> Iterator[Rejection]:
        """What speaks against a candidate that was not chosen before."""
        return self._left(candidate, listing, (*self.of_all, *self.of_new))

    def admits(self, candidate: Candidate, listing: Listing | None) -> bool:
        """Whether nothing does."""
        return next(self.rejections(candidate, listing), None) is None

    def keeps(self, candidate: Candidate) -> bool:
        """Whether a candidate that was chosen before may stay."""
        return next(self._left(candidate, None, self.of_all), None) is None

    def unlicensed(self, candidate: Candidate, licensing: Licensing) -> Rejection | None:
        """What speaks against the licence of a candidate; None if nothing does."""
        found = self.licences.complaint(licensing) if self.licences else None
        if found is None:
            return None
        text, remedy = found
        rejection = Rejection(rule="licences", text=text, remedy=remedy)
        return None if self._is_lifted(rejection, candidate) else rejection

    def allows_other_bytes(self, candidate: Candidate) -> bool:
        """Whether the file of a candidate may have other bytes than when it was first taken."""
        rejection = Rejection(rule="files", text="")
        return self._is_lifted(rejection, candidate)

    def _left(
        self, candidate: Candidate, listing: Listing | None, rules: tuple[Rule, ...]
    ) -> Iterator[Rejection]:
        for rule in rules:
            for rejection in rule.rejections(candidate, listing):
                if not self._is_lifted(rejection, candidate):
                    yield rejection

    def _is_lifted(self, rejection: Rejection, candidate: Candidate) -> bool:
        return any(each.lifts(rejection, candidate) for each in self.waivers)


EVERYTHING = Admission()
"""No rule at all."""


def waiving(name: NormalizedName, rule: RuleName, more: str = "") -> str:
    """How an exception is written, for a hint."""
    return (
        f"make an exception in `admission.exceptions`: "
        f"{{packages: [{name}], rules: [{rule}], {more}because: …}}"
    )
