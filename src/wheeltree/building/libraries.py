"""Looks for the libraries of the system that builds use, and remembers what it finds."""

from wheeltree.host import packages
from wheeltree.model.digest import key_of
from wheeltree.model.platform import Part, Platform, library_part
from wheeltree.model.spec import Recipe
from wheeltree.model.system import InstalledLibrary, SystemLibrary
from wheeltree.store.local import Store

_LOOK = 2
"""Raised when libraries are looked for otherwise than before."""


def sought(name: str, store: Store) -> SystemLibrary:
    """What this machine has of a library: an InstalledLibrary or an AbsentLibrary.

    What belongs to a package of the distribution is remembered for as long as no package changes.
    """
    key = key_of("library", _LOOK, name, packages.stamp())
    known = store.record("library", key, InstalledLibrary)
    if known is not None:
        return known
    from wheeltree.host.libraries import find  # noqa: PLC0415  # most runs declare none

    found = find(name)
    if isinstance(found, InstalledLibrary) and found.packages:
        return store.put_record("library", key, found, InstalledLibrary)
    return found


def equipped(platform: Platform, recipe: Recipe, store: Store) -> Platform:
    """The platform with the libraries that a recipe uses as they are now, absent ones included."""
    parts: list[tuple[Part, str]] = [
        (library_part(each.name), str(sought(each.name, store))) for each in recipe.libraries
    ]
    return platform.having(tuple(parts))
