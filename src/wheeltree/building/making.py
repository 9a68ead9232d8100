"""Puts on record how each wheel was made, when it is made: nobody can tell later."""

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from wheeltree.building import prebuilt, seed, standin
from wheeltree.building.attempts import described
from wheeltree.building.shelf import realised
from wheeltree.host import fingerprint
from wheeltree.host.rust import toolchain
from wheeltree.model import codec
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest
from wheeltree.model.frozen import asdict
from wheeltree.model.making import Making, Origin, SystemPackage, Used
from wheeltree.model.spec import BuildSpec
from wheeltree.store.local import Store

_ORIGINS: dict[str, Origin] = {
    seed.SANDBOX: "seed",
    standin.SANDBOX: "system",
    prebuilt.PREBUILT: "prebuilt",
}


def file_making(
    store: Store,
    spec: BuildSpec,
    artifact: Artifact,
    inputs: Sequence[Artifact],
) -> None:
    """Puts on record how a wheel that was built just now was made.

    inputs: the wheels of its environment.
    """
    made = Making(
        file=artifact.file,
        environment=tuple(map(_used, inputs)),
        sandbox=artifact.sandbox,
        limits=tuple(_limits(spec)),
        packages=_packages(fingerprint.stamp(), tuple(part for part, _ in spec.platform.parts)),
        rust=_rust(spec),
        host=tuple(_host()),
        began=time.time() - artifact.seconds,
        seconds=artifact.seconds,
        attempts=tuple(
            f"{described(each.attempt)} ({each.because})" for each in artifact.tolerated
        ),
    )
    # As a file of its own: what a record names is kept, and this is no reason to keep old tools.
    digest = store.add_bytes(codec.encode(made))
    store.replace_record("making", artifact.build_key, digest, Digest)


def making_of(store: Store, spec: BuildSpec, artifact: Artifact) -> Making:
    """How a wheel was made; where nobody knows any more, only what it was built with.

    StoreError if a wheel of its environment is not in the store and was not put on record.
    """
    digest = store.record("making", artifact.build_key, Digest)
    path = None if digest is None else store.file(digest)
    if path is not None and digest is not None:
        store.check(digest)
        made = codec.decode(path.read_bytes(), Making)
        if made.file == artifact.file:
            return made
    there = (realised(store, each.key) for each in spec.environment)
    known = tuple(_used(each) for each in there if each is not None)
    return Making(file=artifact.file, environment=known, sandbox=artifact.sandbox)


def _used(artifact: Artifact) -> Used:
    return Used(
        name=artifact.name,
        version=artifact.version,
        filename=artifact.filename,
        file=artifact.file,
        content=artifact.content,
        origin=_ORIGINS.get(artifact.sandbox, "built"),
    )


def _limits(spec: BuildSpec) -> Iterator[tuple[str, int]]:
    for name, value in asdict(spec.recipe.resources).items():
        if value:
            yield name, int(value)


@lru_cache(maxsize=8)
def _packages(stamp: str, parts: tuple[str, ...]) -> tuple[SystemPackage, ...]:
    """Those of the parts that a build takes; read again only where the `stamp` has changed."""
    del stamp
    return tuple(fingerprint.listed(parts))


def _rust(spec: BuildSpec) -> str:
    found = toolchain() if spec.rust else None
    return found.version if found else ""


def _host() -> Iterable[tuple[str, str]]:
    """The machine, without its name."""
    system = os.uname()
    yield "distribution", fingerprint.distribution()
    yield "kernel", f"{system.sysname} {system.release}"
    yield "machine", system.machine
