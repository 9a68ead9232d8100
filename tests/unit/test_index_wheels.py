"""Wheels on a page of an index, of which each version has the one that fits best."""

import json

import pytest
from packaging.utils import canonicalize_name

from wheeltree.errors import FetchError
from wheeltree.model.source import Candidate
from wheeltree.resolution.index_wheels import wheels_on_page
from wheeltree.transport import Page

NAME = canonicalize_name("demo-x")
TAGS = ("cp311-cp311-manylinux_2_17_x86_64", "cp311-abi3-linux_x86_64", "py3-none-any")
INDEX = "https://index.test/simple"
DIGEST = "a" * 64


def found(*files: str) -> tuple[Candidate, ...]:
    links = "".join(f'<a href="../../files/{each}#sha256={DIGEST}">{each}</a>' for each in files)
    return on(links, "text/html")


def on(content: str, kind: str) -> tuple[Candidate, ...]:
    page = Page(
        url=f"{INDEX}/demo-x/",
        status=200,
        content_type=kind,
        content=content.encode(),
        etag="",
        last_modified="",
    )
    return wheels_on_page(page, NAME, index=INDEX, tags=TAGS)


def names(*files: str) -> list[str]:
    return [each.filename for each in found(*files)]


def test_each_version_has_one_wheel_the_newest_first() -> None:
    assert names("demo_x-1.0-py3-none-any.whl", "demo_x-1.10-py3-none-any.whl") == [
        "demo_x-1.10-py3-none-any.whl",
        "demo_x-1.0-py3-none-any.whl",
    ]


@pytest.mark.parametrize(
    ("best", "other"),
    [
        ("demo_x-1-cp311-cp311-manylinux_2_17_x86_64.whl", "demo_x-1-py3-none-any.whl"),
        ("demo_x-1-py2.py3-none-any.whl", "demo_x-1-cp27-cp27m-linux_x86_64.whl"),
        ("demo_x-1-2-py3-none-any.whl", "demo_x-1-1-py3-none-any.whl"),
        ("demo_x-1-1-py3-none-any.whl", "demo_x-1-py3-none-any.whl"),
        ("demo_x-1-cp310.cp311-abi3-linux_x86_64.whl", "demo_x-1-9-py3-none-any.whl"),
    ],
    ids=["better tag", "fits", "higher build", "a build at all", "tag before build"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_wheel_that_fits_best_is_taken(best: str, other: str, *, turned: bool) -> None:
    assert names(*((other, best) if turned else (best, other))) == [best]


@pytest.mark.parametrize(
    "file",
    [
        "demo_x-1-cp312-cp312-manylinux_2_17_x86_64.whl",
        "demo-1-py3-none-any.whl",
        "demo_x-1.tar.gz",
        "demo_x-one-py3-none-any.whl",
    ],
    ids=["another interpreter", "another project", "an sdist", "no version"],
)
def test_what_is_no_wheel_of_it_for_us_is_left_out(file: str) -> None:
    assert names(file) == []


def test_a_candidate_says_where_the_wheel_is_and_what_it_must_be() -> None:
    (wheel,) = found("demo_x-1-py3-none-any.whl")
    assert wheel.kind == "wheel"
    assert wheel.url == "https://index.test/files/demo_x-1-py3-none-any.whl"
    assert (wheel.digest, wheel.index) == (DIGEST, INDEX)


def test_a_json_page_is_read_too() -> None:
    file = {"filename": "demo_x-1-py3-none-any.whl", "url": "https://other.test/d", "hashes": {}}
    page = {"meta": {"api-version": "1.1"}, "files": [{**file, "yanked": "bad"}]}
    (wheel,) = on(json.dumps(page), "application/vnd.pypi.simple.v1+json")
    assert (wheel.url, wheel.digest, wheel.yanked) == ("https://other.test/d", None, "bad")


def test_a_page_that_is_none_is_refused() -> None:
    with pytest.raises(FetchError, match="no page of a package index"):
        on("%PDF", "application/pdf")
