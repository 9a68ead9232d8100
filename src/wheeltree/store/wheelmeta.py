"""The core metadata of wheels as files of the store, to be published beside them (PEP 658)."""

from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest
from wheeltree.store.local import Store
from wheeltree.store.wheelfile import core_metadata


def metadata_file(store: Store, artifact: Artifact) -> Digest:
    """The digest of the wheel's core metadata, a file of the store; read from the wheel once.

    StoreError if the wheel is not in the store or damaged.
    """
    recorded = store.record("core-metadata", artifact.file, Digest)
    if recorded is not None and store.file(recorded) is not None:
        return recorded
    content = core_metadata(store.path(artifact.file), filename=artifact.filename)
    digest = store.add_bytes(content)
    store.replace_record("core-metadata", artifact.file, digest, Digest)
    return digest
