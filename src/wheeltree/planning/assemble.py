"""The finished plan: every wheel once, in build order, with the requirement behind every edge."""

from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import NormalizedName

from wheeltree.errors import ResolutionError
from wheeltree.model.digest import Key
from wheeltree.model.plan import Edge, EdgeKind, InstallSet, Plan, Planned, Seed
from wheeltree.model.source import Candidate
from wheeltree.model.spec import BuildSpec
from wheeltree.model.stand_in import StandIn
from wheeltree.planning.nodes import Context, Node, Settled
from wheeltree.planning.planner import Planner
from wheeltree.resolution.problem import Solution


def targets(planner: Planner, solution: Solution) -> Iterator[Node]:
    """The wheels of a solved install set, each in the context that its recipe asks for."""
    versions = {pin.name: pin.version for pin in solution.pins}
    for pin in solution.pins:
        recipe = planner.request.rules.recipe(pin.name, pin.version)
        matched = tuple((name, versions[name]) for name in recipe.match_install if name in versions)
        yield Node(candidate=pin, context=Context(matched=matched))


def assemble(planner: Planner) -> Plan:
    """The plan of one variant; Missing where a fact is not known yet."""
    return _Assembly(planner).plan()


class _Assembly:
    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._packages: dict[Key, Planned] = {}
        self._edges: dict[Edge, None] = {}
        self._seeds: dict[Key, Seed] = {}
        self._stand_ins: dict[Key, StandIn] = {}
        self._visited: set[Node] = set()

    def plan(self) -> Plan:
        sets = tuple(self._install_sets())
        self._refuse_twins()
        return Plan(
            variant=self._planner.request.variant,
            packages=tuple(self._packages.values()),
            sets=sets,
            edges=tuple(self._edges),
            seeds=tuple(self._seeds.values()),
            stand_ins=tuple(self._stand_ins.values()),
        )

    def _install_sets(self) -> Iterator[InstallSet]:
        for wanted in self._planner.request.sets:
            solution = self._planner.install(wanted)
            for node in targets(self._planner, solution):
                self._visit(node)
            for parent, child, asked in solution.edges:
                kind: EdgeKind = "install" if parent else "toplevel"
                self._edge(parent, child, str(asked.requirement), kind, asked.origin)
            yield InstallSet(
                name=wanted.name,
                variant=self._planner.request.variant,
                requirements=tuple(str(each.requirement) for each in wanted.wanted),
                pins=tuple(sorted(str(pin) for pin in solution.pins)),
            )

    def _visit(self, node: Node) -> None:
        if node in self._visited:
            return
        self._visited.add(node)
        settled = self._planner.settled(node)
        for pin in settled.environment.pins:
            self._visit_input(pin, settled.context)
        self._build_edges(node, settled)
        spec = self._planner.spec(node)
        known = self._packages.get(spec.key)
        stage = self._stage(spec) if node.context.seeded else ()
        if known is not None and len(known.stage) <= len(stage):
            return
        self._packages[spec.key] = Planned(
            spec=spec,
            candidate=node.candidate,
            tree=self._planner.known.tree(node.candidate),
            static_requires=settled.static,
            dynamic_requires=settled.dynamic,
            metadata=settled.said,
            stage=stage,
        )

    def _stage(self, spec: BuildSpec) -> tuple[NormalizedName, ...]:
        """The seeds that a wheel is built with, directly or through its tools."""
        found: set[NormalizedName] = set()
        for each in spec.environment:
            if each.key in self._seeds:
                found.add(each.name)
            elif each.key not in self._stand_ins:
                found.update(self._packages[each.key].stage)
        return tuple(sorted(found))

    def _visit_input(self, pin: Candidate, context: Context) -> None:
        if pin.kind == "seed":
            seed = self._planner.plants.seed(pin)
            self._seeds[seed.key] = seed
        elif pin.kind == "system":
            found = self._planner.plants.stand_in(pin, context)
            self._stand_ins[found.key] = found
        else:
            self._visit(Node(candidate=pin, context=context.below))

    def _build_edges(self, node: Node, settled: Settled) -> None:
        static = {str(Requirement(text)) for text in settled.static}
        edits = self._planner.known.recipe(node.candidate).build_requires
        for parent, child, asked in settled.environment.edges:
            text = str(asked.requirement)
            if parent:
                self._edge(parent, child, text, "install", asked.origin)
            else:
                kind: EdgeKind = "build-system" if text in static else "build-backend"
                self._edge(str(node), child, text, kind, edits.place_of(text) or str(node))

    def _edge(self, parent: str, child: str, text: str, kind: EdgeKind, origin: str) -> None:
        edge = Edge(parent=parent, child=child, requirement=text, kind=kind, origin=origin)
        self._edges[edge] = None

    def _refuse_twins(self) -> None:
        by_name: dict[str, Planned] = {}
        for planned in self._packages.values():
            twin = by_name.setdefault(str(planned), planned)
            if planned.stage == twin.stage == () and twin is not planned:
                raise ResolutionError(
                    f"{planned} would be built twice, against {_inputs(twin)} "
                    f"and against {_inputs(planned)}, and only one can be published",
                    hint="build the sets in runs of their own, or align them with a constraint",
                )


def _inputs(planned: Planned) -> str:
    return ", ".join(str(each) for each in planned.spec.environment) or "nothing"
