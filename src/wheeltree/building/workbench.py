"""Where hooks work: a private copy of the source, the environment, and what else they see."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wheeltree.building.compilers import write_compilers
from wheeltree.building.rust import rust_of
from wheeltree.building.toolkits import toolkits_of
from wheeltree.building.venv import ENV
from wheeltree.building.workshop import Workshop
from wheeltree.errors import StoreError
from wheeltree.model.artifact import Artifact
from wheeltree.model.frozen import Frozen
from wheeltree.model.spec import BuildSpec
from wheeltree.sandbox.base import Bind
from wheeltree.store.files import explaining
from wheeltree.store.local import Store
from wheeltree.store.packs import unpack

SOURCE = "/build/src"
"""Where a build sees its source; debug information names it."""
OUTPUT = "/build/out"
COMPILERS = "/build/bin"

_GROWTH = {False: 1, True: 4}
"""How much larger a tree becomes, about, when it is built: copied, or compiled."""


def source_folder(spec: BuildSpec) -> str:
    """Where a build sees the folder of its source that is built; its hooks run there."""
    return f"{SOURCE}/{spec.recipe.build_dir}".removesuffix("/")


class Workbench(Frozen):
    """The folders of one build, each where it is on this machine and where the build sees it."""

    source: Bind
    environment: Bind
    output: Bind
    compilers: Bind
    """Programs that stand before the system's compilers; empty for a build that has none."""
    rust: tuple[Bind, ...]
    """The Rust toolchain, where it is asked for and does not lie in /usr."""
    toolkits: tuple[Bind, ...]
    """Those of accelerators that it asks for, each at its own path."""
    output_name: str
    """How the build spells the output folder in files, which no sandbox translates."""
    scratch: Path
    """A folder of our own that the build does not see."""

    @property
    def binds(self) -> tuple[Bind, ...]:
        """What the build sees besides the system."""
        own = (self.source, self.environment, self.output, self.compilers)
        return (*own, *self.rust, *self.toolkits)

    @property
    def programs(self) -> tuple[str, ...]:
        """Folders that stand before the system's in PATH, as the build sees them."""
        others = (f"{bind.target}/bin" for bind in (*self.rust, *self.toolkits))
        return (COMPILERS, f"{ENV}/bin", *others)


@contextmanager
def laid_out(spec: BuildSpec, inputs: Sequence[Artifact], shop: Workshop) -> Iterator[Workbench]:
    """A workbench for `spec` while the block runs; nothing of it is left afterwards.

    inputs: the wheels of its environment. StoreError if its source tree is not in the store,
    BuildError if it is built with Rust or a toolkit and there is none.
    """
    mounts = shop.sandbox.layout == "closed"
    rust, toolkits = rust_of(spec), toolkits_of(spec)
    interpreter = spec.platform.interpreter
    packed = _tree(spec, shop.store)
    label, size = f"{spec.name}-{spec.version}", packed.stat().st_size * _GROWTH[spec.native]
    with shop.store.scratch_in_memory(label, source=size) as scratch:
        source, output, compilers, own = (scratch / name for name in ("src", "out", "bin", "own"))
        with explaining(scratch):
            unpack(packed, source)
            for folder in (output, compilers, own):
                folder.mkdir()
        if spec.native:
            write_compilers(compilers, source=SOURCE if mounts else str(source), shown_as=SOURCE)
        environment = (
            shop.environments.shared(inputs, interpreter)
            if mounts
            else shop.environments.private(inputs, interpreter, into=scratch / "env")
        )
        yield Workbench(
            source=Bind(source=source, target=SOURCE, writable=True),
            environment=Bind(source=environment, target=ENV),
            output=Bind(source=output, target=OUTPUT, writable=True),
            compilers=Bind(source=compilers, target=COMPILERS),
            rust=rust,
            toolkits=toolkits,
            output_name=OUTPUT if mounts else str(output),
            scratch=own,
        )


def _tree(spec: BuildSpec, store: Store) -> Path:
    packed = store.tree(spec.tree)
    if packed is None:
        raise StoreError(
            f"the source tree of {spec} is not in the store",
            hint="run `builder bootstrap` again: it is prepared anew",
        )
    return packed
