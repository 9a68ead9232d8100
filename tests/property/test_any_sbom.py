"""Whatever a wheel and its source say, its SBOM is right by its schema, and the same each time."""

import tempfile
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_wheels import INFO, inspected, members, write
from test_sbom import HEAD, OURS, spec

from wheeltree.building.foreign_sboms import steadied_text
from wheeltree.building.sbom import with_sbom
from wheeltree.model import codec
from wheeltree.model.digest import digest_bytes
from wheeltree.model.ingredient import Ingredient

VALID = JsonStrictValidator(SchemaVersion.V1_6)

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
crates = st.builds(
    Ingredient,
    kind=st.just("crate"),
    name=st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True),
    version=st.from_regex(r"\d{1,3}\.\d{1,3}\.\d{1,3}(\+[a-z.]{1,5})?", fullmatch=True),
    digest=words.map(lambda text: digest_bytes(text.encode())),
)
extras = st.builds(
    Ingredient,
    kind=st.just("extra"),
    name=words,
    digest=words.map(lambda text: digest_bytes(text.encode())),
    url=st.from_regex(r"https://[a-z]{1,9}(/[a-zA-Z0-9._-]{1,9}){0,3}", fullmatch=True),
)
said = st.lists(
    st.tuples(
        st.sampled_from(["License", "License-Expression", "License-File", "Classifier"]),
        st.one_of(words, st.just("MIT"), words.map(lambda text: f"License :: {text}")),
    ),
    max_size=4,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(crates, extras), max_size=5), said)
def test_an_sbom_is_right_and_the_same_each_time(
    ingredients: list[Ingredient], fields: list[tuple[str, str]]
) -> None:
    lines = "".join(f"{name}: {text.strip()}\n" for name, text in fields)
    with tempfile.TemporaryDirectory() as folder:
        files = {**members(), f"{INFO}/METADATA": (HEAD + lines).encode()}
        wheel = inspected(write(Path(folder, "built"), files))
        one, two = (with_sbom(wheel, spec(*ingredients)) for _ in range(2))
    assert one == two
    text = dict(one.rewritten)[OURS].decode()
    assert VALID.validate_str(text) is None


json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {"bomFormat": st.just("CycloneDX")},
        optional={"serialNumber": json, "metadata": json, "components": json},
    ),
    st.integers(),
)
def test_steadying_twice_is_steadying_once(document: dict[str, object], epoch: int) -> None:
    once = steadied_text(codec.encode(document), epoch=abs(epoch) % 2**32)
    assert steadied_text(once, epoch=0) == once
