"""What variants there are, as JSON: `variant.json` in a wheel, `variants.json` in an index.

PEP 825 says where it lies and PEP 850 what is in it. Both are drafts: all of it that may change
once more is in this module.
"""

from collections.abc import Iterable
from typing import Any

from wheeltree.model.codec import Malformed, decode, pretty
from wheeltree.model.frozen import Frozen
from wheeltree.model.variant import (
    Label,
    Provider,
    Vocabulary,
    label,
    properties,
    provider,
    vocabulary,
)

SCHEMA = "https://variants-schema.wheelnext.dev/peps/850/v0.2.0.json"

_MOST = 256 << 10
"""Bytes of a file, enough for some hundred labels; a larger one is an attack."""


class VariantFile(Frozen):
    """What a file says."""

    vocabulary: Vocabulary
    labels: tuple[Label, ...]
    """Sorted by name, each once."""


class Contradiction(ValueError):
    """Files of one version of a project that cannot all be true; says what they disagree on."""


class _Priorities(Frozen, forbid_unknown_fields=True):
    namespace: list[str]


class _Provider(Frozen, forbid_unknown_fields=True, rename="kebab"):
    requires: list[str]
    plugin_api: str = ""


_Features = dict[str, list[str]]


class _Document(
    Frozen,
    forbid_unknown_fields=True,
    rename={"schema": "$schema", "default_priorities": "default-priorities"},
):
    schema: str
    default_priorities: _Priorities
    providers: dict[str, _Provider]
    variants: dict[str, dict[str, _Features]]


def in_wheel(label: Label, vocabulary: Vocabulary) -> bytes:
    """`variant.json` of a wheel with that label; equal arguments give equal bytes.

    ValueError if the label uses a namespace that is not in the vocabulary.
    """
    return _spelled([label], vocabulary)


def in_index(labels: Iterable[Label], vocabulary: Vocabulary) -> bytes:
    """`NAME-VERSION-variants.json` of an index that has these labels of one version of a project.

    ValueError as for `in_wheel`, and for two labels of one name.
    """
    return _spelled(list(labels), vocabulary)


def index_filename(name: str, version: str) -> str:
    """The name of that file, of a project and a version as they stand in the name of a wheel."""
    return f"{name}-{version}-variants.json"


def parse(content: bytes) -> VariantFile:
    """What a file of either kind says; Malformed if it is none, or says more than is understood."""
    if len(content) > _MOST:
        raise Malformed(f"it is larger than {_MOST >> 10} KiB")
    document = decode(content, _Document)
    if document.schema != SCHEMA:
        raise Malformed(f"its schema is {document.schema!r:.200}, and {SCHEMA} is understood")
    try:
        return _understood(document)
    except ValueError as error:
        raise Malformed(str(error)) from error


def merged(files: Iterable[VariantFile]) -> VariantFile:
    """What files of one version of a project say together; at least one.

    Of two vocabularies one must extend the other, and a label means the same everywhere (PEP 825):
    otherwise Contradiction, which names what is said twice.
    """
    first, *others = files
    known, labels = first.vocabulary, {each.name: each for each in first.labels}
    for file in others:
        known = _longer(known, file.vocabulary)
        for each in file.labels:
            if labels.setdefault(each.name, each) != each:
                raise Contradiction(_two_meanings(labels[each.name], each))
    return VariantFile(vocabulary=known, labels=_sorted(labels.values()))


def _spelled(labels: list[Label], vocabulary: Vocabulary) -> bytes:
    _check(labels, vocabulary)
    return pretty(
        {
            "$schema": SCHEMA,
            "default-priorities": {"namespace": vocabulary.namespaces},
            "providers": {each.namespace: _provider_object(each) for each in vocabulary.providers},
            "variants": {each.name: _properties_object(each) for each in labels},
        }
    )


def _provider_object(provider: Provider) -> dict[str, Any]:
    said: dict[str, Any] = {"requires": provider.requires}
    if provider.plugin_api:
        said["plugin-api"] = provider.plugin_api
    return said


def _properties_object(label: Label) -> dict[str, dict[str, tuple[str, ...]]]:
    said: dict[str, dict[str, tuple[str, ...]]] = {}
    for each in label.properties:
        said.setdefault(each.namespace, {})[each.feature] = each.values
    return said


def _understood(document: _Document) -> VariantFile:
    namespaces = document.default_priorities.namespace
    if sorted(namespaces) != sorted(document.providers):
        raise Malformed("default-priorities.namespace and providers have different namespaces")
    known = vocabulary(
        provider(each, said.requires, said.plugin_api)
        for each, said in ((name, document.providers[name]) for name in namespaces)
    )
    labels = [label(name, properties(said)) for name, said in document.variants.items()]
    for name, said in document.variants.items():
        _refuse_repetitions(name, said)
    _check(labels, known)
    return VariantFile(vocabulary=known, labels=_sorted(labels))


def _refuse_repetitions(name: str, said: dict[str, _Features]) -> None:
    for features in said.values():
        for feature, values in features.items():
            if len(set(values)) != len(values):
                raise Malformed(f"the label {name} has a value of {feature} twice")


def _check(labels: list[Label], vocabulary: Vocabulary) -> None:
    if not (labels and vocabulary.providers):
        raise ValueError("there must be a label, and a namespace with its provider")
    known, seen = frozenset(vocabulary.namespaces), set[str]()
    for each in labels:
        if each.name in seen:
            raise ValueError(f"the label {each.name} is there twice")
        seen.add(each.name)
        for need in each.properties:
            if need.namespace not in known:
                raise ValueError(f"the label {each.name} uses {need.namespace}, which has no place")


def _longer(one: Vocabulary, other: Vocabulary) -> Vocabulary:
    if one.extends(other):
        return one
    if other.extends(one):
        return other
    for mine, theirs in zip(one.providers, other.providers, strict=False):
        if mine.namespace == theirs.namespace and mine != theirs:
            raise Contradiction(f"the provider of {mine.namespace} is {_said(mine, theirs)}")
    orders = (", ".join(each.namespaces) for each in (one, other))
    raise Contradiction(f"the namespaces are ordered {' and also '.join(orders)}")


def _said(one: Provider, other: Provider) -> str:
    spelled = (" ".join((*each.requires, each.plugin_api)).rstrip() for each in (one, other))
    return " and also ".join(spelled)


def _two_meanings(one: Label, other: Label) -> str:
    spelled = (", ".join(map(str, each.properties)) or "nothing" for each in (one, other))
    return f"the label {one.name} means {' and also '.join(spelled)}"


def _sorted(labels: Iterable[Label]) -> tuple[Label, ...]:
    return tuple(sorted(labels, key=lambda each: each.name))
