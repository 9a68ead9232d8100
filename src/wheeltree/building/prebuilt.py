"""Wheels that somebody else built and that are taken as they are."""

from pathlib import Path

from wheeltree.building.core_metadata import read_licensing
from wheeltree.building.shelf import on_record
from wheeltree.building.wheel import Wheel, inspect, opened
from wheeltree.errors import SourceError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, Key
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import BuildSystem, Candidate, Licensing, Preparation, SourceTree
from wheeltree.model.spec import BuildSpec
from wheeltree.store.local import Store

PREBUILT = "prebuilt"
"""What stands for the sandbox, and for the build backend, of such a wheel."""


def described(
    candidate: Candidate, preparation: Preparation, file: Path, interpreter: Interpreter
) -> SourceTree:
    """A candidate of kind "wheel" as a source of which nothing is left to be built.

    file: the wheel, whose name in the store is its digest. BuildError if it is no right wheel of
    that project and version for `interpreter`; SourceError if there are patches or a plugin for it.
    """
    # An edit can only be a policy's, and holds for what is built: settings refuse any other.
    if preparation.patches or preparation.plugin:
        raise SourceError(
            f"{candidate}: there are patches or a plugin for its source, but its settings say that "
            "it is taken as the wheel that somebody else built",
            hint="take them away, or name a source instead of a wheel",
        )
    wheel = inspect(
        file,
        filename=candidate.filename,
        name=candidate.name,
        version=candidate.version,
        interpreter=interpreter,
    )
    digest = Digest(file.name)
    return SourceTree(
        digest=digest,
        archive=digest,
        epoch=0,
        native=False,
        patched=False,
        size=file.stat().st_size,
        build_system=BuildSystem(requires=(), backend=PREBUILT),
        metadata=wheel.metadata,
        licensing=_licensing(wheel),
    )


def _licensing(wheel: Wheel) -> Licensing:
    with opened(wheel.path, subject=wheel.filename) as archive:
        text = archive.read(f"{wheel.dist_info}/METADATA")
    return read_licensing(text.decode("utf-8", "replace"))


def taken(spec: BuildSpec, key: Key, store: Store) -> Artifact:
    """The wheel of a spec whose recipe says `prebuilt`, checked again and not changed.

    key: its build key. StoreError if it is not in the store or damaged there; BuildError as above.
    """
    store.check(spec.tree)
    path = store.path(spec.tree)
    wheel: Wheel = inspect(
        path,
        filename=spec.recipe.prebuilt,
        name=spec.name,
        version=spec.version,
        interpreter=spec.platform.interpreter,
    )
    return on_record(wheel, file=spec.tree, size=path.stat().st_size, key=key, sandbox=PREBUILT)
