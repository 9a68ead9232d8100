"""Sources prepared: fetched, unpacked, patched, with everything laid into them; each once."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from wheeltree.building.prebuilt import described
from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.edits import ExtraSource
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate, SourceTree
from wheeltree.planning.archives import Archives
from wheeltree.planning.facts import Prepare
from wheeltree.planning.orders import Order
from wheeltree.planning.parcels import parcel_files
from wheeltree.planning.preparers import Preparers
from wheeltree.planning.promised import Promise, Promised
from wheeltree.planning.turn import Turn
from wheeltree.plugins.registry import Plugins
from wheeltree.sources.draft import Draft
from wheeltree.sources.parcel import Parcel
from wheeltree.sources.patch import Outcome, Runner
from wheeltree.sources.prepare import prepare
from wheeltree.sources.registries import Registries
from wheeltree.store import packs
from wheeltree.store.local import Store

_PREPARATION = 4
"""Raised when a source is prepared otherwise than before."""


class Sources:
    """Those of a run; from any thread.

    run: runs GNU patch in the sandbox. preparers: prepare what needs nothing of the run.
    """

    def __init__(
        self,
        *,
        store: Store,
        archives: Archives,
        promised: Promised,
        registries: Registries,
        plugins: Plugins,
        run: Runner,
        interpreter: Interpreter,
        preparers: Preparers,
    ) -> None:
        self._store = store
        self._archives = archives
        self._promised = promised
        self._registries = registries
        self._plugins = plugins
        self._run = run
        self._interpreter = interpreter
        self._preparers = preparers
        self._turn = Turn()

    def prepared(self, question: Prepare) -> SourceTree:
        """The source tree of a candidate, which is in the store afterwards.

        FetchError, DigestMismatch, and what `wheeltree.sources.prepare` raises.
        """
        candidate = question.candidate
        archive = self._archives.of(candidate)
        key = preparation_key(question, archive.name)
        known = self._store.record("prepared", key, SourceTree)
        if known is not None and self._has(candidate, known.digest):
            return known
        extras = [self._extra(each, candidate) for each in question.preparation.extra_sources]
        tree = self._made_elsewhere(question, archive)
        if tree is None:
            with self._turn:
                if candidate.kind == "wheel":
                    tree = described(candidate, question.preparation, archive, self._interpreter)
                else:
                    tree = self._made(question, key, archive, extras)
        return self._store.put_record("prepared", key, tree, SourceTree)

    def _has(self, candidate: Candidate, digest: Digest) -> bool:
        """Whether a source that was prepared is still here."""
        find = self._store.file if candidate.kind == "wheel" else self._store.tree
        return find(digest) is not None

    def _extra(self, extra: ExtraSource, candidate: Candidate) -> Path:
        wanted = f"{extra.place}, for {candidate}"
        return self._promised.file(
            Promise(
                digest=extra.digest,
                url=lambda: extra.url,
                wanted=wanted,
                remedy="see whether it is published there, and mend its URL in the settings",
            )
        )

    def _made_elsewhere(self, question: Prepare, archive: Path) -> SourceTree | None:
        """A plain source, prepared by another process; None if it is none."""
        said = question.preparation
        edited = said.patches or said.extra_sources or said.plugin
        if question.candidate.kind != "sdist" or edited:
            return None
        with self._store.blank() as body:
            path = Path(body.name)
            order = Order(
                candidate=question.candidate, preparation=said, archive=archive, body=path
            )
            tree = self._preparers.prepare(order)
            if tree is not None:
                self._store.keep_tree(tree.digest, path)
        return tree

    def _made(
        self, question: Prepare, key: Key, archive: Path, extras: Sequence[Path]
    ) -> SourceTree:
        """Prepare a source, straight into the pack that is kept of it."""
        store, candidate = self._store, question.candidate
        label = f"prepare-{candidate.name}"
        size = sum(path.stat().st_size for path in (archive, *extras))
        laid = [*extras]
        with store.blank() as body:
            draft = Draft(body)
            tree = prepare(
                candidate,
                question.preparation,
                archive,
                draft,
                scratch=partial(store.scratch_in_memory, label, source=size),
                run=self._outside,
                supply=partial(self._supply, laid),
                extras=extras,
                plugin=self._plugins.of(candidate.name),
            )
            packs.finish(body, draft.sealed(tree.epoch))
            store.keep_tree(tree.digest, Path(body.name))
        if laid:
            # With the archive on record they are kept as long as it is.
            names = (tree.archive, *(path.name for path in laid))
            store.put_record("laid", key, names, tuple[str, ...])
        return tree

    def _outside(self, argv: Sequence[str], *, cwd: Path, stdin: bytes) -> Outcome:
        with self._turn.left():
            return self._run(argv, cwd=cwd, stdin=stdin)

    def _supply(self, laid: list[Path], parcels: Sequence[Parcel]) -> Sequence[Path]:
        """What the lock files of a source name."""
        with self._turn.left():
            found = parcel_files(parcels, self._registries, self._promised)
        laid.extend(found)
        return found


def preparation_key(question: Prepare, archive: str) -> Key:
    """Where the prepared source is on record (`prepared`); `archive` is the digest of an sdist."""
    candidate = question.candidate
    return key_of(
        "prepare", _PREPARATION, candidate, candidate.declared, archive, question.preparation
    )
