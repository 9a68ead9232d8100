"""What runs leave on record of their builds, so that one can be looked at or run again alone."""

import time

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model import codec
from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.frozen import Frozen
from wheeltree.model.ingredient import Ingredient
from wheeltree.model.platform import Platform
from wheeltree.model.source import BuildSystem
from wheeltree.model.spec import BuildSpec, Input, Recipe
from wheeltree.store.local import Store

_REMEMBERED = 20
"""Builds of one project."""
_HALF = 32


class Begun(Frozen):
    """A build that was begun, whether or not it ended well."""

    version: Version
    spec: tuple[str, str]
    """The spec key in halves: `gc` keeps all that a record names in full, and a history is no
    reason to keep a wheel."""
    reason: str
    """Why it was not reused; "" where only its backend was asked."""
    at: float
    """Seconds since 1970."""

    @property
    def key(self) -> Key:
        """The spec key."""
        return Key("".join(self.spec))


class _Filed(Frozen):
    """A spec without its platform, which takes 30 KB and is that of a hundred others."""

    name: NormalizedName
    version: Version
    tree: Digest
    epoch: int
    ingredients: tuple[Ingredient, ...] = ()
    build_system: BuildSystem
    environment: tuple[Input, ...]
    platform: Digest
    recipe: Recipe
    variant: str = ""


def file_spec(store: Store, spec: BuildSpec) -> None:
    """Puts a planned spec on record under its key."""
    known = store.record("plan-spec", spec.key, _Filed)
    if known is not None and store.file(known.platform) is not None:
        return
    filed = _Filed(
        name=spec.name,
        version=spec.version,
        tree=spec.tree,
        epoch=spec.epoch,
        ingredients=spec.ingredients,
        build_system=spec.build_system,
        environment=spec.environment,
        platform=store.add_bytes(codec.encode(spec.platform)),
        recipe=spec.recipe,
        variant=spec.variant,
    )
    store.replace_record("plan-spec", spec.key, filed, _Filed)


def filed_spec(store: Store, key: Key) -> BuildSpec | None:
    """The spec of this key, if some run planned it with this store."""
    filed = store.record("plan-spec", key, _Filed)
    platform = None if filed is None else _platform(store, filed.platform)
    if filed is None or platform is None:
        return None
    return BuildSpec(
        name=filed.name,
        version=filed.version,
        tree=filed.tree,
        epoch=filed.epoch,
        ingredients=filed.ingredients,
        build_system=filed.build_system,
        environment=filed.environment,
        platform=platform,
        recipe=filed.recipe,
        variant=filed.variant,
    )


def _platform(store: Store, digest: Digest) -> Platform | None:
    path = store.file(digest)
    if path is None:
        return None
    store.check(digest)
    return codec.decode(path.read_bytes(), Platform)


def begin(store: Store, spec: BuildSpec, reason: str) -> None:
    """Puts on record that a build of `spec` begins now, and why; "" if its backend is asked."""
    file_spec(store, spec)
    entry = Begun(
        version=spec.version,
        spec=(spec.key[:_HALF], spec.key[_HALF:]),
        reason=reason,
        at=time.time(),
    )
    with store.lock(f"history/{spec.name}"):
        known = history(store, spec.name)
        store.replace_record(
            "history", _key(spec.name), (*known, entry)[-_REMEMBERED:], tuple[Begun, ...]
        )


def history(store: Store, name: NormalizedName) -> tuple[Begun, ...]:
    """The last builds of a project, the newest last."""
    return store.record("history", _key(name), tuple[Begun, ...]) or ()


def _key(name: NormalizedName) -> Key:
    return key_of("history", name)
