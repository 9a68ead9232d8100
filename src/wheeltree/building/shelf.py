"""Where realised wheels are on record: spec key to build key, build key to artifact."""

from wheeltree.building.repack import content_digest
from wheeltree.building.wheel import Wheel
from wheeltree.model.artifact import Artifact
from wheeltree.model.attempt import Tolerated
from wheeltree.model.digest import Digest, Key
from wheeltree.store.local import Store


def on_record(
    wheel: Wheel,
    *,
    file: Digest,
    size: int,
    key: Key,
    sandbox: str,
    seconds: float = 0.0,
    tolerated: tuple[Tolerated, ...] = (),
) -> Artifact:
    """What the record says of a wheel whose file is in the store.

    size: bytes of the file. key: the build key. sandbox: what it was built in, or why it was not.
    seconds: wall time of its backend. tolerated: what that tried to reach in vain.
    """
    return Artifact(
        name=wheel.name,
        version=wheel.version,
        filename=wheel.filename,
        content=content_digest(wheel),
        file=file,
        size=size,
        build_key=key,
        metadata=wheel.metadata,
        seconds=seconds,
        sandbox=sandbox,
        tolerated=tolerated,
    )


def realised(store: Store, key: Key) -> Artifact | None:
    """The wheel recorded under a spec key or the key of a seed, if its file is there too."""
    build_key = store.record("spec", key, str)
    return None if build_key is None else artifact_of(store, build_key)


def artifact_of(store: Store, build_key: str) -> Artifact | None:
    """The wheel recorded under a build key, if its file is there too."""
    artifact = store.record("artifact", build_key, Artifact)
    return None if artifact is None or store.file(artifact.file) is None else artifact


def put(store: Store, key: Key, artifact: Artifact) -> Artifact:
    """Records that `key` is realised by `artifact`; the wheel that is on record now.

    Whoever was first wins. A record whose file is gone is no record.
    """
    standing = store.put_record("artifact", artifact.build_key, artifact, Artifact)
    if store.file(standing.file) is None:
        store.replace_record("artifact", artifact.build_key, artifact, Artifact)
        standing = artifact
    if artifact_of(store, store.put_record("spec", key, standing.build_key, str)) is None:
        store.replace_record("spec", key, standing.build_key, str)
    return realised(store, key) or standing


def forget(store: Store, key: Key) -> None:
    """Makes the wheel of a spec key unknown, so that it is built again."""
    build_key = store.record("spec", key, str)
    if build_key is not None:
        store.drop_record("artifact", build_key)
        store.drop_record("spec", key)
