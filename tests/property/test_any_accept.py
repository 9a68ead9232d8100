"""Whatever a client sends as Accept, Range or path, the answer is one of ours."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheeltree.serving.formats import FORMATS, Format, acceptable
from wheeltree.serving.lookup import Found, look_up
from wheeltree.serving.parts import NoSuchPart, asked_part

names = st.sampled_from(
    [*(name for each in FORMATS for name in each.names), "*/*", "text/*", "a/b"]
)
qualities = st.integers(0, 1000).map(lambda number: number / 1000)
wishes = st.dictionaries(names, qualities, min_size=1)


def header(wishes: dict[str, float]) -> str:
    return ", ".join(f"{name};q={quality:.3f}" for name, quality in wishes.items())


@given(st.text())
def test_any_header_admits_some_formats_once_each(text: str) -> None:
    found = acceptable(text)
    assert len(found) == len(set(found))
    assert set(found) <= set(FORMATS)


@given(wishes, st.randoms())
def test_the_order_in_which_wishes_are_written_does_not_count(
    wishes: dict[str, float], chance: random.Random
) -> None:
    items = list(wishes.items())
    chance.shuffle(items)
    assert acceptable(header(dict(items))) == acceptable(header(wishes))


@given(wishes)
def test_the_first_is_wanted_at_least_as_much_as_any_other(wishes: dict[str, float]) -> None:
    found = acceptable(header(wishes))
    wanted = [_wanted(each, wishes) for each in found]
    assert wanted == sorted(wanted, reverse=True)
    assert all(wanted)
    assert {each for each in FORMATS if _wanted(each, wishes)} == set(found)


def _wanted(offered: Format, wishes: dict[str, float]) -> float:
    """The quality of the most exact wish."""
    kind = f"{offered.content_type.partition('/')[0]}/*"
    for ways in (offered.names, (kind,), ("*/*",)):
        if given := [wishes[way] for way in ways if way in wishes]:
            return max(given)
    return 0.0


@given(st.text() | st.from_regex(r"bytes=\d{0,3}-\d{0,3}", fullmatch=True), st.integers(0, 200))
def test_any_range_is_a_part_of_the_file_or_all_of_it(text: str, size: int) -> None:
    try:
        part = asked_part(text, size)
    except NoSuchPart:
        return
    assert part is None or 0 <= part.start < part.end <= size


@given(st.data(), st.integers(1, 200))
def test_the_parts_of_a_file_make_the_file(data: st.DataObject, size: int) -> None:
    content = bytes(range(size))
    at = data.draw(st.integers(1, size))
    head, tail = asked_part(f"bytes=0-{at - 1}", size), asked_part(f"bytes=-{size - at or 1}", size)
    assert head is not None
    assert tail is not None
    assert content[head.start : head.end] == content[:at]
    assert content[tail.start : tail.end] == content[-(size - at or 1) :]


@pytest.fixture(scope="module")
def house() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "house")
        for name in ("simple/index.html", "simple/a-b/index.html", "a.txt", ".own/a", "logs/a"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("public" if name[0] in "sa" else "secret")
        Path(folder, "secret").write_text("secret")
        (root / "link").symlink_to("..")
        yield root


segments = st.sampled_from(
    [
        "",
        ".",
        "..",
        "simple",
        "A_B",
        "a-b",
        "index.html",
        ".own",
        "logs",
        "a",
        "a.txt",
        "link",
        "secret",
    ]
)


@given(path=st.lists(segments | st.text(), max_size=6).map("/".join))
def test_no_path_leads_to_a_secret(house: Path, path: str) -> None:
    found = look_up(house, f"/{path}", FORMATS)
    if isinstance(found, Found):
        with found.file as file:
            assert file.read(0, 10) == b"public"
