"""What the resolver sees of the world: all that can be found out, or only what is declared."""

from collections.abc import Iterable
from typing import Protocol

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.errors import ResolutionError
from wheeltree.model.source import Candidate, Metadata, SourceTree
from wheeltree.model.system import SystemTool
from wheeltree.planning.facts import Missing, Question
from wheeltree.planning.nodes import Context, Node
from wheeltree.resolution.index import Listing
from wheeltree.resolution.problem import World
from wheeltree.resolution.system_listing import SystemListing, unavailable


class Knowing(Protocol):
    """Who knows facts; each method raises Missing where one is not known yet."""

    def tree(self, candidate: Candidate) -> SourceTree:
        """The prepared source of a candidate."""

    def listing(self, name: NormalizedName) -> Listing:
        """What the index offers of a project."""

    def planted(self, name: NormalizedName, context: Context) -> Listing | None:
        """What stands for a project in a context; None where it is built."""

    def system(self, tool: SystemTool) -> SystemListing:
        """What this machine offers of a project."""

    def direct(self, requirement: Requirement) -> Candidate:
        """The candidate that a direct reference names."""

    def metadata(self, node: Node) -> Metadata:
        """What the wheel of a node requires."""


class KnownWorld(World):
    """What the resolver sees when backends may be asked."""

    def __init__(self, knowing: Knowing, context: Context) -> None:
        self._knowing = knowing
        self._context = context

    def offers(self, name: NormalizedName) -> Listing:
        """See `World.offers`."""
        planted = self._knowing.planted(name, self._context)
        return self._knowing.listing(name) if planted is None else planted

    def direct(self, requirement: Requirement) -> Candidate:
        """See `World.direct`; a program of the system stands for what lies at any URL, too."""
        tool = self._context.tool(canonicalize_name(requirement.name))
        if tool is None:
            return self._knowing.direct(requirement)
        listing = self._knowing.system(tool)
        if not listing.candidates:
            raise unavailable(listing, str(requirement))
        return listing.candidates[0]

    def metadata(self, candidate: Candidate) -> Metadata:
        """See `World.metadata`."""
        return self._knowing.metadata(Node(candidate=candidate, context=self._context.below))


class DeclaredWorld(KnownWorld):
    """What the resolver sees when only declarations count."""

    def metadata(self, candidate: Candidate) -> Metadata:
        """See `World.metadata`."""
        if candidate.planted:
            return super().metadata(candidate)
        return self._knowing.tree(candidate).metadata or Metadata()


class LikelyWorld(KnownWorld):
    """What the resolver sees when what is not known yet counts as nothing.

    Solved in it, a problem shows at once all that its solution will have to ask. If it has no
    solution in this world, it has none in any.
    """

    def __init__(self, knowing: Knowing, context: Context) -> None:
        super().__init__(knowing, context)
        self._missing: dict[Candidate, frozenset[Question]] = {}

    def metadata(self, candidate: Candidate) -> Metadata:
        """See `World.metadata`."""
        try:
            return super().metadata(candidate)
        except Missing as missing:
            self._missing[candidate] = missing.questions
        except ResolutionError:
            pass  # for the real solve, if it takes this candidate
        return Metadata()

    def missing(self, pins: Iterable[Candidate]) -> frozenset[Question]:
        """What must be known of these candidates and is not."""
        return frozenset().union(*(self._missing.get(pin, ()) for pin in pins))
