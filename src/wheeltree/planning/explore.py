"""Follows the likely candidate of every requirement, so that all unknown facts are asked at once.

Resolving asks for one fact at a time and starts again with each; exploring first costs a hundredth
of that. What is explored is fetched and prepared, never executed, and never decides anything.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate, Metadata
from wheeltree.model.spec import BackendAnswer, Inquiry, Recipe
from wheeltree.model.system import SystemTool, required, tool_named
from wheeltree.planning.edited import edited_answer
from wheeltree.planning.facts import UNPLANNABLE
from wheeltree.planning.goals import Goal
from wheeltree.planning.planner import Planner
from wheeltree.planning.request import Pins
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.resolution.policy import applies
from wheeltree.resolution.resolve import likely
from wheeltree.resolution.wanted import Wanted


class Scope(Frozen):
    """Rules under which a requirement's likely candidate is chosen."""

    constraints: tuple[Wanted, ...]
    preferred: Pins
    pre: bool
    tools: tuple[SystemTool, ...] = ()
    """Programs of the system that stand for projects."""


class Explorer:
    """Goals that discover a set of sources."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._interpreter = planner.request.platform.interpreter
        self.seen: dict[Candidate, None] = {}
        """The candidates met so far, in order."""
        self._followed: set[tuple[Candidate, frozenset[NormalizedName]]] = set()
        self._untold: dict[str, list[tuple[Candidate, frozenset[NormalizedName], Scope]]] = {}

    def install(self, wanted: WantedSet) -> Iterator[Goal]:
        """Goals that explore an install set."""
        request = self._planner.request
        scope = Scope(
            constraints=wanted.constraints,
            preferred=request.choices.installs.get(wanted.name, {}),
            pre=request.pre,
        )
        return self._each(wanted.wanted, scope)

    def build(self, requires: Iterable[str], origin: str, recipe: Recipe) -> Iterator[Goal]:
        """Goals that explore the build environment of what has this recipe."""
        request = self._planner.request
        requires = tuple(requires)
        scope = Scope(
            constraints=request.build_constraints,
            preferred=request.choices.environments.get(frozenset(requires), {}),
            pre=False,
            tools=recipe.tools,
        )
        wanted = (Wanted(requirement=Requirement(text), origin=origin) for text in requires)
        return self._each(wanted, scope)

    def _each(self, wanted: Iterable[Wanted], scope: Scope) -> Iterator[Goal]:
        for each in wanted:
            if applies(each.requirement, self._interpreter, ""):
                yield partial(self._follow, each, scope)

    def told(self, inquiry: Inquiry, answer: BackendAnswer) -> Iterator[Goal]:
        """Goals that follow from what a backend said, after edits."""
        recipe = inquiry.spec.recipe
        answer = edited_answer(answer, recipe)
        yield from self.build(answer.requires, f"{inquiry} (its backend)", recipe)
        if answer.metadata is not None:
            for candidate, extras, scope in self._untold.pop(str(inquiry), ()):
                yield from self._requires(candidate, answer.metadata, extras, scope)

    def _follow(self, wanted: Wanted, scope: Scope) -> list[Goal]:
        try:
            candidate = self._choose(wanted, scope)
            if candidate is None:
                return []
            extras = frozenset(canonicalize_name(each) for each in wanted.requirement.extras)
            return list(self._enter(candidate, extras, scope))
        except UNPLANNABLE:
            return []

    def _choose(self, wanted: Wanted, scope: Scope) -> Candidate | None:
        requirement = wanted.requirement
        name = canonicalize_name(requirement.name)
        if tool := tool_named(scope.tools, name):
            self._planner.plants.system(tool)
            return None
        if requirement.url:
            return self._planner.known.direct(requirement)
        kept = scope.preferred.get(name)
        if kept is not None and requirement.specifier.contains(kept.version, prereleases=True):
            return kept
        if name in self._planner.request.rules.seeds:
            self._planner.plants.seed_metadata(name)
        return likely(
            wanted,
            self._planner.known.listing(name),
            constraints=scope.constraints,
            interpreter=self._interpreter,
            pre=scope.pre,
            admission=self._planner.request.admission,
        )

    def _enter(
        self, candidate: Candidate, extras: frozenset[NormalizedName], scope: Scope
    ) -> Iterator[Goal]:
        tree = self._planner.known.tree(candidate)
        if candidate not in self.seen:
            self.seen[candidate] = None
            recipe = self._planner.known.recipe(candidate)
            requires = (*required(recipe.tools), *tree.build_system.requires)
            yield from self.build(requires, f"{candidate} [build-system]", recipe)
        if (candidate, extras) in self._followed:
            return
        self._followed.add((candidate, extras))
        if tree.metadata is None:
            self._untold.setdefault(str(candidate), []).append((candidate, extras, scope))
        else:
            yield from self._requires(candidate, tree.metadata, extras, scope)

    def _requires(
        self,
        candidate: Candidate,
        metadata: Metadata,
        extras: frozenset[NormalizedName],
        scope: Scope,
    ) -> Iterator[Goal]:
        for text in metadata.requires_dist:
            wanted = Wanted(requirement=Requirement(text), origin=str(candidate))
            if any(
                applies(wanted.requirement, self._interpreter, extra) for extra in ("", *extras)
            ):
                yield partial(self._follow, wanted, scope)
