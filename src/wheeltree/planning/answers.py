"""Which service knows the answer to which question; every answer is kept for the next run."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from urllib.parse import unquote, urlsplit

from packaging.requirements import Requirement
from packaging.utils import NormalizedName

from wheeltree.building.libraries import sought
from wheeltree.building.prebuilt import described
from wheeltree.building.realise import Anticipated, anticipate, find, inquire, realise, recall
from wheeltree.building.seed import plant
from wheeltree.building.shelf import forget, realised
from wheeltree.building.workshop import Allotment, Workshop
from wheeltree.errors import DigestMismatch, FetchError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate, Metadata, Preparation, SourceTree
from wheeltree.model.spec import BackendAnswer, BuildSpec, Inquiry
from wheeltree.planning.extras import extra_files
from wheeltree.planning.facts import Fact, Fetchable, Find, Locate, Offers, Plant, Prepare, Stand
from wheeltree.planning.history import begin
from wheeltree.planning.parcels import Parcels
from wheeltree.planning.placed import OriginOf, Placed
from wheeltree.planning.reasons import changes, inputs
from wheeltree.planning.stand_ins import stood
from wheeltree.resolution.index import Listing
from wheeltree.resolution.indexes import Index, offers
from wheeltree.sources.draft import Draft
from wheeltree.sources.fetch import fetch
from wheeltree.sources.locate import locate
from wheeltree.sources.parcel import Parcel
from wheeltree.sources.patch import Runner
from wheeltree.sources.prepare import prepare
from wheeltree.sources.registries import Registries
from wheeltree.store import packs
from wheeltree.transport import Transport

_PREPARATION = 3
"""Raised when a source is prepared otherwise than before."""


class Answers:
    """The services of a run: each method may be called from any thread.

    indexes: called once, when the first page is needed. hashes: digests that the user demands, by
    project. logs: folder of the builds' logs. before: the inputs of the previous plan's wheels, by
    `name==version`, to tell why one is built again. run: runs GNU patch in the sandbox.
    registries: as of `Registries`. origin: where a project comes from, if not from an index.
    """

    def __init__(
        self,
        *,
        shop: Workshop,
        transport: Transport,
        indexes: Callable[[], Sequence[Index]],
        hashes: Mapping[NormalizedName, frozenset[Digest]],
        logs: Path,
        before: Mapping[str, Mapping[str, str]],
        offline: bool,
        run: Runner,
        interpreter: Interpreter,
        origin: OriginOf,
        registries: Callable[[], Mapping[str, str]],
    ) -> None:
        self._shop = shop
        self._store = shop.store
        self._transport = transport
        self._indexes = indexes
        self._hashes = hashes
        self._logs = logs
        self._before = before
        self._offline = offline
        self._run = run
        self._interpreter = interpreter
        self._parcels = Parcels(shop.store, transport, Registries(transport, registries))
        self._placed = Placed(store=shop.store, transport=transport, origin=origin, offline=offline)
        self._unpacking = Lock()  # threads that all compute only hinder one another (the GIL)
        self._forgotten: set[Key] = set()

    # Reading.

    def fetch(self, question: Fetchable) -> Fact:
        """The answer to a question that no package's code is run for."""
        match question:
            case Offers(name=name):
                return self._selected(self._offers(name))
            case Locate(requirement=requirement):
                return self._locate(Requirement(requirement))
            case Prepare():
                return self._prepare(question)
            case Plant():
                return self._plant(question)
            case Stand(tool=tool):
                return stood(tool, store=self._store, interpreter=self._interpreter)
            case Find(library=library):
                return sought(library, self._store)

    def _selected(self, listing: Listing) -> Listing:
        """What a plugin chooses of it."""
        plugin = self._shop.plugins.of(listing.name)
        if not plugin.overrides("select"):
            return listing
        chosen = plugin.select(listing.name, listing.candidates)
        return replace(listing, candidates=chosen)

    def _offers(self, name: NormalizedName) -> Listing:
        return self._placed.listing(name) or self._offered(name)

    def _offered(self, name: NormalizedName) -> Listing:
        key = key_of("offers", [(each.url, each.only) for each in self._indexes()], name)
        if self._offline:
            known = self._store.record("offers", key, Listing)
            if known is None:
                raise FetchError(
                    f"no earlier run asked an index for {name}, and --offline was given",
                    hint="run once without --offline; --plan-only is enough",
                )
            return known
        for each in self._indexes():
            _refuse_missing(each.url)
        listing = offers(self._transport, self._indexes(), name)
        self._store.replace_record("offers", key, listing, Listing)
        return listing

    def _locate(self, requirement: Requirement) -> Candidate:
        key = key_of("locate", str(requirement))
        if self._offline and not (requirement.url or "").startswith("file:"):
            known = self._store.record("located", key, Candidate)
            if known is not None:
                return known
        with self._store.scratch(f"locate-{requirement.name}") as scratch:
            found = locate(self._transport, requirement, scratch / "archive")
            if (scratch / "archive").is_file():
                self._store.add(scratch / "archive")
        self._store.replace_record("located", key, found, Candidate)
        return found

    def _prepare(self, question: Prepare) -> SourceTree:
        candidate = question.candidate
        archive = self._archive(candidate)
        key = preparation_key(question, archive.name)
        known = self._store.record("prepared", key, SourceTree)
        if known is not None and self._has(candidate, known.digest):
            return known
        extras = extra_files(question, self._store, self._transport)
        with self._unpacking:
            if candidate.kind == "wheel":
                tree = described(candidate, question.preparation, archive, self._interpreter)
            else:
                tree = self._make(candidate, question.preparation, archive, extras)
        return self._store.put_record("prepared", key, tree, SourceTree)

    def _has(self, candidate: Candidate, digest: Digest) -> bool:
        """Whether a source that was prepared is still here."""
        find = self._store.file if candidate.kind == "wheel" else self._store.tree
        return find(digest) is not None

    def _make(
        self,
        candidate: Candidate,
        preparation: Preparation,
        archive: Path,
        extras: tuple[Path, ...],
    ) -> SourceTree:
        """Prepare a source, straight into the pack that is kept of it."""
        store = self._store
        label = f"prepare-{candidate.name}"
        size = sum(path.stat().st_size for path in (archive, *extras))
        scratch = partial(store.scratch_in_memory, label, source=size)
        with store.blank() as body:
            draft = Draft(body)
            tree = prepare(
                candidate,
                preparation,
                archive,
                draft,
                scratch=scratch,
                run=self._run,
                supply=self._supply,
                extras=extras,
                plugin=self._shop.plugins.of(candidate.name),
            )
            packs.finish(body, draft.sealed(tree.epoch))
            store.keep_tree(tree.digest, Path(body.name))
        return tree

    def _supply(self, parcels: Sequence[Parcel]) -> Sequence[Path]:
        """What the lock files of a source name; others may be prepared meanwhile."""
        self._unpacking.release()
        try:
            return self._parcels.supply(parcels)
        finally:
            self._unpacking.acquire()

    def _archive(self, candidate: Candidate) -> Path:
        """The verified archive of a candidate, whose file name in the store is its digest."""
        if candidate.kind == "folder":
            return Path(unquote(candidate.url.removeprefix("file://")))
        if candidate.declared:
            return self._placed.archive(candidate)
        seen = key_of("fetched", candidate.filename, _origin(candidate))
        pinned = self._store.record("fetched", seen, str)
        self._refuse_change(candidate, pinned)
        known = self._store.file(Digest(pinned)) if pinned else None
        expected = self._hashes.get(candidate.name, frozenset())
        if known is not None and (not expected or known.name in expected):
            return known
        with self._store.scratch(f"fetch-{candidate.name}") as scratch:
            digest = fetch(self._transport, candidate, scratch / "archive", expected=expected)
            if pinned and digest != pinned:
                raise _changed(candidate, pinned, digest)
            self._store.add(scratch / "archive")
        self._store.put_record("fetched", seen, str(digest), str)
        path = self._store.file(digest)
        assert path is not None
        return path

    def _refuse_change(self, candidate: Candidate, pinned: str | None) -> None:
        if pinned and candidate.digest and candidate.digest != pinned:
            raise _changed(candidate, pinned, candidate.digest)

    def _plant(self, question: Plant) -> Metadata:
        seed = question.seed
        known = realised(self._store, seed.key)
        if known is not None:
            return known.metadata
        filename = unquote(urlsplit(seed.url).path.rpartition("/")[2])
        with self._store.scratch(f"seed-{seed.name}") as scratch:
            file = scratch / "seed.whl"
            self._transport.download(seed.url, file)
            planted = plant(
                seed, file, filename=filename, store=self._store, interpreter=self._interpreter
            )
        return planted.metadata

    # Running.

    def recall(self, inquiry: Inquiry) -> BackendAnswer | None:
        """What the backend answered to the same question in an earlier run."""
        return recall(self._store, inquiry)

    def inquire(self, inquiry: Inquiry, cores: int) -> BackendAnswer:
        """Ask the backend."""
        begin(self._store, inquiry.spec, "")
        return inquire(inquiry, self._shop, self._allotment(inquiry, cores))

    def anticipate(self, inquiry: Inquiry, cores: int) -> Anticipated:
        """Ask the backend, and build at once if its answer adds nothing."""
        begin(self._store, inquiry.spec, self.reason(inquiry.spec))
        found = anticipate(inquiry, self._shop, self._allotment(inquiry, cores))
        for artifact in found.artifacts:
            self._time(artifact)
        return found

    def find(self, spec: BuildSpec) -> Artifact | None:
        """The wheel, if the store has it."""
        return find(self._store, spec)

    def forget(self, spec: BuildSpec) -> None:
        """Act as if the wheel had never been built."""
        forget(self._store, spec.key)
        self._forgotten.add(spec.key)

    def realise(self, spec: BuildSpec, cores: int) -> Artifact:
        """Build the wheel."""
        begin(self._store, spec, self.reason(spec))
        artifact = realise(spec, self._shop, self._allotment(spec, cores))
        self._time(artifact)
        return artifact

    def _allotment(self, subject: BuildSpec | Inquiry, cores: int) -> Allotment:
        return Allotment(log=Path(self.log(subject)), cores=cores)

    def _time(self, artifact: Artifact) -> None:
        self._store.replace_record("seconds", _timed(artifact.name), artifact.seconds, float)

    def seconds(self, name: NormalizedName) -> float | None:
        """How long the build of a project took the last time; None if it was never built."""
        return self._store.record("seconds", _timed(name), float)

    def reason(self, spec: BuildSpec) -> str:
        """Which of its inputs changed since the previous plan."""
        before = self._before.get(str(spec))
        if before is None:
            return "not built before"
        if spec.key in self._forgotten:
            return "asked for with --rebuild"
        return "; ".join(changes(before, inputs(spec))) or "no longer in the store"

    def place(self, artifact: Artifact) -> str:
        """Path of the file of a wheel in the store."""
        return os.fspath(self._store.path(artifact.file))

    def log(self, subject: BuildSpec | Inquiry) -> str:
        """Path of the log of this build or question."""
        return os.fspath(self._logs / f"{str(subject).replace('==', '-')}.log")

    def stop(self) -> None:
        """End every sandbox that runs."""
        self._shop.sandbox.stop()


def preparation_key(question: Prepare, archive: str) -> Key:
    """Where the prepared source is on record (`prepared`); `archive` is the digest of an sdist."""
    candidate = question.candidate
    return key_of(
        "prepare", _PREPARATION, candidate, candidate.declared, archive, question.preparation
    )


def _refuse_missing(url: str) -> None:
    """A folder that is not there would pass for an index that has no project at all."""
    if url.startswith("file:") and not Path(unquote(urlsplit(url).path)).is_dir():
        raise FetchError(f"the index {url} is no folder", hint="check --index-url and `indexes:`")


def _timed(name: NormalizedName) -> Key:
    return key_of("seconds", name)


def _origin(candidate: Candidate) -> str:
    return candidate.index or candidate.url


def _changed(candidate: Candidate, before: str, now: str) -> DigestMismatch:
    return DigestMismatch(
        f"{candidate.url}: the file has other content than in an earlier run",
        details=[f"was sha256:{before}", f"is  sha256:{now}"],
        hint=f"a published sdist must never change: find out who replaced {candidate.filename}; "
        "if the new file is right, use another --store",
    )
