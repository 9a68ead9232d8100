"""Which part of a file is sent, and whether it is sent at all."""

import os
from pathlib import Path

import pytest

from wheeltree.serving.parts import NoSuchPart, Part, asked_part
from wheeltree.serving.tags import is_known, tag


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=2-4", (2, 5)),
        ("bytes=2-", (2, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=9-99999999999999999999", (9, 10)),
        ("Bytes= 2-4 ", (2, 5)),
    ],
)
def test_a_part_is_what_the_standard_says(header: str, part: tuple[int, int]) -> None:
    start, end = part
    assert asked_part(header, 10) == Part(start=start, end=end)


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=4-2", "bytes=+1-2", "bytes=1_0-"),
        *("bytes=0-1,3-4", "lines=0-1", "bytes=\u0660-\u0661", "0-1", f"bytes={'9' * 5000}-"),
    ],
)
def test_what_is_no_single_part_means_everything(header: str) -> None:
    assert asked_part(header, 10) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-0", 0)]
)
def test_a_part_behind_the_end_cannot_be_had(header: str, size: int) -> None:
    with pytest.raises(NoSuchPart):
        asked_part(header, size)


def test_the_end_of_an_empty_file_is_all_of_it() -> None:
    assert asked_part("bytes=-5", 0) is None


def test_a_tag_changes_with_the_file_and_with_the_format(tmp_path: Path) -> None:
    tags = set()
    for name, content in (("a", b"1"), ("b", b"1"), ("c", b"22")):
        (tmp_path / name).write_bytes(content)
        status = os.stat(tmp_path / name)
        assert tag(status, "text/html") == tag(status, "text/html")
        tags |= {tag(status, "text/html"), tag(status, "application/json")}
    assert len(tags) == 6


@pytest.mark.parametrize("header", ['"x"', 'W/"x"', '"a", "x"', '"a",W/"x" ,"b"', "*"])
def test_a_client_that_names_the_tag_has_the_file(header: str) -> None:
    assert is_known(header, '"x"')


@pytest.mark.parametrize("header", ["", "x", '"y"', 'W/"y", "z"', '"x'])
def test_a_client_that_names_others_does_not(header: str) -> None:
    assert not is_known(header, '"x"')
