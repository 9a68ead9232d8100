"""The wheels on a page of an index that has variants, by version."""

from collections.abc import Iterator

from packaging.utils import BuildTag, InvalidWheelFilename, NormalizedName, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.model.variant_name import label_of
from wheeltree.resolution.index_page import WHEELS, Link, RawPage, joined
from wheeltree.resolution.offered import Offered, read_page

_VARIANTS = "-variants.json"
_JSON = "application/vnd.pypi.simple.v1+json"


class LabelledWheel(Frozen):
    """One wheel on a page."""

    candidate: Candidate
    label: str
    """"" where it has none."""
    build: BuildTag
    tags: frozenset[str]


class Release(Frozen):
    """The wheels of one version."""

    version: Version
    wheels: tuple[LabelledWheel, ...]
    variants: Link | None
    """The file that says what their labels mean, with its whole URL; None where there is none."""


def releases(page_url: str, content: bytes, project: NormalizedName) -> tuple[Release, ...]:
    """What a JSON page (PEP 691) offers of `project`, the newest version first.

    FetchError if it is no such page. What is not the name of a wheel of the project is left out.
    """
    page = read_page(page_url, _JSON, content, (*WHEELS, _VARIANTS))
    offered = Offered(page.base, project, page_url)
    wheels: dict[Version, list[LabelledWheel]] = {}
    for link in page.links:
        found = _wheel(link, project, offered)
        if found is not None:
            wheels.setdefault(found.candidate.version, []).append(found)
    variants = dict(_variant_files(page, project))
    return tuple(
        Release(version=version, wheels=tuple(wheels[version]), variants=variants.get(version))
        for version in sorted(wheels, reverse=True)
    )


def _wheel(link: Link, project: NormalizedName, offered: Offered) -> LabelledWheel | None:
    try:
        plain, label = label_of(link.filename)
        name, version, build, tags = parse_wheel_filename(plain)
    except (ValueError, InvalidWheelFilename):
        return None
    candidate = offered.candidate(link, version, "wheel")
    if name != project or candidate is None:
        return None
    return LabelledWheel(
        candidate=candidate, label=label, build=build, tags=frozenset(map(str, tags))
    )


def _variant_files(page: RawPage, project: NormalizedName) -> Iterator[tuple[Version, Link]]:
    for link in page.links:
        name, _, version = link.filename.removesuffix(_VARIANTS).partition("-")
        if not link.filename.endswith(_VARIANTS) or name != project.replace("-", "_"):
            continue
        try:
            place = joined(page.base, link.url).partition("#")[0]
            yield Version(version), link._replace(url=place)
        except InvalidVersion:
            continue
