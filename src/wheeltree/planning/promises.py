"""Whether a wheel requires what the plan was made with."""

from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.errors import BuildError
from wheeltree.model.artifact import Artifact
from wheeltree.model.frozen import Frozen
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Metadata
from wheeltree.model.spec import BuildSpec
from wheeltree.resolution.policy import applies


class Promise(Frozen):
    """What a wheel was planned to require, and who said so."""

    metadata: Metadata
    declared: bool
    """By its source; else its backend told, before it built."""


def verify(spec: BuildSpec, promise: Promise, artifact: Artifact) -> None:
    """BuildError if the wheel requires something else than was promised.

    Compared is what the requirements come to: those that apply to the interpreter, without extras
    and for each extra, however they are spelled.
    """
    if promise.metadata == artifact.metadata:
        return
    interpreter = spec.platform.interpreter
    before = _Requiring(spec.name, promise.metadata, interpreter)
    problems = list(_differences(before, _Requiring(spec.name, artifact.metadata, interpreter)))
    if not problems:
        return
    backend = spec.build_system.backend
    said = "its source declares" if promise.declared else f"its backend {backend} said before"
    raise BuildError(
        f"{spec}: the wheel that {backend} built does not require what {said}",
        details=problems,
        hint=f"set `metadata: backend` for {spec.name} in settings.yaml, so that its backend is "
        "asked, or correct the source with a patch"
        if promise.declared
        else "its backend contradicts itself: report it, or patch the source",
    )


class _Requiring:
    """What a wheel requires, by extra, with references to its own extras followed.

    Backends differ in that: one writes `pkg[test]` for what another spells out.
    """

    def __init__(self, name: NormalizedName, metadata: Metadata, interpreter: Interpreter) -> None:
        self.metadata = metadata
        self.interpreter = interpreter
        self._name = name
        self._all = [(Requirement(text), text) for text in metadata.requires_dist]

    def applying(self, extra: str) -> dict[object, str]:
        """The requirements that apply with an extra, as they are written, by what they mean."""
        found: dict[object, str] = {}
        extras = [extra]
        for each in extras:  # grows while it is walked
            for requirement, text in self._all:
                if not applies(requirement, self.interpreter, each):
                    continue
                if canonicalize_name(requirement.name) == self._name:
                    own = map(canonicalize_name, requirement.extras)
                    extras += [other for other in own if other not in extras]
                else:
                    found[_meaning(requirement)] = text
        return found


def _differences(before: _Requiring, now: _Requiring) -> Iterator[str]:
    python, needed = now.interpreter.python, now.metadata.requires_python
    if not SpecifierSet(needed).contains(python, prereleases=True):
        yield f"the wheel needs Python {needed}"
    for extra in ("", *sorted({*before.metadata.extras, *now.metadata.extras})):
        promised, found = before.applying(extra), now.applying(extra)
        where = f" for its extra {extra}" if extra else ""
        yield from (f"the wheel lacks {text}{where}" for text in _without(promised, found))
        yield from (f"the wheel adds {text}{where}" for text in _without(found, promised))


def _meaning(requirement: Requirement) -> object:
    name, extras = canonicalize_name(requirement.name), map(canonicalize_name, requirement.extras)
    return (name, frozenset(extras), requirement.url, requirement.specifier)


def _without(some: dict[object, str], others: dict[object, str]) -> list[str]:
    return sorted(text for meaning, text in some.items() if meaning not in others)
