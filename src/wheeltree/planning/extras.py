"""Extra sources of a package, fetched once and kept in the store."""

from pathlib import Path

from wheeltree.errors import DigestMismatch, WheeltreeError
from wheeltree.model.digest import key_of
from wheeltree.model.edits import ExtraSource
from wheeltree.planning.facts import Prepare
from wheeltree.store.local import Store
from wheeltree.transport import Transport, redact


def extra_files(question: Prepare, store: Store, transport: Transport) -> tuple[Path, ...]:
    """The files of the extra sources of a preparation, in their order, verified.

    FetchError and DigestMismatch, with where the settings name the one that is wrong.
    """
    for each in question.preparation.extra_sources:
        with store.lock(f"fetch/{each.digest}"):
            if store.file(each.digest) is None:
                _fetch(each, question, store, transport)
    return tuple(store.path(each.digest) for each in question.preparation.extra_sources)


def _fetch(extra: ExtraSource, question: Prepare, store: Store, transport: Transport) -> None:
    with store.scratch(f"fetch-{question.candidate.name}") as scratch:
        file = scratch / "extra"
        try:
            got = transport.download(extra.url, file)
        except WheeltreeError as error:
            error.details = (*error.details, f"{question.candidate} asks for it: {extra.place}")
            raise
        if got != extra.digest:
            raise DigestMismatch(
                f"{question.candidate}: {redact(extra.url)} has sha256 {got}, and "
                f"{extra.digest} is expected",
                details=[extra.place],
                hint="see what was published there; write its digest only if you trust it",
            )
        store.add(file)
    store.put_record("fetched", key_of("extra", extra.digest), str(extra.digest), str)
