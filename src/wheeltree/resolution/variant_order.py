"""Which variants fit a machine, and which of them is best (PEP 825, "Variant ordering")."""

from collections.abc import Iterable

from wheeltree.model.variant import Label, Properties, Property, Vocabulary
from wheeltree.resolution.variant_words import Supported, supported

__all__ = ["Supported", "matched", "ranked", "supported", "unmet"]

_Place = tuple[int, int, int]
_END: _Place = (1 << 30, 0, 0)
"""Comes after every place, so that of two lists with one beginning the longer is better."""


def ranked(
    labels: Iterable[Label], vocabulary: Vocabulary, supported: Supported
) -> tuple[Label, ...]:
    """The labels that fit a machine, best first.

    A label's places are those of its best supported values: of the namespace in the vocabulary, of
    the feature and the value in `supported`. Sorted, they are compared from the first on; the label
    that has more of them is better where the others are equal, and the name decides at last.
    """
    fitting = (each for each in labels if not unmet(each, vocabulary, supported))
    return tuple(
        sorted(fitting, key=lambda each: (_places(each, vocabulary, supported), each.name))
    )


def unmet(label: Label, vocabulary: Vocabulary, supported: Supported) -> Properties:
    """The properties of a label that a machine does not have."""
    return tuple(
        each
        for each in label.properties
        if each.namespace not in vocabulary.namespaces or not _best(each, supported)
    )


def matched(label: Label, supported: Supported) -> Properties:
    """The properties of a label that fits, each with the one value that counts."""
    return tuple(
        Property(namespace=each.namespace, feature=each.feature, values=_best(each, supported))
        for each in label.properties
    )


def _best(need: Property, supported: Supported) -> tuple[str, ...]:
    """The best value that a property and a machine have in common, if there is any."""
    wanted = frozenset(need.values)
    return next(
        ((each,) for each in supported.values(need.namespace, need.feature) if each in wanted), ()
    )


def _places(label: Label, vocabulary: Vocabulary, supported: Supported) -> tuple[_Place, ...]:
    return (*sorted(_place(each, vocabulary, supported) for each in label.properties), _END)


def _place(need: Property, vocabulary: Vocabulary, supported: Supported) -> _Place:
    (value,) = _best(need, supported)
    features = supported.features[need.namespace]
    return (
        vocabulary.namespaces.index(need.namespace),
        list(features).index(need.feature),
        features[need.feature].index(value),
    )
