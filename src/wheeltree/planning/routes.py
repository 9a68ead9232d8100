"""Who asked for a package: chains of requirements, from it up to what the user wrote."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from wheeltree.model.plan import Edge

Chain: TypeAlias = tuple[Edge, ...]
"""Each edge's parent is the child of the next; the last one has none."""


def chains(edges: Iterable[Edge], child: str) -> tuple[Chain, ...]:
    """For every requirement that `child` satisfies the shortest chain up, the shortest first.

    child: `name==version`. A chain that leads through `child` again says nothing, and is left out.
    """
    known = tuple(edges)
    way = _shortest(known)
    found = {_chain(edge, way) for edge in known if edge.child == child and _reached(edge, way)}
    return tuple(
        sorted(
            (each for each in found if not any(edge.parent == child for edge in each)),
            key=lambda chain: (len(chain), [(edge.parent, edge.requirement) for edge in chain]),
        )
    )


def _reached(edge: Edge, way: Mapping[str, Edge]) -> bool:
    return not edge.parent or edge.parent in way


def _chain(edge: Edge, way: Mapping[str, Edge]) -> Chain:
    links = [edge]
    while links[-1].parent:
        links.append(way[links[-1].parent])
    return tuple(links)


def _shortest(edges: Iterable[Edge]) -> dict[str, Edge]:
    """The last edge of a shortest way from the user to each package."""
    below: dict[str, list[Edge]] = {}
    for edge in edges:
        below.setdefault(edge.parent, []).append(edge)
    way: dict[str, Edge] = {}
    pending = deque([""])
    while pending:
        for edge in below.get(pending.popleft(), ()):
            if edge.child not in way:
                way[edge.child] = edge
                pending.append(edge.child)
    return way
