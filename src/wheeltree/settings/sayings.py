"""Every value that the settings give one version, with where it is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING

from wheeltree.settings.evaluate import Subject, treatments
from wheeltree.settings.problems import Origin
from wheeltree.settings.schema import (
    Policy,
    Rule,
    Settings,
    SourceSettings,
    Treatment,
    VariantPackage,
    VariantSettings,
)
from wheeltree.settings.template import Template
from wheeltree.settings.values import VariantName

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_WHOM = frozenset(
    {"origin", "versions", "python", "platform", "variant", "packages", "rules", "source"}
    | {"description", "properties"}
)
"""What says for whom a treatment is, or is told by itself."""


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One value of a recipe."""

    key: str
    """Dotted, such as env.CFLAGS."""
    value: str
    """As it is written: a variable may hold a secret."""
    where: str
    """File and line."""
    scope: str
    """For whom it is said: a policy or a rule; "" for the package itself."""


def sayings(settings: Settings, subject: Subject) -> tuple[Saying, ...]:
    """What holds for one version, sorted by key: of several values of a key, the one that wins."""
    found: dict[str, Saying] = {}
    if source := _source(settings, subject):
        for key, value in _values("source", source):
            found[key] = _saying(key, value, source.origin, key.partition(".")[2], "")
    for each in treatments(settings, subject):
        for field in fields(each):
            if field.name not in _WHOM:
                for key, value in _values(field.name, getattr(each, field.name)):
                    found[key] = _saying(key, value, each.origin, key, _scope(each))
    return tuple(found[key] for key in sorted(found))


def _source(settings: Settings, subject: Subject) -> SourceSettings | None:
    variant = settings.variants.get(VariantName(subject.variant))
    named = variant.packages.get(subject.name) if variant else None
    own = settings.packages.get(subject.name)
    return (named.source if named else None) or (own.source if own else None)


def _saying(key: str, value: object, origin: Origin, place: str, scope: str) -> Saying:
    return Saying(key=key, value=_text(value), where=origin.at(place), scope=scope)


def _scope(said: Treatment) -> str:
    if isinstance(said, Policy):
        names = (each.text for each in said.packages)
        return f"policy for {', '.join((*names, *_narrowed(said)))}"
    if isinstance(said, Rule):
        return f"rule for {', '.join(_narrowed(said)) or 'all'}"
    if isinstance(said, VariantPackage):
        return "package of the variant"
    return "variant" if isinstance(said, VariantSettings) else ""


def _narrowed(said: Rule) -> Iterator[str]:
    """What a rule is narrowed to."""
    variant = said.variant and f"variant {said.variant}"
    narrowed = (said.versions, said.python and f"Python {said.python}", said.platform, variant)
    yield from (str(each) for each in narrowed if each)


def _values(key: str, value: object) -> Iterator[tuple[str, object]]:
    """What is said below a key; nothing where nothing is."""
    if value is None or value == () or (isinstance(value, Mapping) and not value):
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield f"{key}.{name}", inner
    elif is_dataclass(value) and not isinstance(value, Template | type):
        for name, inner in _given(value):
            yield from _values(f"{key}.{name}", inner)
    else:
        yield key, value


def _given(value: "DataclassInstance") -> Iterator[tuple[str, object]]:
    """The fields that are not as they are left out."""
    for field in fields(value):
        inner = getattr(value, field.name)
        if field.name != "origin" and inner != field.default:
            yield field.name, inner


def _text(value: object) -> str:
    match value:
        case Template():
            return value.text
        case tuple():
            return ", ".join(_text(each) for each in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return ", ".join(f"{name} {_text(inner)}" for name, inner in _given(value)) or "yes"
        case _:
            return str(value)
