"""A process that stores and publishes for ever; and its nursery, which kills it when told to.

    python store_victim.py ROOT

reads a number of seconds per line, lets two such processes run for so long, kills them with SIGKILL
and answers with a line. Forking saves the start of an interpreter for each of them.
"""

import io
import itertools
import os
import random
import signal
import sys
import time
import zipfile
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, Key, digest_bytes, key_of
from wheeltree.model.source import Metadata
from wheeltree.store.local import Store
from wheeltree.store.packs import finish
from wheeltree.store.publishing import publish, shelve
from wheeltree.store.view import Published, Sdist, Showing, View
from wheeltree.store.wheelhouse import occupy

TREE_FILES = 5


def tiny_wheel(name: str, version: str, source: bytes, requires: str = "") -> bytes:
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}"
    content = {
        f"{name}.py": source,
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n".encode(),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in content.items():
            archive.writestr(zipfile.ZipInfo(member, (2020, 2, 2, 0, 0, 0)), text)
    return target.getvalue()


def tiny_artifact(
    store: Store, name: str, version: str, source: bytes = b"", requires: str = ""
) -> Artifact:
    wheel = tiny_wheel(name, version, source, requires)
    return Artifact(
        name=canonicalize_name(name),
        version=Version(version),
        filename=f"{name}-{version}-py3-none-any.whl",
        content=digest_bytes(source),
        file=store.add_bytes(wheel),
        size=len(wheel),
        build_key=Key("0" * 64),
        metadata=Metadata(),
        seconds=1.0,
        sandbox="none",
    )


def publish_some(store: Store, wheelhouse: Path, chance: random.Random) -> None:
    """Publishes a view that is chosen by `chance` alone, save for build tags."""
    published = [
        Published(
            artifact=tiny_artifact(store, name, "1.0", b"%d" % chance.randrange(3)),
            install=chance.random() < 0.6,
        )
        for name in ("alpha", "beta", "gamma", "delta")
        if chance.random() < 0.7
    ]
    sdist = Sdist(filename="alpha-1.0.tar.gz", digest=store.add_bytes(chance.randbytes(1)))
    documents = {"plan.json": b"%d" % chance.randrange(9), "logs/a.log": b"log"}
    with occupy(wheelhouse, lambda _: None) as house:
        view = View(wheels=shelve(store, house, published), sdists=(sdist,))
        publish(store, house, Showing.alone(view), documents)


def fill_tree(folder: Path, content: bytes) -> None:
    folder.mkdir()
    for number in range(TREE_FILES):
        (folder / str(number)).write_bytes(content)


def keep_pack(store: Store, chance: random.Random) -> None:
    """Keeps a pack that is written as it is made, under the digest of all its bytes."""
    content = chance.randbytes(20) * 2000
    digest = digest_bytes(content)
    with store.blank() as file:
        file.write(content)
        finish(file, [("file", "all", 0, 0, len(content), digest)])
        store.keep_tree(digest, Path(file.name))


def store_some(store: Store, chance: random.Random) -> None:
    content = chance.randbytes(20) * 2000
    with store.scratch("victim") as folder:
        (folder / "file").write_bytes(content)
        digest = store.add(folder / "file")
        store.put_record("note", key_of("note", chance.randrange(50)), digest, Digest)
        store.replace_record("hint", key_of("hint", chance.randrange(5)), digest, Digest)
        fill_tree(folder / "tree", content)
        store.keep_folder(digest, folder / "tree")
    keep_pack(store, chance)


def live(root: Path, seed: int) -> None:
    chance, store = random.Random(seed), Store(root / "store")
    store.sweep()
    while True:
        store_some(store, chance)
        publish_some(store, root / "wheelhouse", chance)


def main() -> None:
    root = Path(sys.argv[1])
    for round_, line in zip(itertools.count(), sys.stdin, strict=False):
        victims = [_born(root, round_ * 2 + number) for number in range(2)]
        time.sleep(float(line))
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        statuses = [os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1]) for victim in victims]
        sys.stdout.write(f"{statuses}\n")
        sys.stdout.flush()


def _born(root: Path, seed: int) -> int:
    child = os.fork()
    if child == 0:
        try:
            live(root, seed)
        finally:
            os._exit(1)
    return child


if __name__ == "__main__":
    main()
