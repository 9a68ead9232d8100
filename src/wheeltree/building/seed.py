"""Seeds: wheels that were built elsewhere and break a build cycle."""

from pathlib import Path

from wheeltree.building.shelf import on_record, put, realised
from wheeltree.building.wheel import inspect
from wheeltree.errors import DigestMismatch
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import digest_file
from wheeltree.model.plan import Seed
from wheeltree.model.platform import Interpreter
from wheeltree.store.local import Store

SANDBOX = "seed"
"""What the record says of where it was built."""


def plant(
    seed: Seed, file: Path, *, filename: str, store: Store, interpreter: Interpreter
) -> Artifact:
    """Moves the wheel of a seed into the store and records it under the seed's key, as it is.

    filename: its name as a wheel. DigestMismatch if it is not the one that was named, BuildError if
    it is no right wheel of that project and version.
    """
    if standing := realised(store, seed.key):
        return standing
    if (actual := digest_file(file)) != seed.digest:
        raise DigestMismatch(
            f"the seed {seed} has the digest {actual}, not {seed.digest}",
            hint=f"see what {seed.url} is now, and name its digest in the settings",
        )
    wheel = inspect(
        file, filename=filename, name=seed.name, version=seed.version, interpreter=interpreter
    )
    size = file.stat().st_size
    artifact = on_record(wheel, file=store.add(file), size=size, key=seed.key, sandbox=SANDBOX)
    return put(store, seed.key, artifact)
