"""Which file name each wheel is published by, so that no published name changes its bytes."""

from collections.abc import Sequence
from typing import Literal

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from wheeltree.errors import StoreError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest
from wheeltree.store.ledger import Ledger
from wheeltree.store.local import Store
from wheeltree.store.view import Entry, Published, Shelved
from wheeltree.store.wheelfile import build_number, retag, tagged
from wheeltree.store.wheelmeta import metadata_file

BuildTag = Literal["auto", "none"]
"""auto: new bytes of a name that was published get the next build tag. none: they replace the old
ones under the same name, and `Publication.changed` says so."""


def name_wheels(
    store: Store, ledger: Ledger, wheels: Sequence[Published], *, build_tag: BuildTag = "auto"
) -> tuple[Shelved, ...]:
    """Each wheel once, with its published file name, entered in `ledger`; sorted by that name.

    Copies with a build tag are made in the store. A content that was published before gets the
    name and, while they can be had, the bytes that it had then. StoreError for a wheel that is
    damaged, or whose file name is not that of its project and version.
    """
    installed = {item.artifact.file for item in wheels if item.install}
    shelved: dict[str, Shelved] = {}
    least = _least(wheels)
    for artifact in _ordered(wheels, installed):
        entry = _named(store, ledger, artifact, build_tag, least[artifact.file])
        ledger.enter(entry)
        wheel = _shelved(store, artifact, entry, install=artifact.file in installed)
        standing = shelved.setdefault(entry.filename, wheel)
        if standing.digest != wheel.digest:
            raise StoreError(
                f"two different wheels are named {entry.filename}",
                hint="with `build_tag: auto` the second gets a build tag",
            )
    return tuple(shelved[filename] for filename in sorted(shelved))


def _ordered(wheels: Sequence[Published], installed: set[Digest]) -> list[Artifact]:
    """Each artifact once; of those with one name, installed ones have the first choice."""
    artifacts = {(item.artifact.filename, item.artifact.file): item.artifact for item in wheels}
    return [
        artifacts[name]
        for name in sorted(artifacts, key=lambda name: (name[1] not in installed, *name))
    ]


def _least(wheels: Sequence[Published]) -> dict[Digest, int]:
    """The least build tag of each wheel, by the digest of its file."""
    found: dict[Digest, int] = {}
    for each in wheels:
        found[each.artifact.file] = max(each.least_tag, found.get(each.artifact.file, 0))
    return found


def _named(
    store: Store, ledger: Ledger, artifact: Artifact, build_tag: BuildTag, least: int
) -> Entry:
    _check_name(artifact)
    named = tagged(artifact.filename, least) if least else artifact.filename
    for entry in ledger.of(artifact.filename):
        kept = build_tag == "auto" or entry.filename == named
        fits = kept and build_number(entry.filename) >= least
        if entry.content == artifact.content and fits and _is_at_hand(store, entry, artifact):
            return entry
    free = build_tag == "none" or ledger.digest(named) in {None, artifact.file}
    if free and named == artifact.filename:
        return _entry(artifact, named, artifact.file)
    tag = least if free else _next_tag(ledger, artifact)
    return _entry(artifact, tagged(artifact.filename, tag), _retagged(store, artifact, tag))


def _is_at_hand(store: Store, entry: Entry, artifact: Artifact) -> bool:
    """Whether the very bytes of the entry are in the store, or can be made again."""
    if entry.sha256 == artifact.file or store.file(entry.sha256) is not None:
        return True
    if entry.filename == artifact.filename:
        return False
    return _retagged(store, artifact, build_number(entry.filename)) == entry.sha256


def _next_tag(ledger: Ledger, artifact: Artifact) -> int:
    taken = (entry.filename for entry in ledger.of(artifact.filename))
    return max(map(build_number, (artifact.filename, *taken))) + 1


def _retagged(store: Store, artifact: Artifact, tag: int) -> Digest:
    store.check(artifact.file)
    with store.scratch(f"tag-{artifact.name}") as folder:
        path = store.path(artifact.file)
        return store.add(retag(path, filename=artifact.filename, tag=tag, into=folder))


def _entry(artifact: Artifact, filename: str, digest: Digest) -> Entry:
    return Entry(filename=filename, sha256=digest, base=artifact.filename, content=artifact.content)


def _shelved(store: Store, artifact: Artifact, entry: Entry, *, install: bool) -> Shelved:
    return Shelved(
        name=artifact.name,
        version=artifact.version,
        filename=entry.filename,
        digest=entry.sha256,
        size=store.path(entry.sha256).stat().st_size,
        base=entry.base,
        content=entry.content,
        metadata=metadata_file(store, artifact),
        requires_python=artifact.metadata.requires_python,
        install=install,
    )


def _check_name(artifact: Artifact) -> None:
    try:
        name, version, *_ = parse_wheel_filename(artifact.filename)
    except InvalidWheelFilename as error:
        raise StoreError(f"{artifact}: {error}") from error
    plain = artifact.filename.isascii() and artifact.filename.isprintable()
    if (name, version) != (artifact.name, artifact.version) or not plain:
        raise StoreError(f"{artifact.filename!r} is not the name of a wheel of {artifact}")
