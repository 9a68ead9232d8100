"""What is solved, what may be asked of the world meanwhile, and what comes out."""

from collections.abc import Mapping
from typing import Protocol

from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.frozen import Frozen, field
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate, Licensing, Metadata
from wheeltree.resolution.admission import EVERYTHING, Admission
from wheeltree.resolution.index import Listing
from wheeltree.resolution.policy import Policy, allowed_hashes, applies
from wheeltree.resolution.wanted import Wanted


class World(Protocol):
    """Everything that a solve may ask.

    Each method may raise what its author likes where an answer is not known: it ends the solve and
    passes through untouched.
    """

    def offers(self, name: NormalizedName) -> Listing:
        """What the indexes offer of a project."""
        ...

    def direct(self, requirement: Requirement) -> Candidate:
        """What lies at the URL of a requirement."""
        ...

    def metadata(self, candidate: Candidate) -> Metadata:
        """What a candidate requires."""
        ...

    def licensing(self, candidate: Candidate) -> Licensing | None:
        """What a candidate says of its licence; None where that is nobody's concern. Asked only
        where a rule is about licences.
        """
        del candidate
        return Licensing()


class Limits(Frozen):
    """When a solve gives up."""

    rounds: int = 20_000
    """Steps of the resolver; one for each package where nothing conflicts."""
    seconds: float = 60.0
    """Wall time of the solve."""
    explaining: float = 5.0
    """Seconds of wall time to find the fewest requirements that conflict."""


LIMITS = Limits()
"""Enough for every tree that was seen to have a solution."""


class Problem(Frozen):
    """One joint solve: what must fit together."""

    wanted: tuple[Wanted, ...]
    constraints: tuple[Wanted, ...]
    preferred: Mapping[NormalizedName, Candidate]
    """Candidates of an earlier plan: tried first, without asking what else is offered."""
    interpreter: Interpreter
    fixed: Mapping[NormalizedName, Version]
    """Versions that these projects must have, if they take part."""
    pre: bool
    """Whether pre-releases are as good as releases."""
    require_hashes: bool = False
    """Whether everything must be hashed in the requirements or constraints."""
    admission: Admission = EVERYTHING
    """What may be taken at all."""

    @property
    def active(self) -> tuple[Wanted, ...]:
        """What is wanted on this interpreter; the markers of the others do not hold."""
        return tuple(each for each in self.wanted if applies(each.requirement, self.interpreter))

    @property
    def active_constraints(self) -> tuple[Wanted, ...]:
        """The constraints whose markers hold."""
        return tuple(
            each for each in self.constraints if applies(each.requirement, self.interpreter)
        )

    @property
    def policy(self) -> Policy:
        """What holds for every candidate."""
        constraints: dict[NormalizedName, tuple[Wanted, ...]] = {}
        for each in self.active_constraints:
            constraints[each.name] = (*constraints.get(each.name, ()), each)
        return Policy(
            interpreter=self.interpreter,
            pre=self.pre,
            constraints=constraints,
            hashes=allowed_hashes((*self.active, *self.active_constraints)),
            require_hashes=self.require_hashes,
            fixed=self.fixed,
            admission=self.admission,
        )


class Solution(Frozen):
    """One candidate for each project that takes part, and why it does."""

    pins: tuple[Candidate, ...]
    """Sorted by name."""
    edges: tuple[tuple[str, str, Wanted], ...]
    """Parent ("" for what was wanted, else `name==version`), child (`name==version`), and the
    requirement between them."""
    extras: Mapping[NormalizedName, frozenset[str]] = field(default_factory=dict)
    """The extras that are used of each project that has any."""
    notices: tuple[str, ...] = ()
    """Extras that were asked for and that do not exist."""
