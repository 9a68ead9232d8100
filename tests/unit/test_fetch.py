"""An archive is fetched with the bytes that were promised, or not at all."""

from pathlib import Path

import pytest
from sdist_maker import candidate

from wheeltree.errors import DigestMismatch
from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.sources.fetch import fetch
from wheeltree.transport import NotFound, Transport

CONTENT = b"an sdist"
GOOD, BAD = digest_bytes(CONTENT), digest_bytes(b"another")


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = tmp_path / "published.tar.gz"
    path.write_bytes(CONTENT)
    return path.as_uri()


@pytest.mark.parametrize("promised", [None, GOOD])
@pytest.mark.parametrize(
    "expected", [frozenset[Digest](), frozenset({GOOD}), frozenset({GOOD, BAD})]
)
def test_the_right_bytes_are_kept(
    tmp_path: Path, url: str, promised: Digest | None, expected: frozenset[Digest]
) -> None:
    into = tmp_path / "got"
    assert fetch(Transport(), candidate(url=url, digest=promised), into, expected=expected) == GOOD
    assert into.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("promised", "expected", "who"),
    [
        (BAD, frozenset[Digest](), "index"),
        (GOOD, frozenset({BAD}), "requirement"),
        (BAD, frozenset({GOOD}), "index"),
    ],
)
def test_other_bytes_are_refused_and_removed(
    tmp_path: Path, url: str, promised: Digest, expected: frozenset[Digest], who: str
) -> None:
    into = tmp_path / "got"
    with pytest.raises(DigestMismatch) as caught:
        fetch(Transport(), candidate(url=url, digest=promised), into, expected=expected)
    for part in ("demo==1.0", url, GOOD, BAD, f"the {who} promises"):
        assert part in caught.value.message
    assert caught.value.hint
    assert not into.exists()


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    missing = candidate(url=(tmp_path / "none").as_uri())
    with pytest.raises(NotFound):
        fetch(Transport(), missing, tmp_path / "got", expected=frozenset())
