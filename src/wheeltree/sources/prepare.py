"""A candidate's archive or folder made into a source tree that can be built."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from wheeltree.errors import DigestMismatch, SourceError
from wheeltree.model.digest import Digest, digest_file
from wheeltree.model.source import Candidate, Patch, Preparation, SourceTree
from wheeltree.sources.archive import OLDEST, unpack
from wheeltree.sources.draft import Draft
from wheeltree.sources.folder import take_folder
from wheeltree.sources.member import Refused
from wheeltree.sources.metadata import build_system, read_metadata, read_project
from wheeltree.sources.native import is_native
from wheeltree.sources.patch import Runner, apply


def prepare(
    candidate: Candidate,
    preparation: Preparation,
    archive: Path,
    draft: Draft,
    *,
    scratch: Callable[[], AbstractContextManager[Path]],
    run: Runner,
) -> SourceTree:
    """Make the empty `draft` the source tree of `candidate`, unpacked and patched, and read it.

    archive: its sdist, verified already; for a candidate of kind "folder", the folder.
    scratch, run: a new empty folder for a while, and what runs GNU patch in the sandbox; neither is
    asked for where there is no patch.

    SourceError and its kinds: the archive is unsafe, a patch does not apply, or the source
    contradicts itself or the candidate.
    """
    package = f"{candidate.name} {candidate.version}"
    origin, epoch = _take(candidate, archive, draft, package)
    if preparation.patches:
        with scratch() as folder:
            _patch(draft, preparation.patches, folder / "src", package, run)
    project, touched = read_project(package, draft), draft.touched
    system = build_system(package, project, draft)
    metadata = read_metadata(
        candidate, project, draft, touched=touched, trust=preparation.trust_metadata
    )
    return SourceTree(
        digest=draft.digest(),
        archive=origin,
        epoch=epoch,
        native=is_native(draft.files, system.requires),
        patched=bool(touched),
        size=draft.size,
        build_system=system,
        metadata=metadata,
    )


def _take(candidate: Candidate, archive: Path, draft: Draft, package: str) -> tuple[Digest, int]:
    """Fill the draft; the digest of where it came from, and its epoch.

    A folder's epoch is constant: its times are those of a checkout, and differ between machines.
    """
    if candidate.kind == "sdist":
        epoch = unpack(archive, draft, name=candidate.name, version=candidate.version)
        return digest_file(archive), epoch
    take_folder(draft, archive)
    _check_links(draft, package)
    digest = draft.digest()
    if candidate.digest not in {None, digest}:
        raise DigestMismatch(
            f"{candidate}: the folder {archive} changed since it was looked at",
            hint="run again when nothing writes into it",
        )
    return digest, OLDEST


def _patch(draft: Draft, patches: tuple[Patch, ...], root: Path, package: str, run: Runner) -> None:
    """Apply the patches in the new folder `root`, since GNU patch needs one."""
    try:
        draft.lay_out(root)
        draft.touched |= apply(patches, root, package=package, run=run)
        draft.adopt(root)
    except OSError as error:
        raise SourceError(f"{package}: cannot apply its patches in {root}: {error}") from error
    # A patch can make a link that leaves the tree.
    _check_links(draft, package)


def _check_links(draft: Draft, package: str) -> None:
    try:
        draft.check_links()
    except Refused as error:
        raise SourceError(f"{package}: {error.cause}") from error
