"""Whether a wheel requires what the plan was made with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from wheeltree.errors import BuildError
from wheeltree.model.artifact import Artifact
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Metadata
from wheeltree.model.spec import BuildSpec
from wheeltree.resolution.policy import applies


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a wheel was planned to require, and who said so."""

    metadata: Metadata
    declared: bool
    """By its source; else its backend told, before it built."""


def verify(spec: BuildSpec, promise: Promise, artifact: Artifact) -> None:
    """BuildError if the wheel requires something else than was promised.

    Compared is what the requirements come to: those that apply to the interpreter, without extras
    and for each extra, however they are spelled.
    """
    interpreter = spec.platform.interpreter
    problems = list(_differences(promise.metadata, artifact.metadata, interpreter))
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


def _differences(promised: Metadata, found: Metadata, interpreter: Interpreter) -> Iterator[str]:
    if not SpecifierSet(found.requires_python).contains(interpreter.python, prereleases=True):
        yield f"the wheel needs Python {found.requires_python}"
    for extra in ("", *sorted({*promised.extras, *found.extras})):
        before = _applying(promised.requires_dist, interpreter, extra)
        now = _applying(found.requires_dist, interpreter, extra)
        where = f" for its extra {extra}" if extra else ""
        yield from (f"the wheel lacks {text}{where}" for text in _without(before, now))
        yield from (f"the wheel adds {text}{where}" for text in _without(now, before))


def _applying(requires: Iterable[str], interpreter: Interpreter, extra: str) -> dict[object, str]:
    """The requirements that apply, as they are written, by what they come to."""
    parsed = [(Requirement(text), text) for text in requires]
    return {_meaning(each): text for each, text in parsed if applies(each, interpreter, extra)}


def _meaning(requirement: Requirement) -> object:
    name, extras = canonicalize_name(requirement.name), map(canonicalize_name, requirement.extras)
    return (name, frozenset(extras), requirement.url, requirement.specifier)


def _without(some: dict[object, str], others: dict[object, str]) -> list[str]:
    return sorted(text for meaning, text in some.items() if meaning not in others)
