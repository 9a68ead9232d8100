"""The planner as a function of a request and facts, all of them on paper."""

from functools import partial

import pytest

from support.paper import Paper, Sheet, request
from support.variation import varied
from wheeltree.errors import BuildError, ResolutionError
from wheeltree.model.plan import Plan, Planned
from wheeltree.model.spec import BackendAnswer, Inquiry
from wheeltree.planning.facts import Facts, Missing, Offers, Prepare
from wheeltree.planning.nodes import Context, Node
from wheeltree.planning.planner import Planner
from wheeltree.planning.request import Choices


def _environments(plan: Plan) -> dict[str, list[str]]:
    return {str(each): [str(pin) for pin in each.spec.environment] for each in plan.packages}


def _get(plan: Plan, name: str) -> Planned:
    return next(each for each in plan.packages if str(each) == name)


TREE = {
    "app==1.0": Sheet(requires=("leaf",), build=("tool",)),
    "leaf==1.0": Sheet(build=("tool",)),
    "tool==1.0": Sheet(),
    "tool==2.0": Sheet(requires=("helper",)),
    "helper==1.0": Sheet(),
}


def test_tools_are_part_of_the_plan_and_stand_before_what_they_build() -> None:
    plan = Paper(sheets=TREE).plan(request("app"))
    order = [str(each) for each in plan.packages]
    assert set(order) == {"app==1.0", "leaf==1.0", "tool==2.0", "helper==1.0"}
    assert order.index("tool==2.0") < order.index("app==1.0")
    assert plan.installed() == {"app==1.0", "leaf==1.0"}
    assert _environments(plan)["app==1.0"] == ["helper==1.0", "tool==2.0"]


def test_every_edge_says_who_asks_and_where() -> None:
    plan = Paper(sheets=TREE).plan(request("app"))
    edges = {(each.parent, each.child, each.kind, each.origin) for each in plan.edges}
    assert ("", "app==1.0", "toplevel", "requirements.txt:1") in edges
    assert ("app==1.0", "leaf==1.0", "install", "app==1.0") in edges
    assert ("app==1.0", "tool==2.0", "build-system", "app==1.0") in edges
    assert ("tool==2.0", "helper==1.0", "install", "tool==2.0") in edges


def test_a_build_environment_does_not_depend_on_what_is_installed_beside_it() -> None:
    alone = Paper(sheets=TREE).plan(request("app"))
    beside = Paper(sheets=TREE).plan(request("app", "tool<2"))
    assert _get(alone, "app==1.0").spec.key == _get(beside, "app==1.0").spec.key
    assert {str(each) for each in beside.packages} >= {"tool==1.0", "tool==2.0"}


def test_a_build_constraint_reaches_every_environment() -> None:
    plan = Paper(sheets=TREE).plan(request("app", build_constraints=("tool<2",)))
    assert _environments(plan)["leaf==1.0"] == ["tool==1.0"]


def test_a_plan_that_stands_is_preferred() -> None:
    paper = Paper(sheets={**TREE, "leaf==2.0": Sheet()})
    leaf, tool = paper.candidate("leaf==1.0"), paper.candidate("tool==1.0")
    choices = Choices(
        installs={"default": {leaf.name: leaf}},
        environments={frozenset(["tool"]): {tool.name: tool}},
    )
    plan = paper.plan(request("app", choices=choices))
    assert plan.installed() == {"app==1.0", "leaf==1.0"}
    assert _environments(plan)["app==1.0"] == ["tool==1.0"]
    asked = {each.name for each in paper.asked if isinstance(each, Offers)}
    assert asked == {"app"}


def test_unknown_inputs_of_an_environment_are_asked_for_at_once() -> None:
    paper = Paper(
        sheets={"app==1.0": Sheet(build=("a", "b")), "a==1.0": Sheet(), "b==1.0": Sheet()}
    )
    facts = Facts()
    planner = Planner(request("app"), facts)
    for name in ("app==1.0", "a==1.0", "b==1.0"):
        candidate = paper.candidate(name)
        paper.until_known(partial(planner.known.tree, candidate), facts)
        paper.until_known(partial(planner.known.listing, candidate.name), facts)
    with pytest.raises(Missing) as missing:
        planner.spec(Node(candidate=paper.candidate("app==1.0")))
    assert {type(each) for each in missing.value.questions} == {Inquiry}
    assert {str(each) for each in missing.value.questions} == {"a==1.0", "b==1.0"}


