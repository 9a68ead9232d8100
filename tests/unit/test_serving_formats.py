"""In which format a page is sent to whom."""

import pytest

from wheeltree.serving.formats import HTML, JSON, VERSIONED_HTML, Format, acceptable

PIP = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
UV = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("", HTML),
        ("*/*", HTML),
        (BROWSER, HTML),
        ("text/*", HTML),
        (PIP, JSON),
        (UV, JSON),
        ("application/vnd.pypi.simple.latest+json", JSON),
        ("Application/Vnd.PyPI.Simple.V1+JSON ; Q=1.000", JSON),
        ("application/vnd.pypi.simple.v1+html", VERSIONED_HTML),
        ("text/html, application/vnd.pypi.simple.v1+json", JSON),
        ("text/html, application/vnd.pypi.simple.v1+json;q=0.9", HTML),
        ("*/*, application/vnd.pypi.simple.v1+json", JSON),
        ("*/*, text/html;q=0.1, application/vnd.pypi.simple.v1+json;q=0", VERSIONED_HTML),
        ("text/html; charset=utf-8", HTML),
    ],
)
def test_a_client_gets_what_it_wants_most(header: str, best: Format) -> None:
    assert acceptable(header)[0] == best


@pytest.mark.parametrize(
    "header",
    [
        "image/png",
        "text/html;q=0",
        "*/*;q=0",
        "text/plain",
        "application/json",
        ",",
        "*",
        "/",
        ";q=1",
    ],
)
def test_a_client_that_wants_none_of_them_gets_none(header: str) -> None:
    assert acceptable(header) == ()


@pytest.mark.parametrize(
    "quality", ["2", "1.001", "0.1234", "-1", "", "x", "nan", "1e0", "\u0660", "0,5"]
)
def test_a_quality_that_is_none_admits_nothing(quality: str) -> None:
    assert acceptable(f"text/html;q={quality}") == ()


def test_the_others_follow_where_the_best_is_not_there() -> None:
    assert acceptable(PIP) == (JSON, VERSIONED_HTML, HTML)
    assert acceptable(BROWSER) == (HTML, VERSIONED_HTML, JSON)
