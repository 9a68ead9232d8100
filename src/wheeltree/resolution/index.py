"""One project's page of a package index as candidates."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from operator import attrgetter

from packaging.utils import NormalizedName
from packaging.version import InvalidVersion, Version

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.resolution.index_page import SDISTS, RawPage
from wheeltree.resolution.offered import Offered, read_page

UNCARED = frozenset({"archived", "deprecated"})
"""What an index says of projects that nobody should begin to use (PEP 792)."""
_SDIST = re.compile(r"([0-9A-Za-z.!+_-]+)(?:\.tar\.gz|\.zip)", re.IGNORECASE)
_SEPARATORS = str.maketrans("_.", "--")


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
    status: str = ""
    """Any other status of the project that means something, `archived` or `deprecated`."""
    status_reason: str = ""

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
    page = read_page(page_url, content_type, content, SDISTS)
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
        status=page.status if page.status in UNCARED else "",
        status_reason=page.reason if page.status in UNCARED else "",
    )


def _candidates(page: RawPage, project: NormalizedName, index: str) -> Iterator[Candidate]:
    offered = Offered(page.base, project, index)
    for link in page.links:
        written = _written_version(link.filename, project)
        version = _version(written) if written else None
        candidate = offered.candidate(link, version) if version else None
        if candidate is not None:
            yield candidate


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


@lru_cache(maxsize=4096)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
