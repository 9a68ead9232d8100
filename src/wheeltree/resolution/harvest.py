"""The solution in a resolver's final state: what is reachable from what was wanted."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.model.source import Candidate
from wheeltree.resolution.choices import Choices
from wheeltree.resolution.needs import Need, Pin
from wheeltree.resolution.problem import Solution
from wheeltree.resolution.wanted import Wanted

Edge = tuple[str, str, int]
"""Parent, child, and which requirement: one with two extras is two needs, but one edge."""


def harvest(top: Iterable[Need], mapping: Mapping[str, Pin], choices: Choices) -> Solution:
    """The pins that `top` leads to; others are left from paths that were given up."""
    pins: dict[Pin, None] = {}
    edges: dict[Edge, Wanted] = {}
    waiting = deque(("", need) for need in top)
    while waiting:
        parent, need = waiting.popleft()
        pin = mapping[need.identifier]
        if str(pin) != parent:
            edges[parent, str(pin), id(need.wanted)] = need.wanted
        if pin not in pins:
            pins[pin] = None
            waiting.extend((str(pin), each) for each in choices.needs(pin))
    return Solution(
        pins=tuple(sorted(_candidates(pins), key=lambda each: each.name)),
        edges=tuple(
            sorted(
                ((parent, child, wanted) for (parent, child, _), wanted in edges.items()),
                key=lambda edge: (edge[0], edge[1], edge[2].text, edge[2].origin),
            )
        ),
        extras=_extras(pins),
        notices=tuple(_unknown_extras(pins, edges, choices)),
    )


def _candidates(pins: Iterable[Pin]) -> Iterable[Candidate]:
    return (pin.candidate for pin in pins if not pin.extra)


def _extras(pins: Iterable[Pin]) -> dict[NormalizedName, frozenset[str]]:
    found: dict[NormalizedName, frozenset[str]] = {}
    for pin in pins:
        if pin.extra:
            name = pin.candidate.name
            found[name] = found.get(name, frozenset()) | {pin.extra}
    return found


def _unknown_extras(
    pins: Iterable[Pin], edges: Mapping[Edge, Wanted], choices: Choices
) -> Iterator[str]:
    for pin in pins:
        if pin.extra and pin.extra not in _names(choices.metadata(pin).extras):
            origins = [
                wanted.origin
                for (_, child, _), wanted in edges.items()
                if child == str(pin) and pin.extra in _names(wanted.requirement.extras)
            ]
            yield f"{pin} has no extra {pin.extra!r}, which {', '.join(origins)} asks for"


def _names(extras: Iterable[str]) -> frozenset[str]:
    return frozenset(canonicalize_name(each) for each in extras)
