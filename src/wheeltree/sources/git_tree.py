"""A commit of a git repository, with its submodules, as an archive of files.

The commit is fetched without its history into a repository of our own, which `git archive` makes a
tar stream of; that is read as warily as any sdist. No work tree is made.
"""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import FetchError, SourceError
from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate, Commit
from wheeltree.sources.archive import OLDEST, unpack
from wheeltree.sources.draft import Draft
from wheeltree.sources.git import Git, check_commit
from wheeltree.sources.gitmodules import Submodule, submodules
from wheeltree.sources.member import Refused, components
from wheeltree.sources.pack import pack_draft

_DEEPEST = 8
"""Submodules in one another."""
_MOST = 200
_FAST = 1


class _Repository(Frozen):
    """One repository at one commit, fetched."""

    path: Path
    url: str
    commit: str
    below: str
    """Folder of the source that it is; "" for its top."""


def export(git: Git, candidate: Candidate, scratch: Path, into: Path) -> None:
    """Write the source of a candidate of kind "git" into the .tar.gz file `into`.

    Every member has the time of the commit. git: works in `scratch`, a private folder.

    FetchError if the commit cannot be had; SourceError, or UnsafeArchive, if a submodule or a
    member is refused.
    """
    commit = candidate.commit
    assert commit is not None
    check_commit(commit.id)
    name, version = candidate.name, candidate.version
    top = _fetched(git, candidate, commit, scratch)
    found = [top, *_below(git, top, commit, scratch, str(candidate))]
    with (scratch / "body").open("w+b") as body:
        draft, epoch = Draft(body), OLDEST
        # The top comes last: its links may lead into submodules.
        for number, each in enumerate(reversed(found)):
            archive = scratch / f"{number}.tar.gz"
            _archive(git, each, archive)
            epoch = unpack(archive, draft, name=name, version=version, below=each.below)
            archive.unlink()
        pack_draft(draft, into, top=_stem(name, version), epoch=epoch)


def _stem(name: NormalizedName, version: Version) -> str:
    return f"{name.replace('-', '_')}-{version}"


def _archive(git: Git, each: _Repository, into: Path) -> None:
    arguments = ("archive", "--format=tar", "--prefix=source/", each.commit)
    with git.stream(each.path, arguments) as stream, gzip.open(into, "wb", _FAST) as packed:
        shutil.copyfileobj(stream, packed)


def _fetched(git: Git, candidate: Candidate, commit: Commit, scratch: Path) -> _Repository:
    """The top repository; by its tag where the server gives no commits by name."""
    path, url = scratch / "top.git", candidate.url
    try:
        _fetch(git, path, url, commit.id, f"refs/tags/{commit.tag}")
    except FetchError as first:
        if not _has_by_tag(git, path, url, commit):
            raise FetchError(
                f"{candidate}: {url} does not give the commit {commit.id}",
                details=first.details,
                hint=f"if it is gone for good, --upgrade {candidate.name} takes what its tags "
                "name now",
            ) from first
    return _Repository(path=path, url=url, commit=commit.id, below="")


def _has_by_tag(git: Git, path: Path, url: str, commit: Commit) -> bool:
    name = f"refs/tags/{commit.tag}"
    try:
        _fetch(git, path, url, name, "refs/heads/tagged")
    except FetchError:
        return False
    found = git.read(path, ("rev-parse", "--verify", "refs/heads/tagged^{commit}"))
    git.read(path, ("update-ref", "-d", "refs/heads/tagged"))
    if found.decode().strip() != commit.id:
        return False
    git.read(path, ("update-ref", name, commit.id))  # as if it had been fetched by its name
    return True


def _fetch(git: Git, path: Path, url: str, what: str, ref: str) -> None:
    """Fetch one commit, by its name or by that of a ref, as `ref` into the repository `path`."""
    if not path.exists():
        form = "sha256" if len(what) == 64 else "sha1"  # noqa: PLR2004  # digits of each
        git.read(path, ("init", "--quiet", "--bare", "--template=", f"--object-format={form}"))
    git.ask(
        url,
        (
            f"--git-dir={path}",
            *("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules"),
            *("--no-write-fetch-head", "--force", "--", url, f"{what}:{ref}"),
        ),
    )


def _below(
    git: Git, top: _Repository, commit: Commit, scratch: Path, package: str
) -> Iterator[_Repository]:
    """All submodules, each after the one that it is in."""
    todo = [(top, 0)] if commit.submodules else []
    count = 0
    while todo:
        parent, depth = todo.pop()
        for each in submodules(git, parent.path, parent.commit, parent.url, package):
            count += 1
            if depth == _DEEPEST or count > _MOST:
                raise SourceError(
                    f"{package}: it has more than {_MOST} submodules, or more than {_DEEPEST} of "
                    "them in one another"
                )
            found = _submodule(git, parent, each, scratch / f"{count}.git", package)
            todo.append((found, depth + 1))
            yield found


def _submodule(
    git: Git, parent: _Repository, each: Submodule, path: Path, package: str
) -> _Repository:
    below = _joined(parent.below, each.path, package)
    try:
        _fetch(git, path, each.url, each.commit, "refs/heads/pinned")
    except FetchError as error:
        raise FetchError(
            f"{package}: its submodule {below} cannot be had: {each.url} does not give the commit "
            f"{each.commit}",
            details=error.details,
            hint="`submodules: false` does without submodules",
        ) from error
    return _Repository(path=path, url=each.url, commit=each.commit, below=below)


def _joined(above: str, path: str, package: str) -> str:
    try:
        names = components(path)
    except Refused as error:
        raise SourceError(f"{package}: submodule {path[:200]!r} is refused: {error}") from error
    return "/".join((*(above,) * bool(above), *names))
