"""Sources that settings name get what tells build backends their version."""

import tempfile
from collections.abc import Iterator

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import SourceError
from wheeltree.model.source import Candidate, Commit
from wheeltree.sources.draft import Draft
from wheeltree.sources.marks import mark

INFO = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
COMMIT = Commit(id="a" * 40, tag="v1.0", submodules=True)
SETTINGS = "settings:git+https://host.test/demo v{version}"


@pytest.fixture
def draft() -> Iterator[Draft]:
    with tempfile.TemporaryFile() as body:
        made = Draft(body)
        made.add_file("python/pyproject.toml", [b""], program=False)
        yield made


def candidate(index: str | None, commit: Commit | None) -> Candidate:
    return Candidate(
        name=canonicalize_name("demo"),
        version=Version("1.0"),
        filename="demo-1.0.tar.gz",
        url="https://host.test/demo",
        digest=None,
        index=index,
        commit=commit,
    )


@pytest.mark.parametrize(("folder", "start"), [("", ""), ("python", "python/")])
def test_a_commit_gets_name_version_and_tag_where_it_is_built(
    draft: Draft, folder: str, start: str
) -> None:
    mark(candidate(SETTINGS, COMMIT), draft, folder)
    assert draft.read(f"{start}PKG-INFO", 1000) == INFO
    archival = f"node: {'a' * 40}\ndescribe-name: v1.0\n".encode()
    assert draft.read(f"{start}.git_archival.txt", 1000) == archival
    assert not draft.touched


def test_what_the_source_says_itself_stands(draft: Draft) -> None:
    draft.add_file("PKG-INFO", [b"own"], program=False)
    mark(candidate(SETTINGS, None), draft, "")
    assert draft.read("PKG-INFO", 1000) == b"own"
    assert draft.read(".git_archival.txt", 1) is None


@pytest.mark.parametrize("index", [None, "https://index.test/simple"])
def test_other_sources_are_left_as_they_are(draft: Draft, index: str | None) -> None:
    mark(candidate(index, None), draft, "")
    assert list(draft.files) == ["python/pyproject.toml"]


def test_a_build_folder_that_is_not_there_is_not_made(draft: Draft) -> None:
    mark(candidate(SETTINGS, COMMIT), draft, "other")
    assert list(draft.files) == ["python/pyproject.toml"]


@pytest.mark.parametrize("path", ["PKG-INFO/x", ".git_archival.txt/x"])
def test_a_folder_of_such_a_name_is_refused(draft: Draft, path: str) -> None:
    draft.add_file(path, [b""], program=False)
    with pytest.raises(SourceError, match="is no file"):
        mark(candidate(SETTINGS, COMMIT), draft, "")
