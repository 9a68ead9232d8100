"""Tags of a repository as versions, whatever a server calls them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from wheeltree.errors import SourceError
from wheeltree.sources.git import Git, check_commit, check_url
from wheeltree.sources.git_tags import tags, versions

A, B = "a" * 40, "b" * 40
URL = "https://host.test/repo.git"


class Printed(Git):
    """Git that has answered already."""

    def __init__(self, text: bytes) -> None:
        super().__init__(Path("/nonexistent"), lambda _: None)
        self._text = text

    def ask(self, url: str, arguments: Sequence[str]) -> bytes:
        assert list(arguments)[-2:] == ["--", url]
        return self._text


def listed(*names: str) -> dict[str, str]:
    return tags(Printed("".join(f"{A}\trefs/tags/{name}\n" for name in names).encode()), URL)


def test_an_annotated_tag_means_the_commit_behind_it() -> None:
    text = f"{A}\trefs/tags/v1.0\n{B}\trefs/tags/v1.0^{{}}\n{A}\trefs/heads/main\n"
    assert tags(Printed(text.encode()), URL) == {"v1.0": B}


@pytest.mark.parametrize(
    "line",
    [
        b"not a commit\trefs/tags/v1.0",
        b"a" * 40 + b" refs/tags/v1.0",
        b"a" * 40 + b"\trefs/tags/v1.0\x1b[2J",
        b"a" * 40 + b"\trefs/tags/v1.0\r",
        b"a" * 40 + b"\trefs/tags/v\xff1.0",
        b"a" * 40 + "\trefs/tags/v1.0\u202e".encode(),
        b"a" * 39 + b"\trefs/tags/v1.0",
        b"",
    ],
)
def test_a_line_that_is_no_plain_tag_is_left_out(line: bytes) -> None:
    assert tags(Printed(line + b"\n"), URL) == {}


@pytest.mark.parametrize(
    ("pattern", "name", "version"),
    [
        ("v{version}", "v1.0", "1.0"),
        ("{version}", "2024.1.post3", "2024.1.post3"),
        ("release/{version}", "release/1.0rc1", "1.0rc1"),
        ("demo-{version}-final", "demo-3-final", "3"),
    ],
)
def test_a_tag_that_fits_the_pattern_is_a_version(pattern: str, name: str, version: str) -> None:
    (found,) = versions(listed(name), pattern)
    assert (str(found.version), found.tag, found.commit) == (version, name, A)


@pytest.mark.parametrize("name", ["1.0", "xv1.0", "v", "vnext", "v1.0/x", "v--upload-pack=x", "V1"])
def test_another_name_is_no_version(name: str) -> None:
    assert versions(listed(name), "v{version}") == ()


def test_the_newest_version_comes_first_and_one_version_has_one_tag() -> None:
    found = versions(listed("v1.0", "v10", "v1.0.0", "v9", "v01.0"), "v{version}")
    assert [each.tag for each in found] == ["v10", "v9", "v1.0"]


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c id",
        "ssh://host.test/repo",
        "git@host.test:repo",
        "git://host.test/repo",
        "http://host.test/repo",
        "--upload-pack=id",
        "/srv/repo",
        "https://",
        "https://user:secret@host.test/repo",
        "https://host.test/re po",
        "https://host.test/repo\n",
        "https://host.test/repo#x",
        "file://host.test/repo",
        "file:relative",
    ],
)
def test_a_url_that_is_not_plain_https_or_file_is_refused(url: str) -> None:
    with pytest.raises(SourceError):
        check_url(url)


@pytest.mark.parametrize("text", ["", "HEAD", "A" * 40, "a" * 41, "--all", f"{A}\n"])
def test_what_is_no_full_commit_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="is no git commit"):
        check_commit(text)
