"""Sources prepared as a run would, and the folder that comes out of their pack."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from plain_runner import never
from sdist_maker import candidate

from wheeltree.model.source import Candidate, Preparation, SourceTree
from wheeltree.sources.draft import Draft
from wheeltree.sources.parcel import Parcel
from wheeltree.sources.patch import Runner
from wheeltree.sources.prepare import prepare
from wheeltree.store import packs

AS_IT_IS = Preparation()


def no_parcels(parcels: Sequence[Parcel]) -> Sequence[Path]:
    """For sources without lock files."""
    raise AssertionError(f"asked for {parcels}")


def prepared(
    archive: Path,
    into: Path,
    *,
    source: Candidate | None = None,
    preparation: Preparation = AS_IT_IS,
    run: Runner = never,
    supply: Callable[[Sequence[Parcel]], Sequence[Path]] = no_parcels,
    extras: Sequence[Path] = (),
) -> SourceTree:
    """The source, and `into` as what comes out of its pack."""
    with Path(f"{into}.pack").open("w+b") as body:
        draft = Draft(body)
        tree = prepare(
            source or candidate(),
            preparation,
            archive,
            draft,
            scratch=partial(_scratch, into.parent),
            run=run,
            supply=supply,
            extras=extras,
        )
        packs.finish(body, draft.sealed(tree.epoch))
    packs.unpack(Path(body.name), into)
    return tree


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    with TemporaryDirectory(dir=parent) as name:
        yield Path(name)
