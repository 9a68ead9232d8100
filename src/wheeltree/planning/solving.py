"""The joint solves of one request, each done once."""

from collections.abc import Mapping

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.errors import ResolutionError
from wheeltree.model.source import Metadata
from wheeltree.planning.nodes import Context
from wheeltree.planning.request import Pins, Request
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.planning.worlds import LikelyWorld
from wheeltree.resolution.policy import applies
from wheeltree.resolution.problem import Problem, Solution, World
from wheeltree.resolution.resolve import solve
from wheeltree.resolution.wanted import Wanted


class Solver:
    """Solves install sets and build environments as a request asks for them.

    Solutions and conflicts are kept, but for what is only likely. Whatever a world raises passes
    through.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._kept: dict[object, Solution] = {}
        self._likely: dict[str, Solution] = {}
        self._refused: dict[object, ResolutionError] = {}

    def install(self, wanted: WantedSet, aligned: Pins, world: World) -> Solution:
        """The versions of one install set; `aligned`: those of other variants, which are preferred
        to the ones of the previous plan.
        """
        key = (wanted.name, type(world))
        if key not in self._kept:
            solution = solve(self._install_problem(wanted, aligned), world)
            if isinstance(world, LikelyWorld):
                self._likely[wanted.name] = solution
                return solution
            self._kept[key] = solution
        return self._kept[key]

    def is_doubted(self, told: Metadata) -> bool:
        """Whether a requirement that came to light contradicts an install set that was likely."""
        python = self._request.platform.interpreter
        requires = [each for each in map(Requirement, told.requires_dist) if applies(each, python)]
        return any(
            not each.specifier.contains(pin.version, prereleases=True)
            for solution in self._likely.values()
            for pin in solution.pins
            for each in requires
            if canonicalize_name(each.name) == pin.name
        )

    def _install_problem(self, wanted: WantedSet, aligned: Pins) -> Problem:
        return Problem(
            wanted=wanted.wanted,
            constraints=wanted.constraints,
            preferred={**self._request.choices.installs.get(wanted.name, {}), **aligned},
            interpreter=self._request.platform.interpreter,
            fixed={},
            pre=self._request.pre,
            require_hashes=wanted.require_hashes,
            admission=self._request.admission,
        )

    def environment(
        self,
        requires: Mapping[str, str],
        context: Context,
        fixed: Mapping[NormalizedName, Version],
        world: World,
    ) -> Solution:
        """The versions of one build environment, whoever needs it; an error names who does.

        requires: build requirements, each with who asks for it. fixed: versions that were settled
        before, besides those that `context` settles.
        """
        key = (frozenset(requires), context, tuple(sorted(fixed.items())), type(world))
        named = (key, frozenset(requires.items()))
        if named in self._refused:
            raise self._refused[named]
        if key not in self._kept:
            try:
                solution = solve(self._environment_problem(requires, context, fixed), world)
            except ResolutionError as error:
                self._refused[named] = error
                raise
            if isinstance(world, LikelyWorld):
                return solution
            self._kept[key] = solution
        return self._kept[key]

    def _environment_problem(
        self,
        requires: Mapping[str, str],
        context: Context,
        fixed: Mapping[NormalizedName, Version],
    ) -> Problem:
        chosen = self._request.choices.environments.get(frozenset(requires), {})
        return Problem(
            wanted=tuple(
                Wanted(requirement=Requirement(text), origin=origin)
                for text, origin in requires.items()
            ),
            constraints=self._request.build_constraints,
            preferred={name: each for name, each in chosen.items() if not context.plants(name)},
            interpreter=self._request.platform.interpreter,
            fixed={**fixed, **dict(context.matched)},
            pre=False,
            admission=self._request.admission,
        )
