"""What could not even be planned, since a backend that must answer did not."""

from collections.abc import Iterator

from wheeltree.planning.assemble import targets
from wheeltree.planning.facts import Missing, Question
from wheeltree.planning.nodes import Node
from wheeltree.planning.planner import Planner

Stuck = tuple[str, frozenset[Question]]
"""What cannot be planned, and the questions that it waits for."""


def unplanned(planner: Planner) -> Iterator[Stuck]:
    """Everything that is asked for, or is needed for it, and has no spec; tools first."""
    seen: set[Node] = set()
    for wanted in planner.request.sets:
        try:
            nodes = list(targets(planner, planner.install(wanted)))
        except Missing as missing:
            yield f"the install set {wanted.name!r}", missing.questions
            continue
        for node in nodes:
            yield from _below(planner, node, seen)


def _below(planner: Planner, node: Node, seen: set[Node]) -> Iterator[Stuck]:
    if node in seen:
        return
    seen.add(node)
    try:
        planner.spec(node)
    except Missing as missing:
        for tool in _tools(planner, node):
            yield from _below(planner, tool, seen)
        yield str(node), missing.questions


def _tools(planner: Planner, node: Node) -> tuple[Node, ...]:
    try:
        return planner.tools(node)
    except Missing:
        return ()
