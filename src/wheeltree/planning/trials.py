"""What is installed together with one wheel, so that it can be imported."""

from collections.abc import Iterable, Sequence

from wheeltree.model.spec import BuildSpec, Input
from wheeltree.model.trial import Trial
from wheeltree.planning.facts import Missing, Question
from wheeltree.planning.nodes import Node
from wheeltree.planning.planner import Planner
from wheeltree.resolution.wanted import Wanted


def closure(package: str, edges: Iterable[tuple[str, str, Wanted]]) -> tuple[str, ...]:
    """Everything that a package of a solution requires, and what that requires; itself first.

    package: `name==version`. What somebody else asks for of an extra counts as required by it.
    """
    below: dict[str, list[str]] = {}
    for parent, child, _ in edges:
        below.setdefault(parent, []).append(child)
    found = dict.fromkeys([package])
    waiting = [package]
    for each in waiting:
        new = [child for child in below.get(each, ()) if child not in found]
        found.update(dict.fromkeys(new))
        waiting.extend(new)
    return tuple(found)


def trial(planner: Planner, node: Node, together: Sequence[Node]) -> Trial:
    """The trial of a node; Missing with all that is not known of what is installed with it."""
    missing: set[Question] = set()
    specs: list[BuildSpec] = []
    for each in together:
        try:
            specs.append(planner.spec(each))
        except Missing as error:
            missing |= error.questions
    if missing:
        raise Missing(*missing)
    installed = (Input(name=each.name, version=each.version, key=each.key) for each in specs)
    return Trial(
        spec=planner.spec(node), closure=tuple(sorted(installed, key=lambda each: each.name))
    )
