"""The wheels of one project on a page of an index: of each version the one that fits best."""

from collections.abc import Iterator, Mapping, Sequence

from packaging.utils import InvalidWheelFilename, NormalizedName, parse_wheel_filename
from packaging.version import Version

from wheeltree.errors import FetchError
from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.resolution.index_page import WHEELS, Link
from wheeltree.resolution.offered import Offered, read_page
from wheeltree.transport import Page


class _Ranked(Frozen):
    link: Link
    version: Version
    rank: tuple[int, int, str]
    """Least for the best: its best tag, its build number, and what the build number ends with."""


def wheels_on_page(
    page: Page, project: NormalizedName, *, index: str, tags: Sequence[str]
) -> tuple[Candidate, ...]:
    """The wheels of `project` that fit, newest version first, one for each version.

    index: the URL of the index, without credentials, kept in every candidate.
    tags: of the interpreter that they are for, best first.

    FetchError if it is no page of an index, or if that has quarantined the project (PEP 792).
    """
    raw = read_page(page.url, page.content_type, page.content, WHEELS)
    if raw.status == "quarantined":
        raise FetchError(
            f"{index} has quarantined {project}: {raw.reason or 'no reason given'}",
            hint=f"do without {project} until its index releases it",
        )
    order = {tag: place for place, tag in enumerate(tags)}
    best: dict[Version, _Ranked] = {}
    for each in _fitting(raw.links, project, order):
        known = best.setdefault(each.version, each)
        if each.rank < known.rank:
            best[each.version] = each
    offered = Offered(raw.base, project, index)
    found = (
        offered.candidate(best[version].link, version, "wheel")
        for version in sorted(best, reverse=True)
    )
    return tuple(each for each in found if each is not None)


def _fitting(
    links: Sequence[Link], project: NormalizedName, order: Mapping[str, int]
) -> Iterator[_Ranked]:
    for link in links:
        try:
            name, version, build, tags = parse_wheel_filename(link.filename)
        except InvalidWheelFilename:
            continue
        places = [order[str(tag)] for tag in tags if str(tag) in order]
        if name == project and places:
            yield _Ranked(link=link, version=version, rank=(min(places), *_later_first(build)))


def _later_first(build: tuple[()] | tuple[int, str]) -> tuple[int, str]:
    return (-build[0], build[1]) if build else (0, "")
