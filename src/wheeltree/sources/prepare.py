"""A candidate's archive or folder made into a source tree that can be built."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from wheeltree.errors import DigestMismatch, SettingsError, SourceError
from wheeltree.model.digest import Digest, digest_file
from wheeltree.model.ingredient import Ingredient
from wheeltree.model.source import Candidate, Preparation, SourceTree
from wheeltree.plugins.guarded import PLAIN, Guarded
from wheeltree.sources.archive import OLDEST, unpack
from wheeltree.sources.customised import Preparing, required_by
from wheeltree.sources.draft import Draft
from wheeltree.sources.extra import lay_extras
from wheeltree.sources.folder import take_folder
from wheeltree.sources.marks import mark
from wheeltree.sources.member import Refused
from wheeltree.sources.metadata import (
    Inner,
    build_system,
    read_licensing,
    read_metadata,
    read_project,
)
from wheeltree.sources.native import is_native
from wheeltree.sources.parcel import Supply
from wheeltree.sources.patch import Runner
from wheeltree.sources.toml_edits import edit_pyproject
from wheeltree.sources.vendor import vendor
from wheeltree.transport.address import public


def prepare(
    candidate: Candidate,
    preparation: Preparation,
    archive: Path,
    draft: Draft,
    *,
    scratch: Callable[[], AbstractContextManager[Path]],
    run: Runner,
    supply: Supply,
    extras: Sequence[Path] = (),
    plugin: Guarded = PLAIN,
) -> SourceTree:
    """Make the empty `draft` the source tree of `candidate`, unpacked and patched, and read it.

    archive: its sdist, verified already; for a candidate of kind "folder", the folder.
    scratch, run: a new empty folder for a while, and what runs programs in the sandbox; neither is
    asked for where there is no patch and no plugin that prepares.

    supply: has the archives that lock files of the source name. extras: the files of the extra
    sources of `preparation`, in their order. plugin: the one whose fingerprint `preparation` has.

    SourceError and its kinds: the archive is unsafe, a patch does not apply, or the source
    contradicts itself or the candidate. SettingsError for an edit that cannot be made, PluginError
    for a plugin that fails.
    """
    package = f"{candidate.name} {candidate.version}"
    origin, epoch = _take(candidate, archive, draft, package)
    mark(candidate, draft, preparation.build_dir)
    lay_extras(preparation.extra_sources, extras, draft, package)
    if preparation.patches or plugin.overrides("prepare"):
        with scratch() as folder:
            _shape(draft, Preparing(candidate, folder / "src", preparation, run), plugin)
        _check_links(draft, package)  # whatever shaped it can make one that leaves the tree
    _check_build_dir(preparation, draft, package)
    if preparation.pyproject:
        edit_pyproject(preparation.pyproject, draft, preparation.build_dir, package)
    built = Inner(draft, preparation.build_dir)
    project, touched = read_project(package, built), built.names(draft.touched)
    declared = build_system(package, project, built)
    system = required_by(plugin, candidate, built, declared, preparation.variant)
    metadata = read_metadata(
        candidate, project, built, touched=touched, trust=preparation.trust_metadata
    )
    vendored = vendor(package, preparation, project, system, draft, supply=supply)
    return SourceTree(
        digest=draft.digest(),
        archive=origin,
        epoch=epoch,
        native=is_native(draft.files, system.requires),
        patched=bool(draft.touched or extras),
        vendored=vendored.kinds,
        ingredients=(*_ingredients(preparation), *vendored.ingredients),
        size=draft.size,
        build_system=system,
        metadata=metadata,
        licensing=read_licensing(package, project, built),
    )


def _ingredients(preparation: Preparation) -> Iterator[Ingredient]:
    """What settings and the folder of patches put into a source."""
    for patch in preparation.patches:
        yield Ingredient(kind="patch", name=patch.name, digest=patch.digest)
    for extra in preparation.extra_sources:
        yield Ingredient(kind="extra", name=extra.path, digest=extra.digest, url=public(extra.url))


def _take(candidate: Candidate, archive: Path, draft: Draft, package: str) -> tuple[Digest, int]:
    """Fill the draft; the digest of where it came from, and its epoch.

    A folder's epoch is constant: its times are those of a checkout, and differ between machines.
    """
    if candidate.kind in {"sdist", "git"}:
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


def _shape(draft: Draft, work: Preparing, plugin: Guarded) -> None:
    """Have patches applied, and what else a plugin does, in a new folder: GNU patch needs one."""
    before = draft.state
    try:
        draft.lay_out(work.top)
        plugin.prepare(work)
        draft.adopt(work.top)
    except OSError as error:
        raise SourceError(f"{work.package}: cannot prepare it in {work.top}: {error}") from error
    after = draft.state
    draft.touched |= {path for path in before | after if before.get(path) != after.get(path)}


def _check_build_dir(preparation: Preparation, draft: Draft, package: str) -> None:
    if not draft.is_folder(preparation.build_dir):
        raise SettingsError(
            f"{package}: build_dir {preparation.build_dir!r} is no folder of the source",
            details=[preparation.build_dir_place],
            hint="name the folder that has its pyproject.toml or setup.py",
        )


def _check_links(draft: Draft, package: str) -> None:
    try:
        draft.check_links()
    except Refused as error:
        raise SourceError(f"{package}: {error.cause}") from error
