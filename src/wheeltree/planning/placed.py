"""Projects that come from where settings say: what is offered there, and their archives."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from packaging.utils import NormalizedName

from wheeltree.errors import DigestMismatch, FetchError
from wheeltree.model.digest import Digest, key_of
from wheeltree.model.origin import FileOrigin, FolderOrigin, GitOrigin, SourceOrigin
from wheeltree.model.source import Candidate
from wheeltree.resolution.index import Listing
from wheeltree.sources.fetch import fetch
from wheeltree.sources.git import Git
from wheeltree.sources.origins import index_of, of_files, of_folder, of_git
from wheeltree.store.local import Store
from wheeltree.transport import Transport

OriginOf = Callable[[NormalizedName], SourceOrigin | None]
"""Where a project comes from; None for an index."""


class Placed:
    """Answers about projects that have a `source:` in the settings; from any thread."""

    def __init__(
        self, *, store: Store, transport: Transport, origin: OriginOf, offline: bool
    ) -> None:
        self._store = store
        self._transport = transport
        self._origin = origin
        self._offline = offline

    def listing(self, name: NormalizedName) -> Listing | None:
        """What is offered of a project; None where its settings name no source.

        FetchError and SourceError if that cannot be found out.
        """
        match self._origin(name):
            case None:
                return None
            case GitOrigin() as origin:
                return self._tagged(origin, name)
            case FileOrigin() as origin:
                found = tuple(self._bare(each) for each in of_files(origin, name))
                return Listing(name=name, candidates=found, index=index_of(origin))
            case FolderOrigin() as origin:
                found = (of_folder(origin, name),)
                return Listing(name=name, candidates=found, index=index_of(origin))

    def _bare(self, candidate: Candidate) -> Candidate:
        return replace(candidate, url=self._transport.learn(candidate.url))

    def _tagged(self, origin: GitOrigin, name: NormalizedName) -> Listing:
        key = key_of("offers", index_of(origin), name)
        url = self._transport.learn(origin.url)
        if self._offline:
            known = self._store.record("offers", key, Listing)
            if known is None:
                raise FetchError(
                    f"no earlier run asked {url} for {name}, and --offline was given",
                    hint="run once without --offline; --plan-only is enough",
                )
            return known
        with self._store.scratch(f"git-{name}") as scratch:
            git = Git(scratch, self._transport.authorization)
            found = of_git(origin, name, git, url)
        listing = Listing(name=name, candidates=found, index=index_of(origin))
        self._store.replace_record("offers", key, listing, Listing)
        return listing

    def archive(self, candidate: Candidate) -> Path:
        """The file of a candidate that is a commit, or whose digest settings name.

        Its name in the store is its digest. DigestMismatch if it is another file than was promised,
        FetchError if it cannot be had.
        """
        if candidate.commit is not None:
            return self._exported(candidate)
        assert candidate.digest is not None  # settings demand it
        known = self._store.file(candidate.digest)
        return known or self._kept(
            candidate, partial(fetch, self._transport, candidate, expected=frozenset())
        )

    def _kept(self, candidate: Candidate, get: Callable[[Path], object]) -> Path:
        with self._store.scratch(f"fetch-{candidate.name}") as scratch:
            get(scratch / "archive")
            return self._store.path(self._store.add(scratch / "archive"))

    def _exported(self, candidate: Candidate) -> Path:
        key = key_of("exported", candidate.url, candidate.commit)
        pinned = self._store.record("fetched", key, str)
        known = self._store.file(Digest(pinned)) if pinned else None
        path = known or self._kept(candidate, partial(self._export, candidate))
        if candidate.digest not in {None, path.name}:
            raise DigestMismatch(
                f"{candidate}: what git has at {candidate.url} is archived as sha256 {path.name}, "
                f"but {candidate.digest} was asked for",
                hint="a hash in the requirements cannot stand for a git commit: leave it out",
            )
        if pinned != path.name:
            self._store.replace_record("fetched", key, path.name, str)
        return path

    def _export(self, candidate: Candidate, into: Path) -> None:
        if self._offline and not candidate.url.startswith("file:"):
            raise FetchError(
                f"{candidate.url}: not fetched, because --offline was given",
                hint="run once without --offline (or with --plan-only)",
            )
        from wheeltree.sources.git_tree import export  # noqa: PLC0415  what packs is slow to load

        work = into.parent / "work"
        work.mkdir()
        git = Git(work, self._transport.authorization)
        export(git, candidate, work, into)
