"""Pages of package indexes."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import FetchError
from wheeltree.resolution.index import Listing, parse_page
from wheeltree.resolution.indexes import Index, offers, serving
from wheeltree.transport import NotFound, Page

HTML = "text/html; charset=utf-8"
JSON = "application/vnd.pypi.simple.v1+json"
HASH = "ab" * 32
PAGE = "https://index.test/simple/my-pkg/"
NAME = NormalizedName("my-pkg")


def parse(content: str, kind: str = HTML, page: str = PAGE) -> Listing:
    return parse_page(page, kind, content.encode(), NAME, "https://index.test/simple")


def anchor(filename: str, attributes: str = "", fragment: str = "") -> str:
    return f'<a href="../../files/{filename}{fragment}" {attributes}>{filename}</a><br/>\n'


def versions(listing: Listing) -> list[str]:
    return [str(each.version) for each in listing.candidates]


def test_an_sdist_of_an_html_page_with_everything_that_is_said_of_it() -> None:
    (found,) = parse(
        anchor(
            "my_pkg-1.0.tar.gz",
            'data-requires-python="&gt;=3.9,&lt;4" data-yanked="broken &amp; sad" '
            'data-upload-time="2024-05-06T07:08:09.5Z"',
            f"#sha256={HASH}",
        )
    ).candidates
    assert (found.name, found.version, found.filename) == (
        "my-pkg",
        Version("1.0"),
        "my_pkg-1.0.tar.gz",
    )
    assert found.url == "https://index.test/files/my_pkg-1.0.tar.gz"
    assert found.digest == HASH
    assert str(found.requires_python) == "<4,>=3.9"
    assert found.yanked == "broken & sad"
    assert found.upload_time == datetime(2024, 5, 6, 7, 8, 9, 500000, tzinfo=UTC)
    assert found.index == "https://index.test/simple"


def test_a_json_page_says_the_same() -> None:
    entry = {
        "filename": "my_pkg-1.0.tar.gz",
        "url": "../../files/my_pkg-1.0.tar.gz",
        "hashes": {"sha256": HASH, "md5": "x"},
        "requires-python": ">=3.9,<4",
        "yanked": "broken & sad",
        "upload-time": "2024-05-06T07:08:09.5Z",
        "core-metadata": {"sha256": HASH},
        "size": 12,
    }
    html = anchor(
        "my_pkg-1.0.tar.gz",
        'data-requires-python=">=3.9,<4" data-yanked="broken & sad" '
        'data-upload-time="2024-05-06T07:08:09.5Z"',
        f"#sha256={HASH}",
    )
    content = json.dumps({"meta": {"api-version": "1.4"}, "name": "my-pkg", "files": [entry]})
    listing = parse(content, JSON)
    assert vars(listing.candidates[0]) == vars(parse(html).candidates[0])


@pytest.mark.parametrize(
    ("yanked", "expected"), [(False, None), (True, ""), ("why", "why"), (None, None), ("", None)]
)
def test_yanked_in_json(yanked: object, expected: str | None) -> None:
    entry = {"filename": "my-pkg-1.zip", "url": "my-pkg-1.zip", "yanked": yanked}
    (found,) = parse(json.dumps({"files": [entry]}), JSON).candidates
    assert found.yanked == expected


@pytest.mark.parametrize(
    ("attribute", "expected"), [("data-yanked", ""), ('data-yanked=""', ""), ("", None)]
)
def test_yanked_in_html(attribute: str, expected: str | None) -> None:
    assert parse(anchor("my-pkg-1.zip", attribute)).candidates[0].yanked == expected


@pytest.mark.parametrize(
    ("filename", "version"),
    [
        ("my-pkg-1.0.tar.gz", "1.0"),
        ("My.Pkg-1.0.zip", "1.0"),
        ("my__pkg-1.0-2.tar.gz", "1.0.post2"),
        ("my_pkg-1.0+local.tar.gz", "1.0+local"),
        ("my_pkg-1.0b2.TAR.GZ", None),
        ("my_pkg-one.tar.gz", None),
        ("other-1.0.tar.gz", None),
        ("my_pkg_more-1.0.tar.gz", None),
        ("my_pkg-1.0.tar.bz2", None),
        ("my_pkg-1.0.exe", None),
        ("my_pkg-1.0.tar.gz.asc", None),
        ("..%2fmy_pkg-1.0.tar.gz", None),
    ],
)
def test_which_files_are_sdists_of_the_project(filename: str, version: str | None) -> None:
    assert versions(parse(anchor(filename))) == ([version] if version else [])


def test_newest_first_and_a_tar_before_a_zip() -> None:
    names = ["my_pkg-1.9.zip", "my_pkg-1.10.zip", "my_pkg-1.10.tar.gz", "my_pkg-1.10.0.zip"]
    listing = parse("".join(map(anchor, names)))
    assert [each.filename for each in listing.candidates] == [
        "my_pkg-1.10.tar.gz",
        "my_pkg-1.9.zip",
    ]


def test_versions_that_have_wheels_only_are_known() -> None:
    names = [
        "my_pkg-2.0-py3-none-any.whl",
        "my_pkg-2.1-1-cp311-cp311-manylinux_2_17_x86_64.whl",
        "my_pkg-1.0-py3-none-any.whl",
        "my_pkg-bad version-py3-none-any.whl",
    ]
    listing = parse("".join(map(anchor, [*names, "my_pkg-1.0.0.tar.gz"])))
    assert list(map(str, listing.wheels_only)) == ["2.1", "2.0"]
    entries = [{"filename": name, "url": name} for name in names]
    found = parse(json.dumps({"files": entries}), JSON)
    assert list(map(str, found.wheels_only)) == ["2.1", "2.0", "1.0"]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://f.test/x/my_pkg-1.zip", "https://f.test/x/my_pkg-1.zip"),
        ("//f.test/my_pkg-1.zip", "https://f.test/my_pkg-1.zip"),
        ("https://me:pw@f.test/my_pkg-1.zip", "https://f.test/my_pkg-1.zip"),
        (
            "https://f.test/my_pkg-1.zip?sig=a%20b&amp;x=1",
            "https://f.test/my_pkg-1.zip?sig=a%20b&x=1",
        ),
        ("my_pkg-1.zip", f"{PAGE}my_pkg-1.zip"),
        ("http://f.test/my_pkg-1.zip", None),
        ("file:///etc/my_pkg-1.zip", None),
        ("ftp://f.test/my_pkg-1.zip", None),
        ("javascript:x/my_pkg-1.zip", None),
        ("https:///my_pkg-1.zip", None),
        ("https://f.test/a\nb/my_pkg-1.zip", None),
        ("https://[f.test/my_pkg-1.zip", None),
        ("//[f.test/my_pkg-1.zip", None),
    ],
)
def test_which_links_are_followed(href: str, url: str | None) -> None:
    listing = parse(f'<a href="{href}">x</a>')
    assert [each.url for each in listing.candidates] == ([url] if url else [])
    assert listing.dropped == (0 if url else 1)


def test_plain_http_is_followed_with_a_digest_or_from_a_plain_index() -> None:
    link = f'<a href="http://f.test/my_pkg-1.zip#sha256={HASH}">x</a>'
    assert versions(parse(link)) == ["1"]
    link = '<a href="http://f.test/my_pkg-1.zip">x</a>'
    assert versions(parse(link, page="http://index.test/my-pkg/")) == ["1"]


@pytest.mark.parametrize(
    ("fragment", "digest"),
    [("#md5=abc", None), (f"#egg=x&sha256={HASH.upper()}", HASH), ("", None)],
)
def test_only_sha256_is_a_digest(fragment: str, digest: str | None) -> None:
    assert parse(anchor("my_pkg-1.zip", "", fragment)).candidates[0].digest == digest


def test_a_malformed_sha256_is_not_taken_for_none() -> None:
    assert parse(anchor("my_pkg-1.zip", "", "#sha256=abc")).dropped == 1


def test_requires_python_that_cannot_be_read_is_ignored_as_pip_does() -> None:
    assert (
        parse(anchor("my_pkg-1.zip", 'data-requires-python=">=3.*.x"'))
        .candidates[0]
        .requires_python
        is None
    )


@pytest.mark.parametrize(
    "html",
    [
        "<A HREF='my_pkg-1.zip'>x</A>",
        "<a\n  class=x\n  href = my_pkg-1.zip >x</a>",
        '<head><base href="https://f.test/d/"></head><a href="my_pkg-1.zip">x</a>',
        '<!-- <a href="my_pkg-2.zip">x</a> --><a href="my_pkg-1.zip">x</a>',
        '<a data-x=">" href="my_pkg-1.zip">x',
    ],
)
def test_html_as_people_write_it(html: str) -> None:
    assert versions(parse(html)) == ["1"]


@pytest.mark.parametrize("kind", ["html", "json"])
def test_a_quarantined_project_offers_nothing(kind: str) -> None:
    meta = (
        '<meta name="pypi:project-status" content="quarantined">'
        '<meta name="pypi:project-status-reason" content="malware">'
    )
    page = {
        "project-status": {"status": "quarantined", "reason": "malware"},
        "files": [{"filename": "my_pkg-1.zip", "url": "my_pkg-1.zip"}],
    }
    listing = (
        parse(meta + anchor("my_pkg-1.zip")) if kind == "html" else parse(json.dumps(page), JSON)
    )
    assert (listing.candidates, listing.quarantined) == ((), "malware")


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        ("<html>", "application/zip", "its type is application/zip"),
        ("<html>", "", "its type is not given"),
        ("{", JSON, "no page of a package index"),
        ('{"files": [{"filename": 1}]}', JSON, "no page of a package index"),
        ('{"meta": {"api-version": "2.0"}, "files": []}', JSON, "version 2.0"),
        ('<meta name="pypi:repository-version" content="2.3">', HTML, "version 2.3"),
    ],
)
def test_what_is_no_page_of_an_index_is_an_error(content: str, kind: str, message: str) -> None:
    with pytest.raises(FetchError, match=message):
        parse(content, kind)


@pytest.mark.parametrize(
    "piece",
    [
        "<a ",
        '<a "',
        "<a '\"",
        '<a href="my_pkg-1.zip" ',
        "<!--",
        "<a = ",
        "<a .zip a a=",
        "<a .zip " + "a " * 40,
        "<a .zip" + " =" * 40,
        "&lt;",
    ],
)
def test_a_hostile_page_takes_no_longer_than_an_honest_one(piece: str) -> None:
    content = piece * (1_000_000 // len(piece))
    start = time.process_time()
    parse(content)
    assert time.process_time() - start < 4


class Pages:
    """An index in a dict, by URL."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        self._pages = pages
        self.asked: list[str] = []

    def learn(self, url: str) -> str:
        scheme, _, rest = url.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"

    def get(self, url: str, *, accept: str | None = None) -> Page:
        self.asked.append(url)
        if url not in self._pages:
            raise NotFound(url)
        content = self._pages[url].encode()
        return Page(url=self.learn(url), status=200, content_type=HTML, content=content)


