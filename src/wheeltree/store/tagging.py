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
    store: Store,
    ledger: Ledger,
    wheels: Sequence[Published],
    *,
    build_tag: BuildTag = "auto",
    variant: str = "",
) -> tuple[Shelved, ...]:
    """Each wheel once, with its published file name, entered in `ledger`; sorted by that name.

    variant: the one whose wheels they are; "" where none is declared.

    Copies with a build tag are made in the store. A content that was published before gets the
    name and, while they can be had, the bytes that it had then. StoreError for a wheel that is
    damaged, or whose file name is not that of its project and version.
    """
    installed = {item.artifact.file for item in wheels if item.install}
    shelved: dict[str, Shelved] = {}
    least, depends = _least(wheels), {each.artifact.file: each.variant for each in wheels}
    names = _Names(store, ledger, build_tag, variant)
    for artifact in _ordered(wheels, installed):
        entry = names.of(artifact, least[artifact.file])
        ledger.enter(entry)
        wheel = _shelved(
            store,
            artifact,
            entry,
            install=artifact.file in installed,
            variant=depends[artifact.file],
        )
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


class _Names:
    """Chooses file names for the wheels of one variant."""

    def __init__(self, store: Store, ledger: Ledger, build_tag: BuildTag, variant: str) -> None:
        self._store = store
        self._ledger = ledger
        self._build_tag = build_tag
        self._variant = variant

    def of(self, artifact: Artifact, least: int) -> Entry:
        """The name that a wheel is published by; with `least` as the least build tag."""
        _check_name(artifact)
        named = tagged(artifact.filename, least) if least else artifact.filename
        for entry in self._ledger.of(artifact.filename, self._variant):
            kept = self._build_tag == "auto" or entry.filename == named
            fits = kept and build_number(entry.filename) >= least
            same = entry.content == artifact.content
            if same and fits and _is_at_hand(self._store, entry, artifact):
                return entry
        known = self._ledger.digest(named, self._variant)
        free = self._build_tag == "none" or known in {None, artifact.file}
        if free and named == artifact.filename:
            return self._entry(artifact, named, artifact.file)
        tag = least if free else self._next_tag(artifact)
        filename = tagged(artifact.filename, tag)
        return self._entry(artifact, filename, _retagged(self._store, artifact, tag))

    def _next_tag(self, artifact: Artifact) -> int:
        taken = (each.filename for each in self._ledger.of(artifact.filename, self._variant))
        return max(map(build_number, (artifact.filename, *taken))) + 1

    def _entry(self, artifact: Artifact, filename: str, digest: Digest) -> Entry:
        return Entry(
            variant=self._variant,
            filename=filename,
            sha256=digest,
            base=artifact.filename,
            content=artifact.content,
        )


def _is_at_hand(store: Store, entry: Entry, artifact: Artifact) -> bool:
    """Whether the very bytes of the entry are in the store, or can be made again."""
    if entry.sha256 == artifact.file or store.file(entry.sha256) is not None:
        return True
    if entry.filename == artifact.filename:
        return False
    return _retagged(store, artifact, build_number(entry.filename)) == entry.sha256


def _retagged(store: Store, artifact: Artifact, tag: int) -> Digest:
    store.check(artifact.file)
    with store.scratch(f"tag-{artifact.name}") as folder:
        path = store.path(artifact.file)
        return store.add(retag(path, filename=artifact.filename, tag=tag, into=folder))


def _shelved(
    store: Store, artifact: Artifact, entry: Entry, *, install: bool, variant: str
) -> Shelved:
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
        variant=variant,
    )


def _check_name(artifact: Artifact) -> None:
    try:
        name, version, *_ = parse_wheel_filename(artifact.filename)
    except InvalidWheelFilename as error:
        raise StoreError(f"{artifact}: {error}") from error
    plain = artifact.filename.isascii() and artifact.filename.isprintable()
    if (name, version) != (artifact.name, artifact.version) or not plain:
        raise StoreError(f"{artifact.filename!r} is not the name of a wheel of {artifact}")
