"""What a solve can choose from: candidates for needs, and the needs of each candidate."""

from collections.abc import Iterator, Mapping, Sequence

from packaging.requirements import Requirement
from packaging.utils import NormalizedName

from wheeltree.model.source import Candidate, Licensing, Metadata
from wheeltree.resolution.index import Listing
from wheeltree.resolution.needs import (
    Need,
    Pin,
    Refused,
    SameSource,
    identified,
    needs_within,
    refused,
)
from wheeltree.resolution.policy import Bound, Policy, admits
from wheeltree.resolution.problem import World


class Unknown(LookupError):
    """A solve asked what the solve before it had not."""


class Memory(World):
    """A world that is asked everything once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.listings: dict[NormalizedName, Listing] = {}
        self._direct: dict[str, Candidate] = {}
        self._metadata: dict[Candidate, Metadata] = {}
        self._licensing: dict[Candidate, Licensing | None] = {}

    def offers(self, name: NormalizedName) -> Listing:
        """What the indexes offer of a project."""
        if name not in self.listings:
            self.listings[name] = self._world.offers(name)
        return self.listings[name]

    def direct(self, requirement: Requirement) -> Candidate:
        """What lies at the URL of a requirement."""
        key = f"{requirement.name} @ {requirement.url}"
        if key not in self._direct:
            self._direct[key] = self._world.direct(requirement)
        return self._direct[key]

    def metadata(self, candidate: Candidate) -> Metadata:
        """What a candidate requires."""
        if candidate not in self._metadata:
            self._metadata[candidate] = self._world.metadata(candidate)
        return self._metadata[candidate]

    def licensing(self, candidate: Candidate) -> Licensing | None:
        """What a candidate says of its licence."""
        if candidate not in self._licensing:
            self._licensing[candidate] = self._world.licensing(candidate)
        return self._licensing[candidate]

    def sealed(self) -> "Memory":
        """What is remembered, and Unknown for the rest."""
        copy = Memory(_Nothing())
        copy.listings = self.listings
        copy._direct = self._direct
        copy._metadata = self._metadata
        copy._licensing = self._licensing
        return copy


class _Nothing(World):
    def offers(self, name: NormalizedName) -> Listing:
        raise Unknown(name)

    def direct(self, requirement: Requirement) -> Candidate:
        raise Unknown(requirement)

    def metadata(self, candidate: Candidate) -> Metadata:
        raise Unknown(candidate)

    def licensing(self, candidate: Candidate) -> Licensing | None:
        raise Unknown(candidate)


class Choices:
    """The candidates of one solve as pins, and their needs."""

    def __init__(
        self, policy: Policy, preferred: Mapping[NormalizedName, Candidate], world: World
    ) -> None:
        self._policy = policy
        self._preferred = preferred
        self._world = world
        self._pins: dict[tuple[Candidate, str], Pin] = {}
        self._needs: dict[Pin, tuple[Need, ...]] = {}

    def metadata(self, pin: Pin) -> Metadata:
        """What the candidate of a pin says of itself."""
        return self._world.metadata(pin.candidate)

    def needs(self, pin: Pin) -> tuple[Need, ...]:
        """What a pin needs of others."""
        if pin not in self._needs:
            self._needs[pin] = tuple(self._needs_of(pin))
        return self._needs[pin]

    def _needs_of(self, pin: Pin) -> Iterator[Need]:
        admission, candidate = self._policy.admission, pin.candidate
        said = self._world.licensing(candidate) if admission.licences else None
        rejection = admission.unlicensed(candidate, said) if said is not None else None
        if rejection is not None:
            yield refused(pin, rejection.text, rejection.remedy)
            return
        yield from needs_within(pin, self.metadata(pin), self._policy)

    def satisfies(self, need: Need, pin: Pin) -> bool:
        """Whether a pin with the need's identifier is what it asks for."""
        try:
            return need.verdicts[pin]
        except KeyError:
            verdict = need.verdicts[pin] = self._admits(need, pin.candidate)
            return verdict

    def matches(self, name: NormalizedName, extra: str, needs: Sequence[Need]) -> Iterator[Pin]:
        """Pins of a project, or of one extra of it, that satisfy all needs, best first.

        What else is offered is asked for only when a preferred candidate is not enough.
        """
        for candidate in self._candidates(name, needs):
            yield self.pin(candidate, extra)

    def _candidates(self, name: NormalizedName, needs: Sequence[Need]) -> Iterator[Candidate]:
        if any(isinstance(each, Refused) for each in needs):
            return
        bounds = tuple(dict.fromkeys(each.bound for each in needs if each.bound.text))
        given = list(self._given(name, needs))
        if given:
            named_once = all(_same(given[0], each) for each in given)
            if named_once and self._policy.takes(given[0], bounds):
                yield given[0]
            return
        preferred = self._preferred.get(name)
        if preferred is not None and self._may_stay(preferred, bounds):
            yield preferred
        for each in self._policy.choose(self._world.offers(name), bounds):
            if each != preferred:
                yield each

    def _given(self, name: NormalizedName, needs: Sequence[Need]) -> Iterator[Candidate]:
        """Candidates that needs or constraints name directly."""
        for each in needs:
            if isinstance(each, SameSource):
                yield each.candidate
            elif each.wanted.requirement.url:
                yield self._world.direct(each.wanted.requirement)
        for wanted in self._policy.constraints.get(name, ()):
            if wanted.requirement.url:
                yield self._world.direct(wanted.requirement)

    def _may_stay(self, preferred: Candidate, bounds: Sequence[Bound]) -> bool:
        """Not where it came from a URL that nobody names any more."""
        return preferred.index is not None and self._policy.keeps(preferred, bounds)

    def _admits(self, need: Need, candidate: Candidate) -> bool:
        match need:
            case Refused():
                return False
            case SameSource():
                return _same(need.candidate, candidate)
            case Need() if need.wanted.requirement.url:
                return _same(self._world.direct(need.wanted.requirement), candidate)
            case Need():
                return admits(need.bound, candidate)

    def pin(self, candidate: Candidate, extra: str) -> Pin:
        """The one pin of a candidate, or of one extra of it."""
        key = (candidate, extra)
        if key not in self._pins:
            identifier = identified(candidate.name, extra)
            self._pins[key] = Pin(candidate=candidate, extra=extra, identifier=identifier)
        return self._pins[key]


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates have the same content, as far as can be told."""
    return one == other and (one.digest is not None or one.url == other.url)
