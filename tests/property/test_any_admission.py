"""Whatever an advisory or a licence says, it is read or refused, and judged as logic has it."""

import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from wheeltree.model import codec
from wheeltree.resolution.advisories import read
from wheeltree.resolution.licences import canonical, not_allowed

LICENCES = ["MIT", "Zlib", "ISC", "GPL-3.0-only"]
Expression = str | tuple[str, "Expression", "Expression"]
expressions: st.SearchStrategy[Expression] = st.recursive(
    st.sampled_from(LICENCES),
    lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), inner, inner),
    max_leaves=8,
)
VERSIONS = [Version(text) for text in ("0.dev0", "0.9", "1", "1.5", "2rc1", "2", "2.1", "3")]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
events = st.lists(
    st.dictionaries(
        st.sampled_from(["introduced", "fixed", "last_affected", "limit", "other"]),
        st.sampled_from(["0", "1", "2", "2.1", "odd"]),
        max_size=2,
    ),
    max_size=4,
)


def spelled(expression: Expression) -> str:
    if isinstance(expression, str):
        return expression
    word, left, right = expression
    return f"({spelled(left)}) {word} ({spelled(right)})"


def holds(expression: Expression, allowed: set[str]) -> bool:
    if isinstance(expression, str):
        return expression in allowed
    word, left, right = expression
    sides = (holds(left, allowed), holds(right, allowed))
    return all(sides) if word == "AND" else any(sides)


@given(expressions, st.sets(st.sampled_from(LICENCES)))
def test_a_licence_is_allowed_where_logic_says_so(
    expression: Expression, allowed: set[str]
) -> None:
    found = canonical(spelled(expression))
    assert found is not None
    lacking = not_allowed(found, sorted(allowed))
    assert (not lacking) == holds(expression, allowed)
    assert not not_allowed(found, sorted(allowed | set(lacking)))


@given(st.text(max_size=60))
def test_any_text_is_a_licence_or_none(text: str) -> None:
    found = canonical(text)
    if found is not None:
        assert canonical(found) == found
        not_allowed(found, ["MIT"])


@given(st.binary(max_size=80) | values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_advisories_or_refused(content: bytes) -> None:
    with suppress(codec.Malformed):
        list(read(content))


@given(events)
def test_what_is_never_introduced_affects_nothing_and_a_fix_is_not_affected(
    said: list[dict[str, str]],
) -> None:
    package = {"ecosystem": "PyPI", "name": "lib"}
    affected = [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": said}]}]
    (found,) = read(json.dumps({"id": "A-1", "affected": affected}).encode())
    hit = [version for version in VERSIONS if found.affects(version)]
    if not any("introduced" in event for event in said):
        assert hit == []
    for version in hit:
        mended = found.mended(version)
        assert mended is None or (mended > version and not found.affects(mended))
