"""The plan as a pure function of a request and facts, written as if all facts were known.

Whatever is not known is raised as Missing. Every result is kept, so that running again after new
facts arrived costs what the new facts cost.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import BuildError, ResolutionError
from wheeltree.model.digest import Key
from wheeltree.model.edits import changes_nothing
from wheeltree.model.frozen import replace
from wheeltree.model.platform import Platform
from wheeltree.model.source import Candidate, Metadata
from wheeltree.model.spec import (
    BackendAnswer,
    BuildSpec,
    Input,
    Inquiry,
    spec_of,
)
from wheeltree.model.system import required
from wheeltree.model.toolkit import toolkit_part
from wheeltree.planning.alignment import Aligned
from wheeltree.planning.edited import edited_metadata
from wheeltree.planning.facts import Facts, Missing, Question, Weigh
from wheeltree.planning.known import Known
from wheeltree.planning.libraries import Libraries
from wheeltree.planning.nodes import Context, Node, Settled, taken
from wheeltree.planning.planted import Planted
from wheeltree.planning.promises import Promise
from wheeltree.planning.request import Request
from wheeltree.planning.solving import Solver
from wheeltree.planning.trail import Trail
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.planning.worlds import DeclaredWorld, KnownWorld, LikelyWorld
from wheeltree.resolution.problem import Solution, World

_MOVES = 3
"""How often a backend's answer may move a static requirement before it is an error."""


