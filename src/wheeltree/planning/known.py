"""What is known of candidates by reading: their sources, and what settings say of them."""

from packaging.requirements import Requirement
from packaging.utils import NormalizedName

from wheeltree.model.source import Candidate, SourceTree
from wheeltree.model.spec import Recipe, recipe_of
from wheeltree.planning.edited import edited_tree
from wheeltree.planning.facts import Facts, Locate, Offers, Prepare
from wheeltree.planning.request import Request
from wheeltree.resolution.index import Listing


class Known:
    """Candidates as a request sees them; raises Missing where a fact is not known yet."""

    def __init__(self, request: Request, facts: Facts) -> None:
        self._rules = request.rules
        self._facts = facts
        self._trees: dict[Candidate, SourceTree] = {}

    def tree(self, candidate: Candidate) -> SourceTree:
        """The prepared source of a candidate, with what it declares as edits leave it."""
        if candidate not in self._trees:
            tree, recipe = self.source(candidate), self.recipe(candidate)
            self._trees[candidate] = edited_tree(tree, recipe)
        return self._trees[candidate]

    def source(self, candidate: Candidate) -> SourceTree:
        """The prepared source of a candidate, with what it declares itself."""
        preparation = self._rules.preparation(candidate.name, candidate.version)
        return self._facts.tree(Prepare(candidate=candidate, preparation=preparation))

    def recipe(self, candidate: Candidate) -> Recipe:
        """What the settings say of a candidate."""
        return recipe_of(candidate, self._rules.recipe(candidate.name, candidate.version))

    def listing(self, name: NormalizedName) -> Listing:
        """What the index offers of a project."""
        return self._facts.listing(Offers(name=name, variant=self._rules.place(name)))

    def direct(self, requirement: Requirement) -> Candidate:
        """The candidate that a direct reference names."""
        bare = Requirement(f"{requirement.name} @ {requirement.url}")
        return self._facts.candidate(Locate(requirement=str(bare)))
