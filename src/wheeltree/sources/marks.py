"""What tells build backends the version of a source that is neither an sdist nor a repository.

setuptools-scm, hatch-vcs and their like ask the version control, which is not there; what they look
at next is a PKG-INFO, as every sdist has one.
"""

from wheeltree.errors import SourceError
from wheeltree.model.source import Candidate
from wheeltree.sources.declared import PKG_INFO
from wheeltree.sources.draft import Draft
from wheeltree.sources.member import Refused

_ARCHIVAL = ".git_archival.txt"
"""What setuptools-scm also takes the list of a project's files from: its package data."""


def mark(candidate: Candidate, draft: Draft, folder: str) -> None:
    """Put a PKG-INFO with name and version into a source that settings name, unless it has one.

    folder: of the tree, in which it is built; "" for its top. For a git repository there is also a
    `.git_archival.txt`, as `git archive` makes it of the usual template.
    """
    if not candidate.declared or not draft.is_folder(folder):
        return
    # 2.1, in which nothing is promised (PEP 643): whoever reads it must ask the backend.
    lines = ("Metadata-Version: 2.1", f"Name: {candidate.name}", f"Version: {candidate.version}")
    start = f"{folder}/" if folder else ""
    _add(candidate, draft, f"{start}{PKG_INFO}", lines)
    if candidate.commit is not None:
        tag = candidate.commit.tag
        archival = (f"node: {candidate.commit.id}", f"describe-name: {tag}")
        _add(candidate, draft, f"{start}{_ARCHIVAL}", archival)


def _add(candidate: Candidate, draft: Draft, path: str, lines: tuple[str, ...]) -> None:
    if draft.read(path, 1) is not None:
        return
    try:
        draft.add_file(path, ["".join(f"{line}\n" for line in lines).encode()], program=False)
    except Refused as error:
        raise SourceError(f"{candidate}: {path} in its source is no file") from error
