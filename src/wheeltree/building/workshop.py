"""Where the wheels of a run are built, and what one build is given there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wheeltree.building.cpus import Cpus
from wheeltree.building.environments import Environments, environments
from wheeltree.model.frozen import Frozen
from wheeltree.plugins.registry import Plugins
from wheeltree.sandbox.base import Sandbox
from wheeltree.store.local import Store


class Workshop(Frozen):
    """What all builds of a run share."""

    store: Store
    sandbox: Sandbox
    environments: Environments
    cpus: Cpus
    plugins: Plugins


class Allotment(Frozen):
    """What one build or question gets of the machine."""

    log: Path
    """File that gets what the backend prints."""
    cores: int
    """How many it may use."""


@contextmanager
def workshop(store: Store, sandbox: Sandbox, plugins: Plugins) -> Iterator[Workshop]:
    """A workshop while the block runs; of its environments nothing is left afterwards."""
    with environments(store, sandbox) as made:
        yield Workshop(
            store=store,
            sandbox=sandbox,
            environments=made,
            cpus=Cpus(),
            plugins=plugins,
        )