def test_nothing_is_asked_twice() -> None:
    paper = Paper(sheets=TREE)
    paper.plan(request("app"))
    assert len(paper.asked) == len(set(paper.asked))


def test_only_native_packages_take_the_toolchain() -> None:
    sheets = {"app==1.0": Sheet(native=True, build=("tool",)), "tool==1.0": Sheet()}
    plan = Paper(sheets=sheets).plan(request("app"))
    parts = {str(each): [part for part, _ in each.spec.platform.parts] for each in plan.packages}
    assert parts == {"app==1.0": ["base", "toolchain", "headers"], "tool==1.0": ["base"]}


# What backends say.


def test_dynamic_requirements_join_the_environment() -> None:
    sheets = {
        "app==1.0": Sheet(build=("tool<2",), asks=lambda _: ("helper",)),
        "helper==1.0": Sheet(requires=("tool",)),
        "tool==1.0": Sheet(),
        "tool==2.0": Sheet(),
    }
    plan = Paper(sheets=sheets).plan(request("app"))
    assert _environments(plan)["app==1.0"] == ["helper==1.0", "tool==1.0"]
    planned = _get(plan, "app==1.0")
    assert planned.static_requires == ("tool<2",)
    assert planned.dynamic_requires == ("helper",)
    kinds = {each.child: each.kind for each in plan.edges if each.parent == "app==1.0"}
    assert kinds == {"helper==1.0": "build-backend", "tool==1.0": "build-system"}


def test_an_answer_that_moves_its_environment_is_asked_again() -> None:
    def asks(environment: frozenset[str]) -> tuple[str, ...]:
        return ("tool<2",) if "tool==2.0" in environment else ("tool<2", "late")

    sheets = {
        "app==1.0": Sheet(build=("tool",), asks=asks),
        "tool==1.0": Sheet(),
        "tool==2.0": Sheet(),
        "late==1.0": Sheet(),
    }
    paper = Paper(sheets=sheets)
    plan = paper.plan(request("app"))
    assert _environments(plan)["app==1.0"] == ["late==1.0", "tool==1.0"]
    asked_in = [
        [str(pin) for pin in each.spec.environment]
        for each in paper.asked
        if isinstance(each, Inquiry) and str(each) == "app==1.0"
    ]
    assert asked_in == [["tool==2.0"], ["tool==1.0"]]


def test_answers_that_never_settle_are_an_error() -> None:
    def asks(environment: frozenset[str]) -> tuple[str, ...]:
        return ("tool<2",) if "tool==2.0" in environment else ("tool>=2",)

    sheets = {
        "app==1.0": Sheet(build=("tool",), asks=asks),
        "tool==1.0": Sheet(),
        "tool==2.0": Sheet(),
    }
    with pytest.raises(ResolutionError, match=r"app==1\.0 does not settle"):
        Paper(sheets=sheets).plan(request("app"))


def test_metadata_that_only_a_backend_knows_takes_part_in_the_solve() -> None:
    sheets = {
        "app==1.0": Sheet(requires=("leaf<2",), dynamic=True, build=("tool",)),
        "leaf==1.0": Sheet(),
        "leaf==2.0": Sheet(),
        "tool==1.0": Sheet(),
    }
    plan = Paper(sheets=sheets).plan(request("app", "leaf"))
    assert plan.installed() == {"app==1.0", "leaf==1.0"}


def test_all_that_a_likely_install_set_must_ask_is_asked_at_once() -> None:
    sheets = {name: Sheet(dynamic=True) for name in ("one==1.0", "two==1.0", "two==0.5")}
    paper, facts, asked = Paper(sheets=sheets), Facts(), request("one", "two")
    planner = Planner(asked, facts)
    paper.until_known(partial(planner.install_by_declaration, asked.sets[0]), facts)
    with pytest.raises(Missing) as missing:
        planner.install(asked.sets[0])
    assert {str(each) for each in missing.value.questions} == {"one==1.0", "two==1.0"}


