"""Which nodes are being worked on, one inside the other: how a wheel that needs itself is found."""

from collections.abc import Iterator
from contextlib import contextmanager

from wheeltree.errors import BuildCycle
from wheeltree.planning.nodes import Node


class Trail:
    """The nodes from the first that was entered to the one that is being worked on."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []

    @contextmanager
    def entered(self, node: Node) -> Iterator[None]:
        """Work on `node` while the block runs; BuildCycle if that is what led here."""
        if node in self._nodes:
            raise _cycle([*self._nodes[self._nodes.index(node) :], node])
        self._nodes.append(node)
        try:
            yield
        finally:
            self._nodes.pop()


def _cycle(nodes: list[Node]) -> BuildCycle:
    node = nodes[-1]
    return BuildCycle(
        f"{node} is needed to build itself: {' -> '.join(map(str, nodes))}",
        hint=f"name one wheel of the cycle as a seed in settings.yaml "
        f"(seeds: [{{name: {node.candidate.name}, version: …, url: …, sha256: …}}]), "
        f"or build an older version of it with --build-constraint",
    )
