"""Which wheel of a version fits a machine best, and what speaks against each of the others.

The order is that of uv: the rank of the variant (PEP 825), then the best tag, then the build
number. A wheel without a label comes after all variants that fit.
"""

from collections.abc import Mapping, Sequence

from packaging.utils import BuildTag
from packaging.version import Version

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.model.variant import NULL, Label, Property
from wheeltree.model.variant_file import VariantFile
from wheeltree.resolution.labelled_wheels import LabelledWheel, Release
from wheeltree.resolution.variant_order import matched, ranked, unmet
from wheeltree.resolution.variant_providers import heard, is_known
from wheeltree.resolution.variant_words import Supported

_FEW = 4
"""Values that are all named."""


class Loser(Frozen):
    """A wheel that is not installed."""

    filename: str
    reason: str


class Verdict(Frozen):
    """What a machine would take of one version."""

    version: Version
    best: Candidate | None
    """None where nothing fits."""
    label: str = ""
    reason: str = ""
    """Why it is the best."""
    losers: tuple[Loser, ...]


def judged(
    release: Release, said: VariantFile | None, tags: Sequence[str], machine: Supported
) -> Verdict:
    """Which wheel of a release a machine would take, and what speaks against each of the others.

    said: what the release's labels mean; None where nothing says it. tags: of the interpreter that
    it is for, best first. Requires-Python does not take part: it is the same in all wheels of a
    version, and installers look at it afterwards.
    """
    judge = _Judge(said, tags, machine)
    objections = {each.candidate.filename: judge.objection(each) for each in release.wheels}
    fitting = [each for each in release.wheels if not objections[each.candidate.filename]]
    best = max(fitting, key=judge.worth, default=None)
    losers = (
        Loser(
            filename=each.candidate.filename,
            reason=objections[each.candidate.filename] or judge.lost(each, best),
        )
        for each in release.wheels
        if each is not best
    )
    return Verdict(
        version=release.version,
        best=best.candidate if best else None,
        label=best.label if best else "",
        reason=judge.merit(best.label) if best else "",
        losers=tuple(losers),
    )


class _Judge:
    """Compares the wheels of one release."""

    def __init__(self, said: VariantFile | None, tags: Sequence[str], machine: Supported) -> None:
        self._said = said
        self._places: Mapping[str, int] = {tag: at for at, tag in enumerate(tags)}
        self._machine = heard(said.vocabulary, machine) if said else machine
        order: Sequence[Label] = ranked(said.labels, said.vocabulary, self._machine) if said else ()
        self._ranks = {each.name: at for at, each in enumerate(order)}

    def worth(self, wheel: LabelledWheel) -> tuple[int, int, BuildTag]:
        """More for the better of two that fit."""
        rank = self._ranks[wheel.label] if wheel.label else len(self._ranks)
        return -rank, -self._place(wheel), wheel.build

    def objection(self, wheel: LabelledWheel) -> str:
        """Why a wheel does not fit; "" if it does."""
        if not any(tag in self._places for tag in wheel.tags):
            return "its tags do not fit this Python"
        return self._unfit(wheel.label) if wheel.label else ""

    def _place(self, wheel: LabelledWheel) -> int:
        return min(self._places[tag] for tag in wheel.tags if tag in self._places)

    def _unfit(self, name: str) -> str:
        found = self._label(name)
        if self._said is None or found is None:
            return f"no variants.json says what {name} means"
        needs = unmet(found, self._said.vocabulary, self._machine)
        return "; ".join(map(self._missing, needs))

    def _label(self, name: str) -> Label | None:
        labels = self._said.labels if self._said else ()
        return next((each for each in labels if each.name == name), None)

    def _missing(self, need: Property) -> str:
        for provider in self._said.vocabulary.providers if self._said else ():
            if provider.namespace == need.namespace and not is_known(provider):
                asked = " ".join((*provider.requires, provider.plugin_api)).rstrip()
                return f"needs {need}, and installers do not know who tells it: {asked}"
        has = self._machine.values(need.namespace, need.feature)
        return f"needs {need}, and this machine has {_listed(has)}"

    def lost(self, wheel: LabelledWheel, best: LabelledWheel | None) -> str:
        """Why a wheel that fits is not the one."""
        assert best is not None  # this one fits, so there is one
        mine, better = self.worth(wheel), self.worth(best)
        if mine[0] != better[0]:
            return f"fits, but {best.label} comes before {wheel.label or 'a wheel without a label'}"
        if mine[1] != better[1]:
            return f"fits, but {best.candidate.filename} has a better tag"
        if mine[2] != better[2]:
            return f"fits, but {best.candidate.filename} has a higher build number"
        return f"fits as well as {best.candidate.filename}, which comes first on the page"

    def merit(self, name: str) -> str:
        """What a label has that fits."""
        found = self._label(name)
        if not name or found is None:
            return "no variant fits better"
        if name == NULL:
            return "the variant that asks for nothing"
        return f"this machine has {' and '.join(map(str, matched(found, self._machine)))}"


def _listed(values: Sequence[str]) -> str:
    if len(values) <= _FEW:
        return ", ".join(values) or "none"
    return f"{values[0]}, {values[1]} … {values[-1]}"
