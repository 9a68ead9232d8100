"""What the resolver sees of the world: all that can be found out, or only what is declared."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.errors import ResolutionError
from wheeltree.model.source import Candidate, Licensing, Metadata
from wheeltree.planning.facts import Missing, Question
from wheeltree.planning.known import Known
from wheeltree.planning.nodes import Context, Node
from wheeltree.planning.planted import Planted
from wheeltree.resolution.index import Listing
from wheeltree.resolution.problem import World
from wheeltree.resolution.system_listing import unavailable

Told: TypeAlias = Callable[[Node], Metadata]


class KnownWorld(World):
    """What the resolver sees when backends may be asked.

    told: what the wheel of a node requires; Missing where it is not known yet.
    """

    def __init__(self, known: Known, plants: Planted, told: Told, context: Context) -> None:
        self._known = known
        self._plants = plants
        self._told = told
        self._context = context

    def offers(self, name: NormalizedName) -> Listing:
        """See `World.offers`."""
        planted = self._plants.listing(name, self._context)
        return self._known.listing(name) if planted is None else planted

    def direct(self, requirement: Requirement) -> Candidate:
        """See `World.direct`; a program of the system stands for what lies at any URL, too."""
        tool = self._context.tool(canonicalize_name(requirement.name))
        if tool is None:
            return self._known.direct(requirement)
        listing = self._plants.system_listing(tool)
        if not listing.candidates:
            raise unavailable(listing, str(requirement))
        return listing.candidates[0]

    def metadata(self, candidate: Candidate) -> Metadata:
        """See `World.metadata`."""
        return self._told(Node(candidate=candidate, context=self._context.below))

    def licensing(self, candidate: Candidate) -> Licensing | None:
        """See `World.licensing`; what is planted is not published."""
        return None if candidate.planted else self._known.source(candidate).licensing


class DeclaredWorld(KnownWorld):
    """What the resolver sees when only declarations count."""

    def metadata(self, candidate: Candidate) -> Metadata:
        """See `World.metadata`."""
        if candidate.planted:
            return super().metadata(candidate)
        return self._known.tree(candidate).metadata or Metadata()


class LikelyWorld(KnownWorld):
    """What the resolver sees when what is not known yet counts as nothing.

    Solved in it, a problem shows at once all that its solution will have to ask. If it has no
    solution in this world, it has none in any.
    """

    def __init__(self, known: Known, plants: Planted, told: Told, context: Context) -> None:
        super().__init__(known, plants, told, context)
        self._missing: dict[Candidate, frozenset[Question]] = {}

    def metadata(self, candidate: Candidate) -> Metadata:
        """See `World.metadata`."""
        try:
            return super().metadata(candidate)
        except Missing as missing:
            known = self._missing.get(candidate, frozenset())
            self._missing[candidate] = known | missing.questions
        except ResolutionError:
            pass  # for the real solve, if it takes this candidate
        return Metadata()

    def licensing(self, candidate: Candidate) -> Licensing | None:
        """See `World.licensing`."""
        try:
            return super().licensing(candidate)
        except Missing as missing:
            known = self._missing.get(candidate, frozenset())
            self._missing[candidate] = known | missing.questions
        except ResolutionError:
            pass  # as for metadata
        return None

    def missing(self, pins: Iterable[Candidate]) -> frozenset[Question]:
        """What must be known of these candidates and is not."""
        return frozenset().union(*(self._missing.get(pin, ()) for pin in pins))
