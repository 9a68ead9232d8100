"""A wheelhouse as a resolver on some machine sees it: its index, read from the folder."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from packaging.requirements import Requirement
from packaging.utils import NormalizedName

from wheeltree.building.core_metadata import read_metadata
from wheeltree.errors import BuildError, ResolutionError, StoreError
from wheeltree.model.codec import Malformed
from wheeltree.model.digest import digest_bytes
from wheeltree.model.source import Candidate, Metadata
from wheeltree.model.variant_file import VariantFile, parse
from wheeltree.resolution.index import Listing
from wheeltree.resolution.judgement import Verdict, judged
from wheeltree.resolution.labelled_wheels import Release, releases
from wheeltree.resolution.problem import World
from wheeltree.resolution.system_listing import ToldListing
from wheeltree.resolution.variant_order import Supported
from wheeltree.store.files import explaining

_MOST = 64 << 20
"""Bytes of a page or of metadata; a larger one is an attack."""
_AGAIN = "`builder bootstrap` publishes it again"


class SimulatedWorld(World):
    """What an installer on some machine finds in the index `simple/` of a wheelhouse.

    StoreError where a file of the wheelhouse cannot be read or is damaged.
    """

    def __init__(self, wheelhouse: Path, tags: Sequence[str], machine: Supported) -> None:
        self._root = wheelhouse.absolute()
        self._tags = tags
        self._machine = machine
        self._verdicts: dict[NormalizedName, tuple[Verdict, ...]] = {}

    def verdicts(self, name: NormalizedName) -> tuple[Verdict, ...]:
        """What would be taken of each version of a project, the newest first."""
        if name not in self._verdicts:
            self._verdicts[name] = tuple(map(self._judged, self._releases(name)))
        return self._verdicts[name]

    def offers(self, name: NormalizedName) -> Listing:
        """See `World.offers`: of each version the wheel that fits, if one does."""
        found = self.verdicts(name)
        fitting = tuple(each.best for each in found if each.best is not None)
        index = (self._root / "simple").as_uri()
        if found and len(fitting) == len(found):
            return Listing(name=name, candidates=fitting, index=index)
        says, remedy = _told(name, found), ""
        if not found:
            says = f"{self._root / 'simple'} has no project {name}"
            remedy = "check its spelling and -o; `builder bootstrap` puts packages there"
        return ToldListing(name=name, candidates=fitting, index=index, says=says, remedy=remedy)

    def direct(self, requirement: Requirement) -> Candidate:
        """See `World.direct`; what lies elsewhere is not simulated."""
        raise ResolutionError(
            f"{requirement.name} is required from a URL, which no wheelhouse has",
            hint=f"require {requirement.name} with a version instead",
        )

    def metadata(self, candidate: Candidate) -> Metadata:
        """See `World.metadata`; what the wheel itself says, so that each variant may differ."""
        path = self._path(f"{candidate.url}.metadata")
        try:
            return read_metadata(
                _content(path).decode(),
                name=candidate.name,
                version=candidate.version,
                subject=candidate.filename,
            )
        except (BuildError, UnicodeDecodeError) as error:
            raise StoreError(f"{path} is damaged: {error}", hint=_AGAIN) from error

    def _releases(self, name: NormalizedName) -> tuple[Release, ...]:
        page = self._root / "simple" / name / "index.v1_json"
        if not page.is_file():
            return ()
        return releases(f"{page.parent.as_uri()}/", _content(page), name)

    def _judged(self, release: Release) -> Verdict:
        return judged(release, self._said(release), self._tags, self._machine)

    def _said(self, release: Release) -> VariantFile | None:
        link = release.variants
        if link is None or not any(each.label for each in release.wheels):
            return None
        path = self._path(link.url)
        content = _content(path)
        if link.sha256 not in {None, digest_bytes(content)}:
            raise StoreError(f"{path} has other bytes than the index says", hint=_AGAIN)
        try:
            return parse(content)
        except Malformed as error:
            raise StoreError(f"{path} is damaged: {error}", hint=_AGAIN) from error

    def _path(self, url: str) -> Path:
        """The file of the wheelhouse that a page links to."""
        path = Path(os.path.normpath(unquote(url.removeprefix("file://"))))
        if not (url.startswith("file:///") and path.is_relative_to(self._root)):
            raise StoreError(f"{self._root / 'simple'} leads out of it, to {url:.200}", hint=_AGAIN)
        return path


def _told(name: NormalizedName, found: tuple[Verdict, ...]) -> str:
    """Which versions are there for this machine, and of one that is not, why."""
    versions = [str(each.version) for each in found if each.best is not None]
    first = next((each for each in found if each.best is None), None)
    says = f"{name} is there as {', '.join(versions)}" if versions else ""
    if first is None:
        return says
    reasons = dict.fromkeys(f"{each.filename} {each.reason}" for each in first.losers)
    nothing = f"nothing of {name} {first.version} fits: {'; '.join(reasons)}"
    return f"{says}, and {nothing}" if says else nothing


def _content(path: Path) -> bytes:
    with explaining(path), path.open("rb") as file:
        content = file.read(_MOST + 1)
    if len(content) > _MOST:
        raise StoreError(f"{path} is larger than {_MOST >> 20} MiB", hint=_AGAIN)
    return content
