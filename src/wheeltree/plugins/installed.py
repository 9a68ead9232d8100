"""Plugins that distributions offer as entry points; the only module that knows stevedore."""

import json
import os
import sys
from collections.abc import Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.errors import PluginError, WheeltreeError
from wheeltree.model.digest import Digest, digest_bytes, digest_file, key_of
from wheeltree.model.frozen import Frozen
from wheeltree.plugins.blame import Origin, blamed
from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.observer import Observer
from wheeltree.plugins.package import PackagePlugin
from wheeltree.plugins.watcher import Watcher

if TYPE_CHECKING:  # it takes 60 ms to import, and most runs have no use for it
    from importlib.metadata import Distribution, EntryPoint

C = TypeVar("C")

PACKAGES, OBSERVERS = "wheeltree.packages", "wheeltree.observers"

_LISTS = (".dist-info", ".egg-info")


class Offer(Frozen):
    """One entry point."""

    group: str
    name: str
    value: str
    """`module:Class`."""
    distribution: str
    """Name and version of who offers it."""
    code: Digest
    """Over the distribution's files."""

    def __str__(self) -> str:
        return f"{self.distribution} ({self.value})"

    @property
    def origin(self) -> Origin:
        """Where its code is."""
        own = _code_of(self.value.partition(":")[0])
        return Origin(where=str(self), owns=lambda file: own in (Path(file), *Path(file).parents))


class Installed:
    """What the distributions beside builder offer; looked for when it is first asked."""

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """All of it, in order of group and name."""
        if not _any_offer():
            return ()
        from importlib.metadata import entry_points  # noqa: PLC0415  see above

        found = [each for group in (PACKAGES, OBSERVERS) for each in entry_points(group=group)]
        offers = {_offer(each, each.dist): None for each in found if each.dist is not None}
        return tuple(sorted(offers, key=lambda each: (each.group, each.name, each.distribution)))

    def load(self, name: NormalizedName) -> Guarded | None:
        """The plugin of a project; None if nobody offers one.

        PluginError if several do, or if it cannot be loaded.
        """
        found = [each for each in self.offers if _is_for(each, name)]
        if len(found) > 1:
            raise PluginError(
                f"{' and '.join(map(str, found))} both offer a plugin for {name}",
                hint=f"uninstall one, or write overrides/{name}.py, which is stronger than both",
            )
        return _plugin(found[0]) if found else None

    def observers(self) -> Iterator[Watcher]:
        """The observers; PluginError if one cannot be loaded."""
        from wheeltree.plugins.loading import made  # noqa: PLC0415  only where there is one

        for each in self.offers:
            if each.group == OBSERVERS:
                yield Watcher(made(_loaded(each, Observer), each.origin), each.origin)

    def stamp(self) -> list[Offer]:
        """All of it, to compare with that of an earlier run."""
        return list(self.offers)


def _is_for(offer: Offer, name: NormalizedName) -> bool:
    return offer.group == PACKAGES and canonicalize_name(offer.name) == name


def _plugin(offer: Offer) -> Guarded:
    from wheeltree.plugins.loading import guarded  # noqa: PLC0415  only where there is one

    return guarded(_loaded(offer, PackagePlugin), offer.origin, offer.code)


def _loaded(offer: Offer, base: type[C]) -> type[C]:
    """The class that an entry point names."""
    from stevedore.named import NamedExtensionManager  # noqa: PLC0415  only where there is one

    def refuse(_manager: object, _point: object, error: BaseException) -> NoReturn:
        if isinstance(error, WheeltreeError):
            raise error
        raise blamed(error, offer.origin, action="loading it", fallback=str(offer)) from error

    manager: NamedExtensionManager[object] = NamedExtensionManager(
        offer.group, [offer.name], on_load_failure_callback=refuse
    )
    for each in manager.extensions:
        if each.entry_point.value == offer.value:
            found: object = each.plugin
            if isinstance(found, type) and issubclass(found, base):
                return found
    raise PluginError(f"{offer} is no class derived from {base.__name__}")


def _offer(point: "EntryPoint", distribution: "Distribution") -> Offer:
    return Offer(
        group=point.group,
        name=point.name,
        value=point.value,
        distribution=f"{distribution.name} {distribution.version}",
        code=_code_digest(point, distribution),
    )


def _code_digest(point: "EntryPoint", distribution: "Distribution") -> Digest:
    """Over RECORD, which has the hash of every file; over the code itself where it has not."""
    record = distribution.read_text("RECORD")
    if record and not _is_editable(distribution):
        return digest_bytes(record.encode())
    own = _code_of(point.module)
    files = sorted(own.rglob("*.py")) if own.is_dir() else [own]
    listed = [(str(each.relative_to(own)), digest_file(each)) for each in files if each.is_file()]
    return Digest(key_of("code", listed))


def _is_editable(distribution: "Distribution") -> bool:
    try:
        said = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:
        return True  # not to be trusted, so its files are read
    return bool(said.get("dir_info", {}).get("editable")) if isinstance(said, dict) else True


def _code_of(module: str) -> Path:
    """The folder of a module's top package, or the file of a module that is in none."""
    found = find_spec(module.partition(".")[0])
    if found is None:
        return Path("/nowhere")
    if found.submodule_search_locations:
        return Path(next(iter(found.submodule_search_locations)))
    return Path(found.origin or "/nowhere")


def _any_offer() -> bool:
    """Whether some distribution has such entry points; a millisecond where none has."""
    return any(_offers_any(Path(each)) for each in sys.path)


def _offers_any(place: Path) -> bool:
    if place.is_file():
        return True  # an archive: importlib.metadata knows
    try:
        with os.scandir(place) as entries:
            names = [each.name for each in entries if each.name.endswith(_LISTS)]
    except OSError:
        return False
    return any(_names_group(place / each / "entry_points.txt") for each in names)


def _names_group(file: Path) -> bool:
    try:
        text = file.read_bytes()
    except OSError:
        return False
    return any(group.encode() in text for group in (PACKAGES, OBSERVERS))
