"""Whatever the labels and the machine: the order of variants keeps the laws of the standard."""

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wheeltree.model.variant import Label, Vocabulary, label, properties, provider, vocabulary
from wheeltree.model.variant_file import VariantFile, in_index, merged, parse
from wheeltree.resolution.variant_order import Supported, ranked, unmet

NAMESPACES, FEATURES, VALUES = "abc", "xyz", "1234"

values = st.lists(st.sampled_from(VALUES), min_size=1, max_size=3, unique=True)
features = st.dictionaries(st.sampled_from(FEATURES), values, min_size=1, max_size=3)
asked = st.dictionaries(st.sampled_from(NAMESPACES), features, max_size=3).map(properties)
vocabularies = st.permutations(NAMESPACES).map(
    lambda names: vocabulary(provider(each, [f"p{each}"]) for each in names)
)
machines = st.dictionaries(
    st.sampled_from(NAMESPACES),
    st.dictionaries(st.sampled_from(FEATURES), st.permutations(VALUES).map(lambda v: tuple(v[:3]))),
).map(lambda found: Supported(features=found))
labels = st.lists(asked, max_size=6, unique=True).map(
    lambda every: [label(f"l{n}" if each else "null", each) for n, each in enumerate(every)]
)


def fits(each: Label, machine: Supported) -> bool:
    """The standard's own words: one value at least of each feature."""
    return all(
        set(need.values) & set(machine.values(need.namespace, need.feature))
        for need in each.properties
    )


@given(labels, vocabularies, machines)
def test_the_labels_that_fit_are_ranked_and_no_others(
    labels: list[Label], words: Vocabulary, machine: Supported
) -> None:
    found = ranked(labels, words, machine)
    assert set(found) == {each for each in labels if fits(each, machine)}
    assert all(bool(unmet(each, words, machine)) != (each in found) for each in labels)


@given(labels, vocabularies, machines, st.randoms())
def test_the_order_depends_on_nothing_else(
    labels: list[Label], words: Vocabulary, machine: Supported, chance: random.Random
) -> None:
    turned = list(labels)
    chance.shuffle(turned)
    found = ranked(labels, words, machine)
    assert ranked(turned, words, machine) == found
    assert ranked(found[1:], words, machine) == found[1:]


@given(labels, vocabularies, machines)
def test_null_is_the_last(labels: list[Label], words: Vocabulary, machine: Supported) -> None:
    found = ranked([*labels, label("null", ())], words, machine)
    assert found[-1].name == "null"


def places(each: Label, words: Vocabulary, machine: Supported) -> list[tuple[int, int, int]]:
    """Where the best values of a label stand, the most important one first."""
    found = []
    for need in each.properties:
        has = machine.features[need.namespace]
        value = next(has[need.feature].index(v) for v in has[need.feature] if v in need.values)
        place = words.namespaces.index(need.namespace), list(has).index(need.feature), value
        found.append(place)
    return sorted(found)


@given(labels, vocabularies, machines)
def test_each_is_better_than_the_next_where_they_differ_first_or_by_having_more(
    labels: list[Label], words: Vocabulary, machine: Supported
) -> None:
    for one, other in pairwise(ranked(labels, words, machine)):
        mine, theirs = places(one, words, machine), places(other, words, machine)
        differs = next(((a, b) for a, b in zip(mine, theirs, strict=False) if a != b), None)
        if differs:
            assert differs[0] < differs[1]
        else:
            assert (-len(mine), one.name) < (-len(theirs), other.name)


@given(labels.filter(bool), vocabularies)
def test_files_say_the_same_alone_and_together(labels: list[Label], words: Vocabulary) -> None:
    alone = [VariantFile(vocabulary=words, labels=(each,)) for each in labels]
    assert merged(alone) == parse(in_index(labels, words))
