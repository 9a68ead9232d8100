"""Looks for the libraries of the system that builds use, and remembers what it finds."""

from collections.abc import Iterable
from typing import NamedTuple

from wheeltree.building.toolkits import weighed
from wheeltree.errors import BuildError
from wheeltree.host import packages
from wheeltree.model.digest import key_of
from wheeltree.model.platform import Part, Platform, library_part
from wheeltree.model.spec import BuildSpec, Recipe
from wheeltree.model.system import AbsentLibrary, InstalledLibrary, Library, SystemLibrary
from wheeltree.model.toolkit import toolkit_part
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
    """The platform with the libraries and toolkits that a recipe uses as they are now, absent
    libraries included; SettingsError for an absent toolkit.
    """
    parts: list[tuple[Part, str]] = [
        (library_part(each.name), str(sought(each.name, store))) for each in recipe.libraries
    ]
    parts += [(toolkit_part(each), weighed(each, store).digest) for each in recipe.toolkits]
    return platform.having(tuple(parts))


class Problem(NamedTuple):
    """A library that is not as a package uses it."""

    user: str
    """The package, with the place in the settings if it is known."""
    text: str
    found: SystemLibrary


def refuse_absent(spec: BuildSpec, store: Store) -> None:
    """BuildError if a library that a build uses is not there."""
    looked = ((each, sought(each.name, store)) for each in spec.recipe.libraries)
    problems = [
        Problem(str(spec), text, found)
        for library, found in looked
        if (text := problem_of(library, found))
    ]
    if problems:
        raise absent(str(spec), problems)


def problem_of(library: Library, found: SystemLibrary) -> str:
    """What is wrong with what there is of a library; "" if nothing is."""
    if isinstance(found, AbsentLibrary):
        return f"{library.name} {found.reason}"
    if library.link != "headers" and isinstance(found, InstalledLibrary) and not found.sonames:
        instead = f"{{name: {library.name}, link: headers}}"
        return f"{library.name} has only headers and nothing to load: say `{instead}`"
    return ""


def absent(user: str, problems: Iterable[Problem]) -> BuildError:
    """The error that keeps `user` from being built, and tells of these problems."""
    users: dict[str, list[str]] = {}
    missing: dict[str, AbsentLibrary] = {}
    for each in problems:
        users.setdefault(each.text, []).append(each.user)
        if isinstance(each.found, AbsentLibrary):
            missing[each.found.name] = each.found
    return BuildError(
        f"{user} cannot be built: libraries of the system that it uses are not there",
        details=[f"{text}; used by {', '.join(found)}" for text, found in users.items()],
        hint=_remedy(missing.values()),
    )


def _remedy(absent: Iterable[AbsentLibrary]) -> str:
    """What to install; "" where nothing is missing."""
    found = list(absent)
    if not found:
        return ""
    debian = sorted({each.debian for each in found if each.debian})
    fedora = sorted({_quoted(each.fedora) for each in found})
    unknown = [each.name for each in found if not each.debian]
    said = [f"on Debian: apt-get install {' '.join(debian)}"] if debian else []
    said += [f"for {name}: apt-file search {name}.pc says which package" for name in unknown]
    return "; ".join((*said, f"on Fedora: dnf install {' '.join(fedora)}"))


def _quoted(package: str) -> str:
    return f"'{package}'" if "(" in package else package