ONE = "https://one.test/simple"
TWO = "https://two.test/simple/"
BOTH = (Index(url=ONE), Index(url=TWO))


def test_the_first_index_that_has_the_project_wins() -> None:
    pages = Pages(
        {f"{ONE}/my-pkg/": anchor("my_pkg-1.zip"), f"{TWO}my-pkg/": anchor("my_pkg-9.zip")}
    )
    assert versions(offers(pages, BOTH, NAME)) == ["1"]
    assert pages.asked == [f"{ONE}/my-pkg/"]


def test_the_next_index_is_asked_where_the_project_is_not_found() -> None:
    pages = Pages({f"{TWO}my-pkg/": anchor("my_pkg-9.zip")})
    assert offers(pages, BOTH, NAME).index == TWO


def test_a_project_that_no_index_has_is_a_listing_without_an_index() -> None:
    assert offers(Pages({}), BOTH, NAME) == Listing(name=NAME)


def test_credentials_of_an_index_are_in_no_candidate() -> None:
    url = "https://me:pw@one.test/simple"
    pages = Pages({f"{url}/my-pkg/": anchor("my_pkg-1.zip")})
    listing = offers(pages, (Index(url=url),), NAME)
    assert "pw" not in repr(listing)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("acme-tool", [TWO]), ("acme", [TWO]), ("numpy", [ONE])],
)
def test_names_that_an_index_claims_are_asked_of_no_other(name: str, expected: list[str]) -> None:
    indexes = (Index(url=ONE), Index(url=TWO, only=("Acme_*", "acme")))
    assert [each.url for each in serving(indexes, NormalizedName(name))] == expected
