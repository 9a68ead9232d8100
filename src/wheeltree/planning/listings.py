"""What is offered of a project, where it comes from; kept for runs without network."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.utils import NormalizedName

from wheeltree.errors import FetchError, SourceError
from wheeltree.model.digest import Key, key_of
from wheeltree.model.origin import FileOrigin, FolderOrigin, GitOrigin, SourceOrigin, WheelsOrigin
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate
from wheeltree.resolution.index import Listing
from wheeltree.resolution.index_wheels import wheels_on_page
from wheeltree.resolution.indexes import Index, offers, serving
from wheeltree.resolution.offered import ACCEPT
from wheeltree.sources.git import Git
from wheeltree.sources.origins import index_of, of_files, of_folder, of_git
from wheeltree.store.local import Store
from wheeltree.transport import NotFound, Transport

OriginOf = Callable[[NormalizedName, str], SourceOrigin | None]
"""Where a project comes from, for a variant that takes it from a place of its own, or for all of
them (""); None for an index."""


class Listings:
    """Of every project; from any thread.

    indexes: called once, when the first page is needed. interpreter: what wheels are taken for.
    """

    def __init__(
        self,
        *,
        store: Store,
        transport: Transport,
        indexes: Callable[[], Sequence[Index]],
        origin: OriginOf,
        interpreter: Interpreter,
        offline: bool,
    ) -> None:
        self._store = store
        self._transport = transport
        self._indexes = indexes
        self._origin = origin
        self._interpreter = interpreter
        self._offline = offline

    def of(self, name: NormalizedName, variant: str) -> Listing:
        """What its source offers, or the indexes; FetchError or SourceError if that is not known.

        The source is the one that the settings name. variant: see `OriginOf`.
        """
        match self._origin(name, variant):
            case None:
                return self._indexed(name)
            case GitOrigin() as origin:
                return self._tagged(origin, name)
            case FileOrigin() as origin:
                found = tuple(self._bare(each) for each in of_files(origin, name))
                return Listing(name=name, candidates=found, index=index_of(origin))
            case FolderOrigin() as origin:
                found = (of_folder(origin, name),)
                return Listing(name=name, candidates=found, index=index_of(origin))
            case WheelsOrigin() as origin:
                return self._prebuilt(origin, name)

    def _bare(self, candidate: Candidate) -> Candidate:
        return replace(candidate, url=self._transport.learn(candidate.url))

    def _indexed(self, name: NormalizedName) -> Listing:
        indexes = self._indexes()
        if not serving(indexes, name):  # nobody is asked, so that there is nothing to keep
            return offers(self._transport, indexes, name)
        restrictions = [(each.packages, each.urls) for each in indexes[0].restrictions]
        key = key_of("offers", [(each.url, each.only) for each in indexes], name, *restrictions)
        return self._recalled(key, name, "an index") or self._kept(
            key, offers(self._transport, list(map(_existing, indexes)), name)
        )

    def _tagged(self, origin: GitOrigin, name: NormalizedName) -> Listing:
        key = key_of("offers", index_of(origin), name)
        url = self._transport.learn(origin.url)
        return self._recalled(key, name, url) or self._kept(key, self._asked(origin, name, url))

    def _asked(self, origin: GitOrigin, name: NormalizedName, url: str) -> Listing:
        with self._store.scratch(f"git-{name}") as scratch:
            git = Git(scratch, self._transport.authorization)
            found = of_git(origin, name, git, url)
        return Listing(name=name, candidates=found, index=index_of(origin))

    def _prebuilt(self, origin: WheelsOrigin, name: NormalizedName) -> Listing:
        url = self._transport.learn(origin.url)
        key = key_of("offers", "wheels", index_of(origin), self._interpreter.digest, name)
        return self._recalled(key, name, url) or self._kept(key, self._wheels(origin, name, url))

    def _wheels(self, origin: WheelsOrigin, name: NormalizedName, url: str) -> Listing:
        place = index_of(origin)
        try:
            page = self._transport.get(_existing(Index(url=url)).page_of(name), accept=ACCEPT)
        except NotFound as error:
            raise SourceError(
                f"{name}: {place} does not have it ({origin.where})",
                hint="name an index that does, or one of git, url, folder and wheel",
            ) from error
        found = wheels_on_page(page, name, index=place, tags=self._interpreter.tags)
        if not found:
            raise SourceError(
                f"{name}: {place} has no wheel that Python {self._interpreter.version} takes here "
                f"({origin.where})",
                hint="let it be built from source: take `source` away, or narrow the requirement",
            )
        return Listing(name=name, candidates=found, index=place)

    def _recalled(self, key: Key, name: NormalizedName, place: str) -> Listing | None:
        """What an earlier run was told; None if it may be asked for."""
        if not self._offline:
            return None
        known = self._store.record("offers", key, Listing)
        if known is None:
            raise FetchError(
                f"no earlier run asked {place} for {name}, and --offline was given",
                hint="run once without --offline; --plan-only is enough",
            )
        return known

    def _kept(self, key: Key, listing: Listing) -> Listing:
        self._store.replace_record("offers", key, listing, Listing)
        return listing


def _existing(index: Index) -> Index:
    """A folder that is not there would pass for an index that has no project at all."""
    url = index.url
    if url.startswith("file:") and not Path(unquote(urlsplit(url).path)).is_dir():
        raise FetchError(f"the index {url} is no folder", hint="check --index-url and `indexes:`")
    return index
