"""What there is of a project at the place that settings name instead of an index."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import SourceError
from wheeltree.model.origin import (
    FileOrigin,
    FolderOrigin,
    GitOrigin,
    SourceOrigin,
    WheelsOrigin,
)
from wheeltree.model.source import DECLARED, Candidate, Commit
from wheeltree.sources.folder import folder_digest
from wheeltree.sources.git import Git
from wheeltree.sources.git_tags import Tagged, tags, versions
from wheeltree.sources.locate import identity_of_folder
from wheeltree.transport import redact

_SHOWN = 8


def index_of(origin: SourceOrigin) -> str:
    """What stands for the index in candidates of this origin; it changes as the origin does."""
    match origin:
        case GitOrigin():
            without = "" if origin.submodules else " without submodules"
            return f"{DECLARED}git+{redact(origin.url)} {origin.tag}{without}"
        case FileOrigin():
            return f"{DECLARED}{redact(origin.template)}"
        case FolderOrigin():
            return f"{DECLARED}{Path(origin.path).as_uri()}"
        case WheelsOrigin():
            return redact(origin.url)  # an index like others: what it published must not change


def still_offered(origin: SourceOrigin | None, candidate: Candidate) -> bool:
    """Whether a candidate of an earlier plan may be kept, with the settings as they are now.

    origin: where its project comes from now; None for an index. Of a repository the commit stays
    whatever its tags name now. A folder is looked at each time.
    """
    match origin:
        case None:
            return not candidate.declared and candidate.kind != "wheel"
        case WheelsOrigin():
            return candidate.kind == "wheel" and candidate.index == index_of(origin)
        case GitOrigin():
            return candidate.index == index_of(origin)
        case FileOrigin():
            return candidate in of_files(origin, candidate.name)
        case FolderOrigin():
            return False


def of_git(origin: GitOrigin, name: NormalizedName, git: Git, url: str) -> tuple[Candidate, ...]:
    """The versions that tags name, newest first.

    url: that of the origin without credentials. FetchError if the repository cannot be read,
    SourceError if no tag is a version.
    """
    found = tags(git, url)
    known = versions(found, origin.tag)
    if not known:
        raise SourceError(
            f"{name}: {url} has no tag that is named {origin.tag} with a version ({origin.where})",
            details=[f"its tags are {_some(found)}" if found else "it has no tags at all"],
            hint="say how its tags are named: `tag:`, with {version} in the place of the version",
        )
    return tuple(_of_tag(origin, name, url, each) for each in known)


def _of_tag(origin: GitOrigin, name: NormalizedName, url: str, each: Tagged) -> Candidate:
    return Candidate(
        name=name,
        version=each.version,
        kind="git",
        filename=_sdist_name(name, each.version),
        url=url,
        digest=None,
        index=index_of(origin),
        commit=Commit(id=each.commit, tag=each.tag, submodules=origin.submodules),
    )


def of_files(origin: FileOrigin, name: NormalizedName) -> tuple[Candidate, ...]:
    """One candidate for each file, newest version first; their URLs may carry credentials."""
    found = (
        Candidate(
            name=name,
            version=each.version,
            kind=origin.kind,
            filename=_filename(origin, name, each.version, each.url),
            url=each.url,
            digest=each.digest,
            index=index_of(origin),
        )
        for each in origin.files
    )
    return tuple(sorted(found, key=lambda each: each.version, reverse=True))


def of_folder(origin: FolderOrigin, name: NormalizedName) -> Candidate:
    """What is in the folder now.

    SourceError if it is no project folder or that of another project, or has another version than
    the settings say or none that can be told without running it.
    """
    folder = Path(origin.path)
    if not folder.is_dir():
        raise SourceError(f"{name}: {folder} is no folder ({origin.where})")
    says = identity_of_folder(folder)
    if says.name not in {None, name}:
        raise SourceError(f"{name}: {folder} is {says.name}, another project ({origin.where})")
    version = says.version or origin.version
    if version is None:
        raise SourceError(
            f"{name}: the version of {folder} is known only to its build backend ({origin.where})",
            hint='say which it is: `versions: ["1.0"]`',
        )
    if origin.version not in {None, version}:
        raise SourceError(
            f"{name}: {folder} says that it is {version}, not {origin.version} ({origin.where})"
        )
    return Candidate(
        name=name,
        version=version,
        kind="folder",
        filename=folder.name,
        url=folder.as_uri(),
        digest=folder_digest(folder),
        index=index_of(origin),
    )


def _filename(origin: FileOrigin, name: NormalizedName, version: Version, url: str) -> str:
    """As published; an archive of another name, such as v1.0.tar.gz of a forge, gets our own."""
    last = unquote(urlsplit(url).path.rpartition("/")[2])
    if origin.kind == "wheel" or last.lower().startswith((f"{name}-", _stem(name).lower())):
        return last
    return _sdist_name(name, version)


def _stem(name: NormalizedName) -> str:
    return f"{name.replace('-', '_')}-"


def _sdist_name(name: NormalizedName, version: Version) -> str:
    return f"{_stem(name)}{version}.tar.gz"


def _some(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(name[:80] for name in found[-_SHOWN:]) + more
