"""The recipe of one package, evaluated, and where each part of it is written."""

import os
import sys

from packaging.version import Version

from wheeltree.errors import UsageError
from wheeltree.model.frozen import Frozen
from wheeltree.planning.history import history
from wheeltree.planning.lockfile import load as load_plan
from wheeltree.plugins.registry import Plugins
from wheeltree.session.invocation import Places
from wheeltree.session.lookup import Pin, of_name, pin
from wheeltree.session.machine import interpreter
from wheeltree.settings import files
from wheeltree.settings.load import load
from wheeltree.settings.rulebook import Rulebook
from wheeltree.settings.sayings import Saying, sayings
from wheeltree.store.local import Store


class Explanation(Frozen):
    """What is done to one version of one package."""

    package: str
    """`name==version`."""
    chosen: str
    """Where the version is from; "" if the user gave it."""
    sayings: tuple[Saying, ...]
    patches: tuple[str, ...]
    """Paths, in the order in which they are applied."""
    plugin: str
    """Where the code of its plugin is; "" if it has none."""
    methods: tuple[str, ...]
    """What the plugin overrides."""


def explain(text: str, places: Places, python: str | None) -> tuple[Explanation, ...]:
    """What is done to the versions that NAME or NAME==VERSION means, the planned ones if none.

    python: the target interpreter; None for our own. UsageError if no version is given and none is
    known, SettingsError and PluginError as for a run.
    """
    wanted, settings = pin(text), load(places.settings)
    target = interpreter(Store(places.store), python or sys.executable)
    book = Rulebook(settings, places.settings, target, os.environ)
    plugin = Plugins.beside(files.override_folder(places.settings)).of(wanted.name)
    return tuple(
        Explanation(
            package=f"{wanted.name}=={version}",
            chosen=chosen,
            sayings=sayings(settings, book.subject(wanted.name, version)),
            patches=tuple(each.path for each in book.preparation(wanted.name, version).patches),
            plugin=plugin.origin.where if plugin.overridden else "",
            methods=plugin.overridden,
        )
        for version, chosen in _versions(wanted, places)
    )


def _versions(wanted: Pin, places: Places) -> list[tuple[Version, str]]:
    if wanted.version is not None:
        return [(wanted.version, "")]
    plan = places.wheelhouse / "plan.json"
    planned = of_name(load_plan(plan), wanted) if plan.is_file() else ()
    if planned:
        versions = sorted({each.source.version for each in planned})
        return [(version, f"from {plan}") for version in versions]
    begun = history(Store(places.store), wanted.name)
    if begun:
        return [(begun[-1].version, "of the last build that was begun")]
    raise UsageError(
        f"{plan} has no {wanted}",
        hint=f"say which version: builder explain {wanted.name}==VERSION",
    )
