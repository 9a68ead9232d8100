"""Which submodules a commit has, and where they are: read as an attacker's input."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from wheeltree.errors import SourceError
from wheeltree.sources.git import Git, check_commit, check_url

_HINT = "`submodules: false` does without submodules; `extra_sources` can put them in place"


class Submodule(NamedTuple):
    """One submodule."""

    path: str
    """In the tree of the commit; not checked."""
    url: str
    """An https or file URL."""
    commit: str


def submodules(
    git: Git, repository: Path, commit: str, url: str, package: str
) -> Iterator[Submodule]:
    """The submodules of a commit: what its tree has as such, at the URLs of its `.gitmodules`.

    url: of the repository, for relative ones. package: for messages.

    SourceError where `.gitmodules` has no URL for one, or one that is not allowed: another scheme
    than https, or a file of this machine that a remote repository names.
    """
    links = dict(_links(git, repository, commit))
    urls = _urls(git, repository, commit) if links else {}
    for path, linked in links.items():
        if path not in urls:
            raise SourceError(
                f"{package}: its .gitmodules does not say where the submodule {path[:200]!r} is",
                hint=_HINT,
            )
        yield Submodule(path, _absolute(urls[path], url, f"{package}: {path[:200]!r}"), linked)


def _links(git: Git, repository: Path, commit: str) -> Iterator[tuple[str, str]]:
    listed = git.read(repository, ("ls-tree", "-r", "-z", "--full-tree", commit))
    for entry in listed.split(b"\0"):
        mode, _, path = entry.partition(b"\t")
        if mode.startswith(b"160000 commit "):
            yield path.decode(errors="surrogateescape"), check_commit(mode.split()[2].decode())


def _urls(git: Git, repository: Path, commit: str) -> dict[str, str]:
    """By path; `.gitmodules` is read by git itself, which follows no includes in a blob."""
    if not git.read(repository, ("ls-tree", "-z", "--full-tree", commit, ".gitmodules")):
        return {}
    listed = git.read(
        repository, ("config", f"--blob={commit}:.gitmodules", "--null", "--no-includes", "--list")
    )
    named: dict[str, dict[str, str]] = {}
    for entry in listed.decode(errors="surrogateescape").split("\0"):
        key, _, value = entry.partition("\n")
        if key.startswith("submodule.") and key.count(".") > 1:
            name, _, last = key.removeprefix("submodule.").rpartition(".")
            named.setdefault(name, {})[last] = value
    return {each["path"]: each["url"] for each in named.values() if {"path", "url"} <= each.keys()}


def _absolute(url: str, above: str, where: str) -> str:
    """The URL of a submodule, where it is relative beginning at that of the repository above."""
    base = urlsplit(above)
    if url.startswith(("./", "../")):
        path = posixpath.normpath(posixpath.join(base.path, url))
        url = urlunsplit((base.scheme, base.netloc, path, "", ""))
    try:
        check_url(url)
    except SourceError as error:
        raise SourceError(f"submodule {where} is refused: {error.message}", hint=_HINT) from error
    if urlsplit(url).scheme == "file" and base.scheme != "file":
        raise SourceError(
            f"submodule {where} is refused: {above} names the folder {url[:200]!r} of this machine",
            hint=_HINT,
        )
    return url
