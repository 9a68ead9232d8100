"""The plan as a pure function of a request and facts, written as if all facts were known.

Whatever is not known is raised as Missing. Every result is kept, so that running again after new
facts arrived costs what the new facts cost.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import BuildCycle, BuildError, ResolutionError
from wheeltree.model.digest import Key
from wheeltree.model.plan import Seed
from wheeltree.model.source import Candidate, Metadata, SourceTree
from wheeltree.model.spec import BackendAnswer, BuildSpec, Input, Inquiry, spec_of
from wheeltree.planning.facts import Facts, Locate, Missing, Offers, Plant, Prepare, Question
from wheeltree.planning.nodes import Context, Node, Settled
from wheeltree.planning.promises import Promise
from wheeltree.planning.request import Request, WantedSet
from wheeltree.planning.worlds import DeclaredWorld, KnownWorld
from wheeltree.resolution.index import Listing
from wheeltree.resolution.problem import Problem, Solution, World
from wheeltree.resolution.resolve import solve
from wheeltree.resolution.wanted import Wanted

_MOVES = 3
"""How often a backend's answer may move a static requirement before it is an error."""


class Planner:
    """Answers what a plan consists of, and raises Missing where facts are."""

    def __init__(self, request: Request, facts: Facts) -> None:
        self.request = request
        self.specs: dict[Key, BuildSpec] = {}
        """Every spec that was ever computed, by its key."""
        self.promises: dict[Key, Promise] = {}
        """What the wheel of each final spec must require."""
        self._facts = facts
        self._environments: dict[object, Solution] = {}
        self._refused: dict[object, ResolutionError] = {}
        self._installs: dict[tuple[str, bool], Solution] = {}
        self._settled: dict[Node, Settled] = {}
        self._specs_of: dict[Node, BuildSpec] = {}
        self._path: list[Node] = []

    # What a source is.

    def tree(self, candidate: Candidate) -> SourceTree:
        """The prepared source of a candidate."""
        preparation = self.request.rules.preparation(candidate.name, candidate.version)
        return self._facts.tree(Prepare(candidate=candidate, preparation=preparation))

    def listing(self, name: NormalizedName) -> Listing:
        """What the index offers of a project."""
        return self._facts.listing(Offers(name=name))

    def direct(self, requirement: Requirement) -> Candidate:
        """The candidate that a direct reference names."""
        bare = Requirement(f"{requirement.name} @ {requirement.url}")
        return self._facts.candidate(Locate(requirement=str(bare)))

    def seed_metadata(self, name: NormalizedName) -> Metadata:
        """What the wheel of a project's seed says of itself."""
        return self._facts.seed(Plant(seed=self.request.rules.seeds[name]))

    def seed_listing(self, name: NormalizedName) -> Listing:
        """A project's seed as the only thing that is offered of it."""
        seed = self.request.rules.seeds[name]
        return Listing(name=name, candidates=(_seed_candidate(seed),))

    # Which versions go together.

    def install(self, wanted: WantedSet) -> Solution:
        """The joint solve of one install set."""
        return self._install(wanted, KnownWorld(self, Context()), known=True)

    def install_by_declaration(self, wanted: WantedSet) -> Solution:
        """The same as far as static metadata tells; what only a backend knows is left out."""
        return self._install(wanted, DeclaredWorld(self, Context()), known=False)

    def _install(self, wanted: WantedSet, world: World, *, known: bool) -> Solution:
        key = (wanted.name, known)
        if key not in self._installs:
            problem = Problem(
                wanted=wanted.wanted,
                constraints=wanted.constraints,
                preferred=self.request.choices.installs.get(wanted.name, {}),
                interpreter=self.request.platform.interpreter,
                fixed={},
                pre=self.request.pre,
                require_hashes=wanted.require_hashes,
            )
            self._installs[key] = solve(problem, world)
        return self._installs[key]

    def environment(
        self,
        node: Node,
        requires: Iterable[str],
        context: Context,
        fixed: Mapping[NormalizedName, Version],
    ) -> Solution:
        """The joint solve of one build environment; `node` is named where it fails."""
        return self._environment(node, tuple(requires), context, fixed, KnownWorld(self, context))

    def environment_by_declaration(self, candidate: Candidate) -> Solution:
        """The static environment as far as static metadata tells."""
        node = Node(candidate=candidate)
        context = self._inside(node)
        requires = self.tree(candidate).build_system.requires
        return self._environment(node, requires, context, {}, DeclaredWorld(self, context))

    def _environment(
        self,
        node: Node,
        requires: tuple[str, ...],
        context: Context,
        fixed: Mapping[NormalizedName, Version],
        world: World,
    ) -> Solution:
        key = (frozenset(requires), context, tuple(sorted(fixed.items())), type(world))
        refused = self._refused.get((key, node))
        if refused is not None:
            raise refused
        if key not in self._environments:
            problem = Problem(
                wanted=self._needs(node, requires),
                constraints=self.request.build_constraints,
                preferred=self.request.choices.environments.get(frozenset(requires), {}),
                interpreter=self.request.platform.interpreter,
                fixed={**fixed, **dict(context.matched)},
                pre=False,
            )
            try:
                self._environments[key] = solve(problem, world)
            except ResolutionError as error:
                self._refused[key, node] = error
                raise
        return self._environments[key]

    def _needs(self, node: Node, requires: Iterable[str]) -> tuple[Wanted, ...]:
        """Build requirements with who asks for them."""
        static = self.tree(node.candidate).build_system.requires
        return tuple(
            Wanted(
                requirement=Requirement(text),
                origin=f"{node} [{'build-system' if text in static else 'build-backend'}]",
            )
            for text in requires
        )

    def is_declared(self, solution: Solution) -> bool:
        """Whether no backend can add a requirement to a solution."""
        return all(
            pin.kind == "seed" or self.tree(pin).metadata is not None for pin in solution.pins
        )

    # What one wheel is built from.

    def metadata(self, node: Node) -> Metadata:
        """What the wheel of a node requires: declared, or told by its backend."""
        if node.candidate.kind == "seed":
            return self.seed_metadata(node.candidate.name)
        declared = self.tree(node.candidate).metadata
        return declared if declared is not None else self.settled(node).metadata

    def spec(self, node: Node) -> BuildSpec:
        """The final spec of a node."""
        if node not in self._specs_of:
            settled = self.settled(node)
            with self._entered(node):
                spec = self._spec_in(node, settled.environment, settled.context)
            declared = self.tree(node.candidate).metadata is not None
            self.promises[spec.key] = Promise(metadata=settled.metadata, declared=declared)
            self._specs_of[node] = spec
        return self._specs_of[node]

    def settled(self, node: Node) -> Settled:
        """The node with its final build environment: static requirements, then what the backend
        adds to them, solved together.

        BuildCycle if the node is needed to build itself; ResolutionError if the answer keeps
        moving the environment that it was asked in.
        """
        if node not in self._settled:
            with self._entered(node):
                self._settled[node] = self._settle(node)
        return self._settled[node]

    def _settle(self, node: Node) -> Settled:
        tree = self.tree(node.candidate)
        context = self._inside(node)
        static = tree.build_system.requires
        here = self.environment(node, static, context, {})
        answer = self._ask(node, here, context, metadata=tree.metadata is None)
        for _ in range(_MOVES):
            joint = self._joined(node, static, answer, here, context)
            if joint.pins == here.pins or self._keeps(here, joint):
                break
            here = joint
            answer = self._ask(node, here, context, metadata=tree.metadata is None)
        else:
            raise ResolutionError(
                f"the build environment of {node} does not settle: "
                f"each answer of its backend moves a requirement it was asked with",
                hint="pin the tools that move with --build-constraint",
                details=[f"the backend asks for {', '.join(answer.requires)}"],
            )
        return Settled(
            static=static,
            dynamic=answer.requires,
            environment=joint,
            context=context,
            metadata=tree.metadata or self._told(node, answer, joint, context),
        )

    def _joined(
        self,
        node: Node,
        static: tuple[str, ...],
        answer: BackendAnswer,
        here: Solution,
        context: Context,
    ) -> Solution:
        if set(answer.requires) <= set(static):
            return here
        requires = (*static, *answer.requires)
        fixed = {pin.name: pin.version for pin in here.pins}
        try:
            return self.environment(node, requires, context, fixed)
        except ResolutionError:
            return self.environment(node, requires, context, {})

    def _keeps(self, before: Solution, after: Solution) -> bool:
        return set(before.pins) <= set(after.pins)

    def _ask(
        self, node: Node, environment: Solution, context: Context, *, metadata: bool
    ) -> BackendAnswer:
        spec = self._spec_in(node, environment, context)
        return self._facts.answer(Inquiry(spec=spec, metadata=metadata))

    def _told(
        self, node: Node, answer: BackendAnswer, joint: Solution, context: Context
    ) -> Metadata:
        told = answer.metadata or self._ask(node, joint, context, metadata=True).metadata
        if told is None:
            raise BuildError(
                f"{node}: its build backend cannot prepare metadata",
                hint="its source declares none either; ask its authors, or patch pyproject.toml",
            )
        return told

    def _spec_in(self, node: Node, environment: Solution, context: Context) -> BuildSpec:
        candidate = node.candidate
        spec = spec_of(
            name=candidate.name,
            version=candidate.version,
            tree=self.tree(candidate),
            environment=self._inputs(environment.pins, context),
            platform=self.request.platform,
            recipe=self.request.rules.recipe(candidate.name, candidate.version),
        )
        return self.specs.setdefault(spec.key, spec)

    def _inputs(self, pins: Iterable[Candidate], context: Context) -> tuple[Input, ...]:
        missing: set[Question] = set()
        inputs: list[Input] = []
        for pin in pins:
            try:
                key = self._key(pin, context)
            except Missing as error:
                missing |= error.questions
            else:
                inputs.append(Input(name=pin.name, version=pin.version, key=key))
        if missing:
            raise Missing(*missing)
        return tuple(inputs)

    def _key(self, pin: Candidate, context: Context) -> Key:
        if pin.kind == "seed":
            return self.request.rules.seeds[pin.name].key
        return self.spec(Node(candidate=pin, context=replace(context, matched=()))).key

    def _inside(self, node: Node) -> Context:
        """The context of a node's own environment: a project with a seed is built with it."""
        name = node.candidate.name
        if name not in self.request.rules.seeds:
            return node.context
        return replace(node.context, seeded=node.context.seeded | {name})

    @contextmanager
    def _entered(self, node: Node) -> Iterator[None]:
        if node in self._path:
            cycle = [*self._path[self._path.index(node) :], node]
            raise BuildCycle(
                f"{node} is needed to build itself: {' -> '.join(map(str, cycle))}",
                hint=f"name one wheel of the cycle as a seed in settings.yaml "
                f"(seeds: [{{name: {node.candidate.name}, version: …, url: …, sha256: …}}]), "
                f"or build an older version of it with --build-constraint",
            )
        self._path.append(node)
        try:
            yield
        finally:
            self._path.pop()


def _seed_candidate(seed: Seed) -> Candidate:
    return Candidate(
        name=seed.name,
        version=seed.version,
        kind="seed",
        filename=seed.url.rpartition("/")[2],
        url=seed.url,
        digest=seed.digest,
    )