class Planner:
    """Answers what the plan of one variant consists of, and raises Missing where facts are.

    before: those of the variants whose versions are preferred. keep_going: as of `Libraries`.
    """

    def __init__(
        self,
        request: Request,
        facts: Facts,
        *,
        before: "tuple[Planner, ...]" = (),
        keep_going: bool = False,
    ) -> None:
        self.request = request
        self.known = Known(request, facts)
        """What is read of candidates."""
        self.specs: dict[Key, BuildSpec] = before[0].specs if before else {}
        """Every spec that was ever computed, of any variant, by its key."""
        self.promises: dict[Key, Promise] = before[0].promises if before else {}
        """What the wheel of each final spec must require."""
        self._aligned = Aligned(request, before)
        self.plants = Planted(request.rules.seeds, facts)
        """What build environments get that is not built."""
        self.libraries = Libraries(facts, keep_going=keep_going)
        """What builds use of the system."""
        self._facts = facts
        self._solver = Solver(request)
        self._settled: dict[Node, Settled] = {}
        self._specs_of: dict[Node, BuildSpec] = {}
        self._open: dict[Node, frozenset[Question]] = {}
        self._trail = Trail()

    # Which versions go together.

    def install(self, wanted: WantedSet) -> Solution:
        """The joint solve of one install set."""
        solve = partial(self._solver.install, wanted)
        try:
            aligned = self._aligned.pins(wanted, Planner.install)
        except Missing as missing:  # what this variant alone must ask is asked meanwhile
            likely = self._aligned.pins(wanted, Planner.install_by_declaration)
            more = self._likely(partial(solve, likely), Context())
            raise Missing(*missing.questions, *more) from None
        return self._known(partial(solve, aligned), Context())

    def install_by_declaration(self, wanted: WantedSet) -> Solution:
        """The same as far as static metadata tells; what only a backend knows is left out."""
        aligned = self._aligned.pins(wanted, Planner.install_by_declaration)
        return self._solver.install(wanted, aligned, self._declared(Context()))

    def environment_by_declaration(self, candidate: Candidate) -> Solution:
        """The static environment as far as static metadata tells."""
        node = Node(candidate=candidate)
        context = self._inside(node)
        requires = self._static(node)
        return self._solver.environment(requires, context, {}, self._declared(context))

    def tools(self, node: Node) -> tuple[Node, ...]:
        """The wheels of the static environment of a node."""
        context = self._inside(node)
        return tuple(
            Node(candidate=pin, context=context.below)
            for pin in self._environment(self._static(node), context, {}).pins
            if not pin.planted
        )

    def is_doubted(self, told: Metadata) -> bool:
        """Whether what a backend told contradicts an install set that was likely till then."""
        return self._solver.is_doubted(told)

    def _declared(self, context: Context) -> World:
        return DeclaredWorld(self.known, self.plants, self.metadata, context)

    def _environment(
        self,
        requires: Mapping[str, str],
        context: Context,
        fixed: Mapping[NormalizedName, Version],
    ) -> Solution:
        return self._known(partial(self._solver.environment, requires, context, fixed), context)

    def _known(self, solve: Callable[[World], Solution], context: Context) -> Solution:
        """What `solve` comes to; Missing with all that it is likely to ask, at once."""
        try:
            return solve(KnownWorld(self.known, self.plants, self.metadata, context))
        except Missing as missing:
            raise Missing(*missing.questions, *self._likely(solve, context)) from None

    def _likely(self, solve: Callable[[World], Solution], context: Context) -> frozenset[Question]:
        likely = LikelyWorld(self.known, self.plants, self.metadata, context)
        return likely.missing(solve(likely).pins)

    def _static(self, node: Node) -> dict[str, str]:
        """The declared build requirements after edits, each with who asks for it."""
        edits = self.known.recipe(node.candidate).build_requires
        declared = self.known.tree(node.candidate).build_system.requires
        run = required(self.known.recipe(node.candidate).tools)
        return {
            **dict.fromkeys(run, f"{node} [system]"),
            **{text: f"{node} [{edits.place_of(text) or 'build-system'}]" for text in declared},
        }

    def is_declared(self, solution: Solution) -> bool:
        """Whether no backend can add a requirement to a solution."""
        return all(
            pin.planted or self.known.tree(pin).metadata is not None for pin in solution.pins
        )

    # What one wheel is built from.

    def metadata(self, node: Node) -> Metadata:
        """What the wheel of a node requires: declared, or told by its backend."""
        if node.candidate.planted:
            return self.plants.metadata(node.candidate)
        declared = self.known.tree(node.candidate).metadata
        return declared if declared is not None else self.settled(node).metadata

    def spec(self, node: Node) -> BuildSpec:
        """The final spec of a node."""
        if node not in self._specs_of:
            settled = self.settled(node)
            with self._trail.entered(node):
                spec = self._spec_in(node, settled.environment, settled.context)
            self._refuse_useless(node, settled)
            declared = self.known.tree(node.candidate).metadata is not None
            self.promises[spec.key] = Promise(metadata=settled.metadata, declared=declared)
            self._specs_of[node] = spec
        return self._specs_of[node]

    def _refuse_useless(self, node: Node, settled: Settled) -> None:
        """SettingsError if an edit of this package changed nothing: only now is all of it known."""
        declared, recipe = (
            self.known.source(node.candidate).build_system,
            self.known.recipe(node.candidate),
        )
        problems = (
            *recipe.build_requires.useless((*declared.requires, *settled.dynamic)),
            *recipe.requires_dist.useless(settled.said.requires_dist),
        )
        if problems:
            raise changes_nothing(str(node), problems)

    def settled(self, node: Node) -> Settled:
        """The node with its final build environment: static requirements, then what the backend
        adds to them, solved together.

        BuildCycle if the node is needed to build itself; ResolutionError if the answer keeps
        moving the environment that it was asked in.
        """
        if node not in self._settled:
            self._wait(node)
            with self._trail.entered(node), self._parked(node):
                self._settled[node] = self._settle(node)
        return self._settled[node]

    def _wait(self, node: Node) -> None:
        """Missing as before, while nothing of it is known: trying again would come to the same."""
        open_ones = self._open.get(node, frozenset())
        if open_ones and not any(map(self._facts.settle, open_ones)):
            raise Missing(*open_ones)

    @contextmanager
    def _parked(self, node: Node) -> Iterator[None]:
        try:
            yield
        except Missing as missing:
            self._open[node] = missing.questions
            raise

    def _settle(self, node: Node) -> Settled:
        tree = self.known.source(node.candidate)
        context = self._inside(node)
        if node.candidate.kind == "wheel":
            return taken(tree, context)
        self._platform(node.candidate)  # what is not there is told before anything is built
        static = self._static(node)
        here = self._environment(static, context, {})
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
        said = tree.metadata or self._told(node, answer, joint, context)
        return Settled(
            static=tuple(static),
            dynamic=answer.requires,
            environment=joint,
            context=context,
            said=said,
            metadata=edited_metadata(said, self.known.recipe(node.candidate)),
        )

    def _joined(
        self,
        node: Node,
        static: Mapping[str, str],
        answer: BackendAnswer,
        here: Solution,
        context: Context,
    ) -> Solution:
        edits = self.known.recipe(node.candidate).build_requires
        added = edits.apply_to_more(answer.requires)
        if set(added) <= set(static):
            return here
        asked = {text: f"{node} [{edits.place_of(text) or 'build-backend'}]" for text in added}
        requires = {**asked, **static}
        fixed = {pin.name: pin.version for pin in here.pins}
        try:
            return self._environment(requires, context, fixed)
        except ResolutionError:
            return self._environment(requires, context, {})

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
        inputs, recipe = self._inputs(environment.pins, context), self.known.recipe(candidate)
        used = (self.specs[each.key].variant for each in inputs if each.key in self.specs)
        spec = spec_of(
            name=candidate.name,
            version=candidate.version,
            tree=self.known.tree(candidate),
            environment=inputs,
            platform=self._platform(candidate),
            recipe=recipe,
            variant=recipe.variant or next(filter(None, used), ""),
        )
        return self.specs.setdefault(spec.key, spec)

    def _platform(self, candidate: Candidate) -> Platform:
        """The platform with the libraries and toolkits that a candidate's build uses."""
        recipe = self.known.recipe(candidate)
        libraries = self.libraries.parts(str(candidate), recipe.libraries)
        toolkits = tuple(
            (toolkit_part(prefix), self._facts.toolkit(Weigh(prefix=prefix)).digest)
            for prefix in recipe.toolkits
        )
        return self.request.platform.having((*libraries, *toolkits))

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
        if pin.planted:
            return self.plants.key(pin, context)
        return self.spec(Node(candidate=pin, context=context.below)).key

    def _inside(self, node: Node) -> Context:
        """The context of a node's own environment: a project with a seed is built with it."""
        own = {node.candidate.name} & self.request.rules.seeds.keys()
        return replace(
            node.context,
            seeded=node.context.seeded | own,
            tools=self.known.recipe(node.candidate).tools,
        )
