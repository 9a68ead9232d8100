"""Versions that are known to be vulnerable, by advisories in the OSV format."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NotRequired, TypedDict

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.model import codec
from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.resolution.admission import Rejection, waiving
from wheeltree.resolution.index import Listing


class _Package(TypedDict):
    ecosystem: NotRequired[str]
    name: NotRequired[str]


class _Range(TypedDict):
    type: NotRequired[str]
    events: NotRequired[list[dict[str, Any]]]


class _Affected(TypedDict):
    package: NotRequired[_Package]
    ranges: NotRequired[list[_Range]]
    versions: NotRequired[list[str]]


class _Entry(TypedDict):
    """The part of an entry that is read; see the OSV schema."""

    id: str
    aliases: NotRequired[list[str] | None]
    withdrawn: NotRequired[str | None]
    affected: NotRequired[list[_Affected] | None]


class Span(Frozen):
    """One range of versions, by what happened when; sorted."""

    events: tuple[tuple[Version, str], ...]
    """`introduced`, `fixed`, `last_affected` or `limit`."""

    def has(self, version: Version) -> bool:
        """Whether a version lies in it, as the OSV schema has it."""
        limits = [at for at, what in self.events if what == "limit"]
        if limits and all(version >= at for at in limits):
            return False
        affected = False
        for at, what in self.events:
            if what == "introduced" and version >= at:
                affected = True
            if (what == "fixed" and version >= at) or (what == "last_affected" and version > at):
                affected = False
        return affected

    @property
    def fixes(self) -> tuple[Version, ...]:
        """The versions in which it was mended."""
        return tuple(at for at, what in self.events if what == "fixed")


class Advisory(Frozen):
    """What is known of one project's vulnerability."""

    id: str
    aliases: tuple[str, ...]
    name: NormalizedName
    spans: tuple[Span, ...]
    versions: frozenset[str]
    """Those that are named one by one, in canonical spelling where they have one."""

    @property
    def names(self) -> frozenset[str]:
        """All that it is called."""
        return frozenset((self.id, *self.aliases))

    def __str__(self) -> str:
        known = [each for each in self.aliases if each.startswith("CVE-")]
        return f"{self.id} ({', '.join(known)})" if known else self.id

    def affects(self, version: Version) -> bool:
        """Whether a version is vulnerable; one with a local part as the one that it is made of."""
        public = Version(version.public)
        return str(public) in self.versions or any(each.has(public) for each in self.spans)

    def mended(self, version: Version) -> Version | None:
        """The first version above a vulnerable one that is not."""
        later = sorted(at for each in self.spans for at in each.fixes if at > version)
        return next((each for each in later if not self.affects(each)), None)


Known = Mapping[NormalizedName, tuple[Advisory, ...]]


def read(content: bytes) -> Iterator[Advisory]:
    """The advisories about Python projects in one OSV file: an entry, or a list of them.

    codec.Malformed if it is neither. Those that were withdrawn are left out.
    """
    kind: Any = list[_Entry] if content.lstrip()[:1] == b"[" else _Entry
    found = codec.decode(content, kind)
    for entry in found if isinstance(found, list) else (found,):
        if not entry.get("withdrawn"):
            yield from _advisories(entry)


def by_project(advisories: Iterable[Advisory]) -> Known:
    """Advisories by the project that they are about."""
    found: dict[NormalizedName, tuple[Advisory, ...]] = {}
    for each in advisories:
        found[each.name] = (*found.get(each.name, ()), each)
    return found


def _advisories(entry: _Entry) -> Iterator[Advisory]:
    for affected in entry.get("affected") or ():
        package = affected.get("package", {})
        if package.get("ecosystem", "").partition(":")[0] == "PyPI":
            ranges = (each for each in affected.get("ranges", ()) if each.get("type") != "GIT")
            yield Advisory(
                id=entry["id"],
                aliases=tuple(entry.get("aliases") or ()),
                name=canonicalize_name(package.get("name", "")),
                spans=tuple(_span(each) for each in ranges),
                versions=frozenset(map(_spelled, affected.get("versions", ()))),
            )


_ORDER = {"fixed": 0, "limit": 1, "introduced": 2, "last_affected": 3}
"""Of events at one version: what is introduced again there is not mended."""


def _span(said: _Range) -> Span:
    events = [
        (at, what)
        for event in said.get("events", ())
        for what, text in event.items()
        if what in _ORDER and (at := _moment(what, text)) is not None
    ]
    return Span(events=tuple(sorted(events, key=lambda event: (event[0], _ORDER[event[1]]))))


def _moment(what: str, text: object) -> Version | None:
    """When it happened. What cannot be read must not make a version pass for a good one: it began
    with the first version then, and never ended.
    """
    try:
        return _FIRST if text == "0" else Version(str(text))
    except ValueError:  # not InvalidVersion alone: a number may have too many digits
        return _FIRST if what == "introduced" else None


_FIRST = Version("0.dev0")


def _spelled(text: str) -> str:
    try:
        return str(Version(text))
    except ValueError:
        return text


class Vulnerabilities(Frozen):
    """No version that an advisory names."""

    known: Known
    where: str

    def rejections(self, candidate: Candidate, listing: Listing | None) -> Iterator[Rejection]:
        """One for each advisory; a program of the system is its distribution's to mend."""
        del listing
        if candidate.kind == "system":
            return
        for each in self.known.get(candidate.name, ()):
            if each.affects(candidate.version):
                mended = each.mended(candidate.version)
                waive = waiving(candidate.name, "vulnerabilities", f"advisories: [{each.id}], ")
                yield Rejection(
                    rule="vulnerabilities",
                    text=f"is vulnerable: {each}, by {self.where} (vulnerabilities)",
                    remedy=f"{f'take {candidate.name} {mended}' if mended else 'patch it'}, "
                    f"or {waive}",
                    advisories=each.names,
                )
