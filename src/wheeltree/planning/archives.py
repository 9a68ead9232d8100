"""The archive of a candidate, fetched once and kept in the store."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from packaging.utils import NormalizedName

from wheeltree.errors import DigestMismatch, FetchError
from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.source import Candidate
from wheeltree.resolution.admission import waiving
from wheeltree.sources.fetch import fetch
from wheeltree.sources.git import Git
from wheeltree.store.local import Store
from wheeltree.transport import Transport

_NONE = frozenset[Digest]()
_HALF = 32
"""Of a digest: `gc` keeps all that a record names in full, and what was once seen is no reason to
keep a file."""


class Archives:
    """Of candidates of every kind; from any thread.

    hashes: digests that the user demands. may_change: whether settings let the file of a candidate
    be another one than when it was first taken.
    """

    def __init__(
        self,
        *,
        store: Store,
        transport: Transport,
        hashes: Mapping[NormalizedName, frozenset[Digest]],
        offline: bool,
        may_change: Callable[[Candidate], bool] = lambda _: False,
    ) -> None:
        self._store = store
        self._transport = transport
        self._hashes = hashes
        self._offline = offline
        self._may_change = may_change

    def of(self, candidate: Candidate) -> Path:
        """Its file, whose name in the store is its digest; the folder of one that is a folder.

        DigestMismatch if it is another file than was promised, or than an earlier run was given;
        FetchError if it cannot be had.
        """
        if candidate.kind == "folder":
            return Path(unquote(candidate.url.removeprefix("file://")))
        if candidate.commit is not None:
            return self._exported(candidate)
        if candidate.declared:
            assert candidate.digest is not None  # settings demand it
            known = self._store.file(candidate.digest)
            return known or self._kept(candidate, partial(self._fetch, candidate, _NONE))
        return self._published(candidate)

    def _published(self, candidate: Candidate) -> Path:
        """What an index or a URL has, which must never change."""
        seen = key_of("fetched", candidate.filename, candidate.index or candidate.url)
        pinned = self._store.record("fetched", seen, str) or self._seen(seen)
        if pinned and candidate.digest and candidate.digest != pinned:
            if not self._may_change(candidate):
                raise _changed(candidate, pinned, candidate.digest)
            pinned = ""
        expected = self._hashes.get(candidate.name, _NONE)
        known = self._store.file(Digest(pinned)) if pinned else None
        if known is not None and (not expected or known.name in expected):
            return known
        path = self._kept(candidate, partial(self._fetch, candidate, expected, pinned=pinned))
        self._pin(candidate, seen, path.name)
        return path

    def _pin(self, candidate: Candidate, key: Key, digest: str) -> None:
        """Remember what a file is, unless another run has just seen that it is another one."""
        halves = (digest[:_HALF], digest[_HALF:])
        if self._may_change(candidate):
            self._store.replace_record("seen", key, halves, tuple[str, str])
        standing = self._store.put_record("seen", key, halves, tuple[str, str])
        if standing != halves:
            raise _changed(candidate, "".join(standing), digest)
        self._store.replace_record("fetched", key, digest, str)

    def _seen(self, key: Key) -> str:
        """What a file was when it was first taken, although it is gone; "" if it never was."""
        return "".join(self._store.record("seen", key, tuple[str, str]) or ())

    def _fetch(
        self,
        candidate: Candidate,
        expected: frozenset[Digest],
        into: Path,
        *,
        pinned: str | None = None,
    ) -> None:
        digest = fetch(self._transport, candidate, into, expected=expected)
        if pinned and digest != pinned and not self._may_change(candidate):
            raise _changed(candidate, pinned, digest)

    def _exported(self, candidate: Candidate) -> Path:
        """What git has at a commit."""
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

    def _kept(self, candidate: Candidate, get: Callable[[Path], object]) -> Path:
        with self._store.scratch(f"fetch-{candidate.name}") as scratch:
            get(scratch / "archive")
            return self._store.path(self._store.add(scratch / "archive"))


def _changed(candidate: Candidate, before: str, now: str) -> DigestMismatch:
    return DigestMismatch(
        f"{candidate.url}: the file has other content than in an earlier run",
        details=[f"was sha256:{before}", f"is  sha256:{now}"],
        hint=f"a published file must never change: find out who replaced {candidate.filename}; if "
        f"the new one is right, {waiving(candidate.name, 'files')}",
    )
