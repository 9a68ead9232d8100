"""One project's page of a package index as candidates."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property, lru_cache
from operator import attrgetter

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import InvalidVersion, Version

from wheeltree.errors import FetchError
from wheeltree.model import codec
from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.resolution import index_html, index_json, index_page
from wheeltree.resolution.index_page import RawPage

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
)
"""What an index is asked for; what it answered is told by the answer's Content-Type."""

_FORMATS = {
    "application/vnd.pypi.simple.v1+json": index_json.read,
    "application/json": index_json.read,
    "application/vnd.pypi.simple.v1+html": index_html.read,
    "application/xhtml+xml": index_html.read,
    "text/html": index_html.read,
}
_SDIST = re.compile(r"([0-9A-Za-z.!+_-]+)(?:\.tar\.gz|\.zip)", re.IGNORECASE)
_SEPARATORS = str.maketrans("_.", "--")
_HEXADECIMAL = re.compile(r"[0-9a-f]{64}")
_HOST = r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?"
_REMOTE = re.compile(rf"(https?)://(?:[^/?#]*@)?({_HOST}[/?][^#\x00-\x20\x7f]*)")
_FILE = re.compile(r"(file)://(/[^#\x00-\x20\x7f]*)")


class Listing(Frozen, dict=True):
    """What one index offers of one project."""

    name: NormalizedName
    candidates: tuple[Candidate, ...] = ()
    """Sdists, newest version first, one for each version."""
    wheel_versions: frozenset[str] = frozenset()
    """Versions, as written, that have wheels."""
    index: str | None = None
    """URL of the index that has the project; None where none has."""
    dropped: int = 0
    """Links that are not this project's, or cannot be understood or trusted."""
    quarantined: str | None = None
    """Why the index withholds the project (PEP 792); None if it does not."""

    @cached_property
    def wheels_only(self) -> tuple[Version, ...]:
        """Versions that have wheels but no sdist, newest first."""
        offered = {each.version for each in self.candidates}
        versions = {_version(text) for text in self.wheel_versions}
        found = (each for each in versions if each is not None and each not in offered)
        return tuple(sorted(found, reverse=True))


def parse_page(
    page_url: str, content_type: str, content: bytes, project: NormalizedName, index: str
) -> Listing:
    """The sdists of `project` on a page of an index, in the format that `content_type` names.

    page_url: the URL that the page was read from in the end, for relative links.
    index: the URL of the index, kept in every candidate. Neither may hold credentials.
    FetchError if it is no such page.
    """
    page = _read(page_url, content_type, content)
    if page.version.partition(".")[0] != "1":
        raise FetchError(
            f"{page_url} speaks version {page.version[:20]} of the index interface; 1 is understood"
        )
    if page.status == "quarantined":
        reason = page.reason or "no reason given"
        return Listing(name=project, index=index, quarantined=reason)
    found = list(_candidates(page, project, index))
    return Listing(
        name=project,
        candidates=_newest_first(found),
        wheel_versions=frozenset(
            parts[1] for parts in (each.split("-", 2) for each in page.wheels) if len(parts) > 1
        ),
        index=index,
        dropped=len(page.links) - len(found),
    )


def _read(page_url: str, content_type: str, content: bytes) -> RawPage:
    kind = content_type.partition(";")[0].strip().lower()
    try:
        return _FORMATS[kind](content, page_url)
    except KeyError:
        raise FetchError(
            f"{page_url} is no page of a package index: its type is {kind[:80] or 'not given'}",
            hint="check the index URL; it often ends in /simple/",
        ) from None
    except codec.Malformed as error:
        raise FetchError(f"{page_url} is no page of a package index: {error}") from error


def _candidates(page: RawPage, project: NormalizedName, index: str) -> Iterator[Candidate]:
    absolute = _Absolute(page.base)
    for link in page.links:
        written = _written_version(link.filename, project)
        version = _version(written) if written else None
        url = absolute(link.url, link.sha256)
        digest = link.sha256.lower() if link.sha256 else None
        if version is None or url is None or (digest and not _HEXADECIMAL.fullmatch(digest)):
            continue
        yield Candidate(
            name=project,
            version=version,
            filename=link.filename,
            url=url,
            digest=Digest(digest) if digest else None,
            requires_python=_specifiers(link.requires_python) if link.requires_python else None,
            upload_time=_moment(link.upload_time) if link.upload_time else None,
            yanked=link.yanked,
            index=index,
        )


def _newest_first(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """One candidate for each version: its .tar.gz where it has several sdists."""
    best: dict[Version, Candidate] = {}
    for each in candidates:
        known = best.setdefault(each.version, each)
        if known.filename.endswith(".zip") and each.filename.endswith(".tar.gz"):
            best[each.version] = each
    return tuple(sorted(best.values(), key=attrgetter("version"), reverse=True))


def _written_version(filename: str, project: NormalizedName) -> str | None:
    """The version in the name of an sdist of a project; None for any other file."""
    found = _SDIST.fullmatch(filename)
    if found is None:
        return None
    stem, end = found[1], len(project)
    if stem[end : end + 1] == "-" and stem[:end].lower().translate(_SEPARATORS) == project:
        return stem[end + 1 :]
    odd = _filename_pattern(project).fullmatch(stem)
    return odd[1] if odd else None


@lru_cache(maxsize=1024)
def _filename_pattern(project: NormalizedName) -> re.Pattern[str]:
    """The sdists of a project; older ones spell its name as its author did.

    Compiling it costs more than reading a page does: it is for names with several separators in a
    row.
    """
    name = "[-_.]+".join(map(re.escape, project.split("-")))
    return re.compile(rf"{name}-(.+)", re.IGNORECASE)


class _Absolute:
    """Links of one page as absolute URLs without credentials."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._secure = base.startswith("https:")
        self._local = base.startswith("file:")

    def __call__(self, url: str, digest: str | None) -> str | None:
        """None for what may not be fetched: another scheme, a file of this machine that a remote
        page names, or plain http without a digest where the page came by https.
        """
        if not url.startswith(("https://", "http://")):
            url = index_page.joined(self._base, url)
        found = _REMOTE.fullmatch(url) or (self._local and _FILE.fullmatch(url)) or None
        if found is None or (found[1] == "http" and self._secure and digest is None):
            return None
        return f"{found[1]}://{found[2]}"


@lru_cache(maxsize=4096)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


@lru_cache(maxsize=4096)
def _specifiers(text: str) -> SpecifierSet | None:
    """None for what cannot be read: old releases have such, and pip ignores it too."""
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