def test_a_conflict_shows_before_every_question_is_answered() -> None:
    sheets = {
        "told==1.0": Sheet(requires=("base<1",), dynamic=True),
        "mute==1.0": Sheet(dynamic=True),
        "base==1.0": Sheet(),
    }
    paper, facts, asked = Paper(sheets=sheets), Facts(), request("told", "mute", "base")
    planner = Planner(asked, facts)
    paper.until_known(partial(planner.install_by_declaration, asked.sets[0]), facts)
    with pytest.raises(Missing) as missing:
        planner.install(asked.sets[0])
    told = next(each for each in missing.value.questions if str(each) == "told==1.0")
    answer = paper.answer(told)
    assert isinstance(answer, BackendAnswer)
    assert answer.metadata is not None
    assert planner.is_doubted(answer.metadata)
    facts.learn(told, answer)
    with pytest.raises(ResolutionError, match="base"):
        planner.install(asked.sets[0])


def test_declarations_alone_leave_out_what_only_a_backend_knows() -> None:
    sheets = {"app==1.0": Sheet(requires=("nowhere",), dynamic=True)}
    paper, facts, asked = Paper(sheets=sheets), Facts(), request("app")
    planner = Planner(asked, facts)
    solution = paper.until_known(lambda: planner.install_by_declaration(asked.sets[0]), facts)
    assert [str(pin) for pin in solution.pins] == ["app==1.0"]
    assert not planner.is_declared(solution)
    assert not [each for each in paper.asked if isinstance(each, Inquiry)]


@pytest.mark.parametrize("dynamic", [True, False])
def test_a_final_spec_comes_with_what_its_wheel_must_require(dynamic: bool) -> None:
    paper = Paper(sheets={"app==1.0": Sheet(requires=("leaf",), dynamic=dynamic)})
    facts = Facts()
    planner = Planner(request("app"), facts)
    node = Node(candidate=paper.candidate("app==1.0"))
    spec = paper.until_known(lambda: planner.spec(node), facts)
    assert planner.promises[spec.key].metadata.requires_dist == ("leaf",)
    assert planner.promises[spec.key].declared is not dynamic


def test_a_backend_without_metadata_is_an_error() -> None:
    class Mute(Paper):
        def _told(self, inquiry: Inquiry) -> BackendAnswer:
            return varied(super()._told(inquiry), metadata=None)

    with pytest.raises(BuildError, match="cannot prepare metadata"):
        Mute(sheets={"app==1.0": Sheet(dynamic=True)}).plan(request("app"))


def test_an_impossible_environment_names_each_package_that_has_it() -> None:
    sheets = {name: Sheet(build=("tool>9",)) for name in ("one==1.0", "two==1.0")}
    paper, facts = Paper(sheets={**sheets, "tool==1.0": Sheet()}), Facts()
    planner = Planner(request("one", "two"), facts)
    for name in sheets:
        candidate = paper.candidate(name)
        with pytest.raises(ResolutionError, match=f"tool>9 .{name} .build-system..") as caught:
            paper.until_known(partial(planner.spec, Node(candidate=candidate)), facts)
        with pytest.raises(ResolutionError) as again:
            planner.spec(Node(candidate=candidate))
        assert again.value is caught.value


def test_two_sets_may_have_two_versions_of_one_project() -> None:
    sets = {"one": ["tool<2"], "two": ["tool"]}
    plan = Paper(sheets=TREE).plan(request(sets=sets))
    assert [each.pins for each in plan.sets] == [("tool==1.0",), ("helper==1.0", "tool==2.0")]


def test_a_direct_reference_is_located_once() -> None:
    paper = Paper(sheets=TREE, urls={"https://test/tool.tar.gz": "tool==1.0"})
    plan = paper.plan(request("tool @ https://test/tool.tar.gz"))
    assert plan.installed() == {"tool==1.0"}
    assert not [each for each in paper.asked if isinstance(each, Offers)]


def test_an_unknown_source_is_asked_for() -> None:
    paper = Paper(sheets=TREE)
    planner = Planner(request("app"), Facts())
    candidate = paper.candidate("app==1.0")
    with pytest.raises(Missing) as missing:
        planner.settled(Node(candidate=candidate, context=Context()))
    assert {type(each) for each in missing.value.questions} == {Prepare}
