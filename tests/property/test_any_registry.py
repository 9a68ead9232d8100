"""Whatever settings declare one after the other, a label means for ever what it meant first."""

import itertools
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from wheeltree.model.variant import KNOWN_PROVIDERS, Variant, Vocabulary, properties, vocabulary
from wheeltree.store.registry import FILE, Registry, extended, read_registry, spelled

NAMESPACES = tuple(KNOWN_PROVIDERS)
values = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz0123456789_.", min_size=1, max_size=8),
    min_size=1,
    max_size=3,
)
said = st.dictionaries(
    st.sampled_from(NAMESPACES[:3]),
    st.dictionaries(st.sampled_from(["level", "sm_arch"]), values, min_size=1),
    max_size=2,
).map(properties)
variants = st.lists(
    st.builds(
        Variant,
        name=st.sampled_from(["cpu", "cuda130", "rocm64"]),
        description=st.just(""),
        properties=said,
    ),
    max_size=3,
    unique_by=lambda each: each.name,
)


def spoken(count: int) -> Vocabulary:
    """The first of the namespaces."""
    return vocabulary(KNOWN_PROVIDERS[name] for name in NAMESPACES[:count])


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[list[Variant], Vocabulary]]:
    """What settings declared, run by run."""
    return draw(st.lists(st.tuples(variants, st.integers(0, 6).map(spoken)), max_size=5))


def after(runs: list[tuple[list[Variant], Vocabulary]]) -> list[Registry]:
    """The registry after each run."""
    found = [Registry()]
    for declared, words in runs:
        found.append(extended(found[-1], declared, words))
    return found


@settings(max_examples=60, deadline=None)
@given(histories())
def test_entries_are_only_added(runs: list[tuple[list[Variant], Vocabulary]]) -> None:
    found = after(runs)
    for older, newer in itertools.pairwise(found):
        assert newer.labels[: len(older.labels)] == older.labels
        assert newer.vocabulary.extends(older.vocabulary)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_every_variant_that_asks_for_something_has_a_label_of_its_own(
    runs: list[tuple[list[Variant], Vocabulary]],
) -> None:
    found = after(runs)[-1]
    names = [each.label.name for each in found.labels]
    assert len(set(names)) == len(names)
    for declared, _ in runs:
        for each in declared:
            label = found.label_of(each)
            assert (label is None) == (not each.properties)
            assert label is None or label.properties == each.properties


@settings(max_examples=60, deadline=None)
@given(histories())
def test_a_registry_that_was_written_is_read_as_it_was(
    runs: list[tuple[list[Variant], Vocabulary]],
) -> None:
    found = after(runs)[-1]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, FILE).write_bytes(spelled(found))
        assert read_registry(Path(folder)) == found


@settings(max_examples=60, deadline=None)
@given(histories())
def test_the_same_settings_add_nothing_twice(
    runs: list[tuple[list[Variant], Vocabulary]],
) -> None:
    found = after(runs)[-1]
    for declared, words in runs[-1:]:
        assert extended(found, declared, words) == found
