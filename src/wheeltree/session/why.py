"""Why a package is in a wheelhouse, why it was built, and what would have it built again."""

import os
from collections.abc import Iterator

from wheeltree.building.libraries import equipped
from wheeltree.errors import ResolutionError, UsageError
from wheeltree.model.digest import Digest, Key
from wheeltree.model.frozen import Frozen, replace
from wheeltree.model.plan import InstallSet
from wheeltree.model.source import Candidate, SourceTree
from wheeltree.model.spec import BuildSpec, Input, Recipe, spec_of
from wheeltree.planning.facts import Prepare
from wheeltree.planning.history import Begun, filed_spec, history
from wheeltree.planning.lockfile import Lock, LockedPackage, load
from wheeltree.planning.reasons import changes, inputs
from wheeltree.planning.routes import Chain, chains
from wheeltree.planning.sources import preparation_key
from wheeltree.planning.stand_ins import renewed
from wheeltree.plugins.registry import Plugins
from wheeltree.session.customised import Customised
from wheeltree.session.invocation import Places
from wheeltree.session.lookup import of_name, pin
from wheeltree.session.machine import platform
from wheeltree.settings.files import override_folder
from wheeltree.settings.load import load as load_settings
from wheeltree.settings.rulebook import Rulebook
from wheeltree.store.local import Store

_UNKNOWN = "this store has not built it"
_FEW = 30


class Why(Frozen):
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


def why(name: str, places: Places, variant: str = "") -> tuple[Why, ...]:
    """What is known of every version of a package in the wheelhouse.

    name: NAME or NAME==VERSION. variant: the one that it must be for; "" for all. UsageError if the
    wheelhouse has no plan, or the plan no such package; SettingsError if the settings cannot be
    read.
    """
    path = places.wheelhouse / "plan.json"
    lock, wanted, store = load(path), pin(name, variant), Store(places.store)
    packages = of_name(lock, wanted)
    if not packages:
        raise UsageError(
            f"{wanted} is not in {path}",
            hint=f"it has {_listed(lock)}" if len(lock.packages) <= _FEW else "check the name",
        )
    today = _Today(lock, places, store)
    begun = history(store, wanted.name)
    made, planned = path.stat().st_mtime, {each.key for each in lock.packages}
    return tuple(
        Why(
            package=each,
            sets=tuple(dict.fromkeys(found.name for found in _sets(lock, each))),
            chains=chains(lock.edges, str(each)),
            built=_built(begun, each.key),
            since=tuple(b for b in begun if b.at > made and b.key not in planned),
            changed=today.changes(each),
        )
        for each in packages
    )


def _sets(lock: Lock, package: LockedPackage) -> Iterator[InstallSet]:
    for found in lock.sets:
        if str(package) in found.pins and found.variant in (package.variants or ("",)):
            yield found


def _listed(lock: Lock) -> str:
    return ", ".join(sorted({str(each) for each in lock.packages}))


def _built(begun: tuple[Begun, ...], key: Key) -> Begun | None:
    return next((each for each in reversed(begun) if each.key == key and each.reason), None)


class _Today:
    """The plan's packages as settings, patches and this machine would have them now."""

    def __init__(self, lock: Lock, places: Places, store: Store) -> None:
        self._packages = {each.key: each for each in lock.packages}
        self._store = store
        self._settings = load_settings(places.settings)
        self._file = places.settings
        self._plugins = Plugins.beside(override_folder(places.settings))
        self._specs: dict[tuple[Key, str], BuildSpec | None] = {}

    def changes(self, package: LockedPackage) -> tuple[str, ...]:
        """What differs from the plan, in the package itself and in all that it is built with."""
        variants, said = package.variants or ("",), dict[str, list[str]]()
        for variant in variants:
            for text in self._changes(package, variant):
                said.setdefault(text, []).append(variant)
        return tuple(
            text if len(whom) == len(variants) else f"{text} for {', '.join(whom)}"
            for text, whom in said.items()
        )

    def _changes(self, package: LockedPackage, variant: str) -> tuple[str, ...]:
        """The same for one of its variants."""
        try:
            spec = self._spec(package.key, variant)
        except (UsageError, ResolutionError) as error:  # the interpreter, or a program, is gone
            return (error.message,)
        if spec is None:
            return (_UNKNOWN,)
        found = changes(package.inputs, inputs(spec))
        return tuple(text.replace(" was rebuilt", " is to be rebuilt") for text in found)

    def _spec(self, key: Key, variant: str) -> BuildSpec | None:
        """The spec of today; None for a seed, and for what this store never had."""
        if (key, variant) not in self._specs:
            spec, package = filed_spec(self._store, key), self._packages.get(key)
            self._specs[key, variant] = (
                self._renewed(spec, package, variant) if spec and package else None
            )
        return self._specs[key, variant]

    def _renewed(self, spec: BuildSpec, package: LockedPackage, variant: str) -> BuildSpec:
        interpreter, rules = spec.platform.interpreter.executable, self._rules(spec, variant)
        recipe = rules.recipe(spec.name, spec.version)
        return spec_of(
            name=spec.name,
            version=spec.version,
            tree=self._tree(spec, rules, package.source, package.archive),
            environment=tuple(self._tool(each, recipe, spec, variant) for each in spec.environment),
            platform=equipped(
                platform(self._store, interpreter, spec.platform.layout), recipe, self._store
            ),
            recipe=recipe,
        )

    def _rules(self, spec: BuildSpec, variant: str) -> Customised:
        python = spec.platform.interpreter
        book = Rulebook(self._settings, self._file, python, os.environ, variant)
        return Customised(book, self._plugins)

    def _tool(self, tool: Input, recipe: Recipe, spec: BuildSpec, variant: str) -> Input:
        now = self._spec(tool.key, variant)
        if now is not None:
            return replace(tool, key=now.key)
        interpreter = spec.platform.interpreter
        return renewed(tool, recipe, store=self._store, interpreter=interpreter)

    def _tree(
        self, spec: BuildSpec, rules: Customised, source: Candidate, archive: Digest
    ) -> SourceTree:
        """The source as patches and settings would prepare it."""
        preparation = rules.preparation(spec.name, spec.version)
        question = Prepare(candidate=source, preparation=preparation)
        key = preparation_key(question, archive)
        known = self._store.record("prepared", key, SourceTree)
        if known is not None:
            return known
        kept = source.kind == "folder" and spec.recipe.prepared_by == preparation.plugin
        return SourceTree(
            # Nobody has prepared it like that: some digest that is not the planned one.
            digest=spec.tree if kept else Digest(key),
            archive=archive,
            epoch=spec.epoch,
            native=spec.native,
            patched=bool(preparation.patches),
            size=0,
            build_system=spec.build_system,
            metadata=None,
        )
