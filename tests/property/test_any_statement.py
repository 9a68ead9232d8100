"""Files of statements that anybody may have written, and wheels whose chain they are."""

import json
import tempfile
from pathlib import Path
from typing import Any

from claim_maker import House, descriptor, document
from hypothesis import given, settings
from hypothesis import strategies as st

from wheeltree.attesting.chain import verify
from wheeltree.attesting.claims import claims_of
from wheeltree.attesting.envelope import enclosed, read, signed_bytes, spelled
from wheeltree.attesting.statement import BUILT, TAKEN
from wheeltree.errors import EvidenceError
from wheeltree.model import codec

NAMES = ("a-1-py3-none-any.whl", "b-1-py3-none-any.whl", "c-1-py3-none-any.whl")

words = st.text(max_size=12)
descriptors = st.builds(
    lambda kind, name, data, notes: {
        **descriptor(kind, name, data),
        "annotations": {"kind": kind, **notes},
    },
    st.sampled_from(["source", "sdist", "wheel", "patch", "prebuilt", "odd"]),
    st.one_of(st.sampled_from([*NAMES, "a-1.tar.gz", "../x"]), words),
    st.sampled_from([*(name.encode() for name in NAMES), b"a-1.tar.gz", b"other"]),
    st.dictionaries(
        st.sampled_from(["origin", "content", "note"]), st.sampled_from(["seed", "built", "x"])
    ),
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=6,
)
documents = st.one_of(
    json_values,
    st.builds(
        lambda name, used, kind: document(name, name.encode(), used, build_type=kind),
        st.sampled_from(NAMES),
        st.lists(descriptors, max_size=4),
        st.sampled_from([BUILT, TAKEN, "odd"]),
    ),
)


@settings(deadline=None)
@given(st.lists(documents, max_size=4), st.binary(max_size=60))
def test_whatever_is_written_there_a_check_ends_with_a_verdict_or_an_error(
    texts: list[Any], rest: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder, "house"))
        house.source("a-1.tar.gz")
        (house.root / "statements").mkdir()
        wheel = Path(folder, NAMES[0])
        wheel.write_bytes(NAMES[0].encode())
        lines = spelled(enclosed(json.dumps(each).encode()) for each in texts)
        (house.root / "statements" / "x.intoto.jsonl").write_bytes(lines + rest)
        try:
            found = verify(wheel, house.root, claims_of(house.root, beside=wheel), None)
        except EvidenceError:
            return
        assert found.links
        whole = not found.broken
        sources = [each for each in found.links if each.kind in {"source", "prebuilt"}]
        assert sources or not whole


@given(st.lists(st.binary(max_size=50), max_size=3))
def test_what_is_enclosed_comes_out_again(contents: list[bytes]) -> None:
    made = [enclosed(each) for each in contents]
    assert [each.statement for each in read(spelled(made))] == contents


@given(st.binary(max_size=50), st.binary(max_size=50), st.text(max_size=9), st.text(max_size=9))
def test_no_two_payloads_are_signed_as_the_same_bytes(
    one: bytes, two: bytes, kind: str, other: str
) -> None:
    same = (one, kind) == (two, other)
    assert (signed_bytes(one, kind) == signed_bytes(two, other)) is same


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_any_byte_of_any_part_that_changes_breaks_the_chain_or_the_file(
    place: int, by: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder, "house"))
        tool = house.wheel(NAMES[1], house.source("b-1.tar.gz"))
        house.wheel(NAMES[0], house.source("a-1.tar.gz"), tool)
        wheel = house.file(NAMES[0])
        parts = sorted(path for path in house.root.rglob("*") if path.suffix in {".whl", ".gz"})
        part = parts[place % len(parts)]
        content = bytearray(part.read_bytes())
        content[place % len(content)] ^= by
        part.write_bytes(content)
        found = verify(wheel, house.root, claims_of(house.root, beside=wheel), None)
        assert found.broken
        assert codec.encode(found)
