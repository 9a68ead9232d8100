"""A candidate's archive or folder made into a sealed source tree."""

from pathlib import Path

from wheeltree.errors import DigestMismatch
from wheeltree.model.digest import Digest, digest_file
from wheeltree.model.source import Candidate, Preparation, SourceTree
from wheeltree.sources.archive import OLDEST, unpack
from wheeltree.sources.folder import copy_folder
from wheeltree.sources.metadata import read_build_system, read_metadata
from wheeltree.sources.native import is_native
from wheeltree.sources.patch import Runner, apply
from wheeltree.sources.tree import seal, tree_digest


def prepare(
    candidate: Candidate, preparation: Preparation, archive: Path, into: Path, *, run: Runner
) -> SourceTree:
    """Make `into` the source tree of `candidate`: unpacked, patched, read, sealed.

    archive: its sdist, verified already; for a candidate of kind "folder", the folder.
    run: runs GNU patch in the sandbox; not called where there is no patch.

    SourceError and its kinds: the archive is unsafe, a patch does not apply, or the source
    contradicts itself or the candidate.
    """
    origin, epoch = _lay_out(candidate, archive, into)
    package = f"{candidate.name} {candidate.version}"
    touched = apply(preparation.patches, into, package=package, run=run)
    # Before anything is read: a patch can make a link that leaves the tree.
    seal(into, package=package, epoch=epoch, newer=touched)
    system = read_build_system(package, into)
    metadata = read_metadata(candidate, into, touched=touched, trust=preparation.trust_metadata)
    return SourceTree(
        digest=tree_digest(into) if touched or candidate.kind == "sdist" else origin,
        archive=origin,
        epoch=epoch,
        native=is_native(into, system.requires),
        patched=bool(touched),
        build_system=system,
        metadata=metadata,
    )


def _lay_out(candidate: Candidate, archive: Path, into: Path) -> tuple[Digest, int]:
    """Make the unpatched tree; the digest of where it came from, and its epoch.

    A folder's epoch is constant: its times are those of a checkout, and differ between machines.
    """
    if candidate.kind == "sdist":
        epoch = unpack(archive, into, name=candidate.name, version=candidate.version)
        return digest_file(archive), epoch
    copy_folder(archive, into)
    digest = tree_digest(into)
    if candidate.digest not in {None, digest}:
        raise DigestMismatch(
            f"{candidate}: the folder {archive} changed since it was looked at",
            hint="run again when nothing writes into it",
        )
    return digest, OLDEST
