"""Build environments: each wheel unpacked once, each set of wheels merged once into a venv."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from wheeltree.building.bytecode import compile_modules
from wheeltree.building.install import install
from wheeltree.building.once import Once
from wheeltree.building.repack import content_digest
from wheeltree.building.venv import ENV, Unpacked, copied, linked
from wheeltree.building.wheel import inspect
from wheeltree.errors import StoreError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.platform import Interpreter
from wheeltree.sandbox.base import Sandbox
from wheeltree.store.files import explaining, remove_tree
from wheeltree.store.local import Store
from wheeltree.store.memory import has_room
from wheeltree.store.packs import unpack

_SHAPE = 2
"""Raised when what is written into unpacked wheels changes."""

_GROWTH = 6
"""How much larger a wheel becomes, about, when it is unpacked and compiled."""


class Environments:
    """The build environments of a run: made when they are first needed, gone when it ends.

    They are thousands of small files and links that nobody keeps, so they lie in memory while there
    is room. What is kept is each unpacked and compiled wheel as one file of the store.

    fast: an empty folder, in memory if there is any room. disk: an empty folder on the disk.
    """

    def __init__(self, store: Store, sandbox: Sandbox, *, fast: Path, disk: Path) -> None:
        self._store = store
        self._sandbox = sandbox
        self._fast = fast
        self._disk = disk
        self._wheels = Once[Path]()
        self._merged = Once[Path]()

    def shared(self, artifacts: Sequence[Artifact], interpreter: Interpreter) -> Path:
        """One venv with all these wheels in it, to be shown read-only at `ENV`; made once.

        BuildError, with both names and the path, if two wheels have different files of one path.
        StoreError for a wheel whose bytes are not what was recorded.
        """
        key = key_of("environment", _contents(artifacts), interpreter)
        return self._merged.get(
            key, lambda: self._linked(self._unpacked(artifacts, interpreter), interpreter, key)
        )

    def passing(self, artifacts: Sequence[Artifact], interpreter: Interpreter) -> Path:
        """The same for one short look at the wheels: nothing is compiled for it, which would take
        longer than the look, but what was compiled before is used.
        """
        key = key_of("passing-environment", _contents(artifacts), interpreter)
        ordered = sorted(artifacts, key=lambda each: each.name)
        return self._merged.get(
            key,
            lambda: self._linked(
                [(str(each), self._plain(each, interpreter)) for each in ordered], interpreter, key
            ),
        )

    def _linked(self, wheels: Unpacked, interpreter: Interpreter, key: Key) -> Path:
        fast = all(folder.is_relative_to(self._fast) for _, folder in wheels)
        into = (self._fast if fast else self._disk) / f"env-{key}"
        with _whole(into):
            into.mkdir()
            linked(wheels, into, interpreter)
        return into

    def private(
        self, artifacts: Sequence[Artifact], interpreter: Interpreter, *, into: Path
    ) -> Path:
        """The same venv in the new folder `into`, for one build that could write to it."""
        wheels = self._unpacked(artifacts, interpreter)
        with explaining(into):
            into.mkdir()
            copied(wheels, into, interpreter)
        return into

    def _unpacked(self, artifacts: Sequence[Artifact], interpreter: Interpreter) -> Unpacked:
        ordered = sorted(artifacts, key=lambda each: each.name)
        return [(str(each), self.unpacked(each, interpreter)) for each in ordered]

    def unpacked(self, artifact: Artifact, interpreter: Interpreter) -> Path:
        """The wheel as a folder laid out like a venv, with its modules compiled; made once.

        When it is made for the first time ever, its bytes are verified.
        """
        key = _key(artifact, interpreter)

        def make() -> Path:
            packed = self._store.tree(key)
            size = artifact.size * _GROWTH if packed is None else packed.stat().st_size
            into = self._place(size) / f"wheel-{key}"
            with _whole(into):
                if packed is None:
                    into.mkdir()
                    self._install(artifact, into, interpreter)
                    compile_modules(into, sandbox=self._sandbox, interpreter=interpreter)
                    self._store.keep_folder(key, into)
                else:
                    unpack(packed, into)
            return into

        return self._wheels.get(key, make)

    def _plain(self, artifact: Artifact, interpreter: Interpreter) -> Path:
        """The wheel unpacked as it is, unless it was compiled before."""
        key = _key(artifact, interpreter)
        if self._store.tree(key) is not None:
            return self.unpacked(artifact, interpreter)

        def make() -> Path:
            into = self._place(artifact.size * _GROWTH) / f"plain-{key}"
            with _whole(into):
                into.mkdir()
                self._install(artifact, into, interpreter)
            return into

        return self._wheels.get(f"plain {key}", make)

    def _place(self, size: int) -> Path:
        return self._fast if has_room(self._fast, size) else self._disk

    def _install(self, artifact: Artifact, into: Path, interpreter: Interpreter) -> None:
        self._store.check(artifact.file)
        wheel = inspect(
            self._store.path(artifact.file),
            filename=artifact.filename,
            name=artifact.name,
            version=artifact.version,
            interpreter=interpreter,
        )
        if content_digest(wheel) != artifact.content:
            raise StoreError(f"the wheel of {artifact} has other content than was recorded")
        install(wheel, into, site=interpreter.site, python=f"{ENV}/bin/python")


def _contents(artifacts: Sequence[Artifact]) -> list[Digest]:
    return sorted(artifact.content for artifact in artifacts)


def _key(artifact: Artifact, interpreter: Interpreter) -> Digest:
    """Of a wheel that is unpacked and compiled, in the store."""
    return Digest(key_of("unpacked", _SHAPE, artifact.content, interpreter))


@contextmanager
def environments(store: Store, sandbox: Sandbox) -> Iterator[Environments]:
    """The environments of a run, which lasts as long as the block."""
    label = "environments"
    with store.scratch(label) as disk, store.scratch_in_memory(label, source=0) as fast:
        yield Environments(store, sandbox, fast=fast, disk=disk)


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """Takes away what the block made of a folder if it fails: who asks again has it made anew."""
    try:
        with explaining(folder):
            yield
    except BaseException:
        with suppress(OSError):  # it was not even begun
            remove_tree(folder)
        raise
