"""The variants of a wheelhouse, as it was published."""

from collections.abc import Iterator
from pathlib import Path

from wheeltree.errors import UsageError
from wheeltree.model.frozen import Frozen
from wheeltree.store.registry import Registry, read_registry
from wheeltree.store.view import View
from wheeltree.store.wheelhouse import published


class VariantListed(Frozen):
    """One variant of a wheelhouse."""

    name: str
    installed: int
    """How many wheels its index has, but for those that were only used in builds."""
    own: int
    """How many of these depend on it."""
    labels: tuple[str, ...]
    """What its labels stand for, in words, the newest last."""
    index: str
    """URL of its own index."""


def list_variants(wheelhouse: Path) -> Iterator[VariantListed]:
    """The variants in their order; UsageError if there are none."""
    views = {name: view for name, view in published(wheelhouse).views.items() if name}
    if not views:
        raise UsageError(
            f"{wheelhouse} has no variants", hint="declare some under `variants` in the settings"
        )
    registry = read_registry(wheelhouse)
    for name, view in views.items():
        yield _listed(name, view, registry, wheelhouse)


def _listed(name: str, view: View, registry: Registry, wheelhouse: Path) -> VariantListed:
    installed = [wheel for wheel in view.wheels if wheel.install]
    labels = (each.label for each in registry.labels if each.variant == name)
    return VariantListed(
        name=name,
        installed=len(installed),
        own=sum(bool(wheel.variant) for wheel in installed),
        labels=tuple(f"{each.name}: {', '.join(map(str, each.properties))}" for each in labels),
        index=(wheelhouse.absolute() / name / "simple").as_uri(),
    )
