"""The recipe of one package, evaluated, and where each part of it is written."""

import os
import sys
from collections.abc import Iterable, Iterator

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import UsageError
from wheeltree.model.frozen import Frozen, replace
from wheeltree.planning.history import history
from wheeltree.planning.lockfile import Lock
from wheeltree.planning.lockfile import load as load_plan
from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.registry import Plugins
from wheeltree.session.declared import chosen
from wheeltree.session.invocation import Places
from wheeltree.session.lookup import Pin, of_name, pin
from wheeltree.session.machine import interpreter
from wheeltree.settings import files
from wheeltree.settings.load import load
from wheeltree.settings.rulebook import Rulebook
from wheeltree.settings.sayings import Saying, sayings
from wheeltree.settings.schema import Settings
from wheeltree.store.local import Store


class Explanation(Frozen):
    """What is done to one version of one package, in all variants in which it is the same."""

    package: str
    """`name==version`."""
    variants: tuple[str, ...]
    """Where it is so; () where none is declared."""
    chosen: str
    """Where the version is from; "" if the user gave it."""
    asking: tuple[str, ...]
    """What has it ask for the variant: files and lines, and folders of patches; () if nothing."""
    sayings: tuple[Saying, ...]
    patches: tuple[str, ...]
    """Paths, in the order in which they are applied."""
    plugin: str
    """Where the code of its plugin is; "" if it has none."""
    methods: tuple[str, ...]
    """What the plugin overrides."""


def explain(
    text: str, places: Places, python: str | None, variant: str = ""
) -> tuple[Explanation, ...]:
    """What is done to the versions that NAME or NAME==VERSION means, the planned ones if none.

    python: the target interpreter; None for our own. variant: "" for all; those in which a version
    is treated alike are told together. UsageError if no version is given and none is known, or if
    the variant is not declared; SettingsError and PluginError as for a run.
    """
    wanted, settings = pin(text), load(places.settings)
    target = interpreter(Store(places.store), python or sys.executable)
    plugin = Plugins.beside(files.override_folder(places.settings)).of(wanted.name)
    books = {
        name: Rulebook(settings, places.settings, target, os.environ, name)
        for name in chosen([variant] if variant else (), settings)
    }
    return _together(
        _explained(books[name], settings, (wanted.name, version), origin=origin, plugin=plugin)
        for name, version, origin in _versions(wanted, tuple(books), places)
    )


def _explained(
    book: Rulebook,
    settings: Settings,
    which: tuple[NormalizedName, Version],
    *,
    origin: str,
    plugin: Guarded,
) -> Explanation:
    """For the variant of the book."""
    (name, version), subject = which, book.subject(*which)
    return Explanation(
        package=f"{name}=={version}",
        variants=(subject.variant,) if subject.variant else (),
        chosen=origin,
        asking=book.asking(name, version),
        sayings=sayings(settings, subject),
        patches=tuple(each.path for each in book.preparation(name, version).patches),
        plugin=plugin.origin.where if plugin.overridden else "",
        methods=plugin.overridden,
    )


def _together(found: Iterable[Explanation]) -> tuple[Explanation, ...]:
    """Those that differ in their variants only, as one."""
    variants: dict[Explanation, tuple[str, ...]] = {}
    for each in found:
        whole = replace(each, variants=())
        variants[whole] = (*variants.get(whole, ()), *each.variants)
    return tuple(replace(each, variants=names) for each, names in variants.items())


def _versions(
    wanted: Pin, variants: tuple[str, ...], places: Places
) -> list[tuple[str, Version, str]]:
    """The versions that are meant, for each variant, and where they are from."""
    if wanted.version is not None:
        return [(variant, wanted.version, "") for variant in variants]
    plan = places.wheelhouse / "plan.json"
    lock = load_plan(plan) if plan.is_file() else None
    if lock and (planned := list(_planned(lock, wanted, variants))):
        ordered = sorted(planned, key=lambda each: each[1])
        return [(variant, version, f"from {plan}") for variant, version in ordered]
    begun = history(Store(places.store), wanted.name)
    if begun:
        told = "of the last build that was begun"
        return [(variant, begun[-1].version, told) for variant in variants]
    raise UsageError(
        f"{plan} has no {wanted}",
        hint=f"say which version: builder explain {wanted.name}==VERSION",
    )


def _planned(lock: Lock, wanted: Pin, variants: tuple[str, ...]) -> Iterator[tuple[str, Version]]:
    """What a plan has for each variant; for one that it does not know, what it has for others."""
    known = {each.variant for each in lock.sets}
    for variant in variants:
        own = lock.of(variant) if variant in known else lock
        for version in sorted({each.source.version for each in of_name(own, wanted)}):
            yield variant, version
