"""Chains of requirements from a package up to the user."""

from wheeltree.model.plan import Edge, EdgeKind
from wheeltree.planning.routes import chains


def edge(parent: str, child: str, kind: EdgeKind = "install") -> Edge:
    origin = parent or "requirements.txt:1"
    return Edge(parent=parent, child=child, requirement=child, kind=kind, origin=origin)


def spoken(edges: list[Edge], child: str) -> list[str]:
    return [" ".join(each.parent or "user" for each in chain) for chain in chains(edges, child)]


def test_a_chain_leads_from_the_package_to_the_user() -> None:
    assert spoken([edge("a", "b"), edge("", "a")], "b") == ["a user"]


def test_every_requirement_has_its_shortest_chain_the_shortest_first() -> None:
    edges = [edge("", "a"), edge("a", "b"), edge("a", "c"), edge("b", "c"), edge("", "c")]
    assert spoken(edges, "c") == ["user", "a user", "b a user"]


def test_a_chain_through_the_package_itself_is_left_out() -> None:
    edges = [edge("", "a"), edge("a", "tool", "build-system"), edge("tool", "b"), edge("b", "tool")]
    assert spoken(edges, "tool") == ["a user"]


def test_what_nobody_asked_for_has_no_chain() -> None:
    assert spoken([edge("a", "b"), edge("b", "a")], "a") == []
