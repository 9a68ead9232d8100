"""Why a package is in a wheelhouse, why it was built, and what would have it built again."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from wheeltree.errors import UsageError
from wheeltree.model.digest import Key
from wheeltree.model.source import SourceTree
from wheeltree.model.spec import BuildSpec, spec_of
from wheeltree.planning.answers import preparation_key
from wheeltree.planning.facts import Prepare
from wheeltree.planning.history import Begun, filed_spec, history
from wheeltree.planning.lockfile import Lock, LockedPackage, load
from wheeltree.planning.reasons import changes, inputs
from wheeltree.planning.routes import Chain, chains
from wheeltree.session.invocation import Places
from wheeltree.session.lookup import of_name, pin
from wheeltree.session.machine import platform
from wheeltree.settings import evaluate, files
from wheeltree.settings.load import load as load_settings
from wheeltree.settings.patches import PatchFolder
from wheeltree.store.local import Store

_NO_SPEC = "this store has not built it"


@dataclass(frozen=True, kw_only=True)
class Why:
    """Everything that is known of one package of a wheelhouse."""

    package: LockedPackage
    sets: tuple[str, ...]
    """The install sets that it belongs to; () for what is used in builds only."""
    chains: tuple[Chain, ...]
    """Who asked for it."""
    built: Begun | None
    """When and why its build was begun last; None where this store does not know."""
    since: tuple[Begun, ...]
    """Builds of other versions, or with other inputs, that were begun after the plan was made."""
    changed: tuple[str, ...]
    """What would have it built again now, in words; () if nothing."""


def why(name: str, places: Places) -> tuple[Why, ...]:
    """What is known of every version of a package in the wheelhouse.

    name: NAME or NAME==VERSION. UsageError if the wheelhouse has no plan, or the plan no such
    package; SettingsError if the settings cannot be read.
    """
    path = places.wheelhouse / "plan.json"
    lock, wanted, store = load(path), pin(name), Store(places.store)
    packages = of_name(lock, wanted)
    if not packages:
        raise UsageError(
            f"{wanted} is not in {path}",
            hint=f"it has {_listed(lock)}" if len(lock.packages) <= _FEW else "check the name",
        )
    today = _Today(lock=lock, places=places, store=store)
    begun = history(store, wanted.name)
    made = path.stat().st_mtime
    return tuple(
        Why(
            package=each,
            sets=tuple(found.name for found in lock.sets if str(each) in found.pins),
            chains=chains(lock.edges, str(each)),
            built=_built(begun, each.key),
            since=tuple(b for b in begun if b.at > made and b.key != each.key),
            changed=today.changes(each),
        )
        for each in packages
    )


_FEW = 30


def _listed(lock: Lock) -> str:
    return ", ".join(sorted({str(each) for each in lock.packages}))


def _built(begun: tuple[Begun, ...], key: Key) -> Begun | None:
    return next((each for each in reversed(begun) if each.key == key and each.reason), None)


@dataclass(frozen=True, kw_only=True)
class _Today:
    """The plan's packages as settings, patches and this machine would have them now."""

    lock: Lock
    places: Places
    store: Store

    def changes(self, package: LockedPackage) -> tuple[str, ...]:
        """What differs from the plan, in the package itself and in all that it is built with."""
        spec = self._spec(package.key)
        if spec is None:
            return (_NO_SPEC,)
        return changes(package.inputs, inputs(spec))

    def _spec(self, key: Key) -> BuildSpec | None:
        if key not in self._specs:
            self._specs[key] = self._made(key)
        return self._specs[key]

    def _made(self, key: Key) -> BuildSpec | None:
        spec, package = filed_spec(self.store, key), self._packages.get(key)
        if spec is None or package is None:
            return None
        tools = ((each, self._spec(each.key)) for each in spec.environment)
        recipe = evaluate.recipe(self._settings, spec.name, spec.version, os.environ)
        interpreter = spec.platform.interpreter.executable
        return spec_of(
            name=spec.name,
            version=spec.version,
            tree=self._tree(package, spec),
            environment=tuple(replace(t, key=now.key) if now else t for t, now in tools),
            platform=platform(self.store, interpreter, spec.platform.layout),
            recipe=recipe,
        )

    def _tree(self, package: LockedPackage, spec: BuildSpec) -> SourceTree:
        """The source as patches and settings would prepare it now."""
        preparation = evaluate.preparation(self._settings, self._patches, spec.name, spec.version)
        question = Prepare(candidate=package.source, preparation=preparation)
        key = preparation_key(question, package.archive)
        known = self.store.record("prepared", key, SourceTree)
        ...
