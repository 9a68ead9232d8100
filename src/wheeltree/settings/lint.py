"""What settings and patches say of a project, compared with the versions that there are of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.problems import Origin, Problem
from wheeltree.settings.schema import PackageSettings, Settings, VariantPackage


@dataclass(frozen=True, kw_only=True)
class Mention:
    """One place where a project is named."""

    name: NormalizedName
    origin: Origin
    key: str
    """Of the place, below `origin`."""


def mentions(settings: Settings, patches: PatchFolder) -> tuple[Mention, ...]:
    """Every place in settings and patches that names a project which an index should have."""
    found = [
        Mention(name=name, origin=said.origin, key="")
        for name, said in settings.packages.items()
        if said.source is None
    ]
    found += [
        Mention(name=canonicalize_name(pattern.text), origin=each.origin, key="packages")
        for each in settings.admission.exceptions
        for pattern in each.packages
        if "*" not in pattern.text
    ]
    own = {name for name, said in settings.packages.items() if said.source is not None}
    found += [
        Mention(name=name, origin=said.origin, key="")
        for name, said in _of_variants(settings)
        if said.source is None and name not in own
    ]
    found += [Mention(name=each.name, origin=each.origin, key="name") for each in settings.seeds]
    found += [
        Mention(name=name, origin=Origin(file=str(patches.path / folders[0])), key="")
        for name, folders in _of_one_project(patches).items()
        if name not in own
    ]
    return tuple(found)


def unused(
    settings: Settings,
    patches: PatchFolder,
    versions: Mapping[NormalizedName, tuple[Version, ...]],
) -> Iterator[Problem]:
    """Rules, patches and limits of variants that no version matches.

    versions: all that there are, by project; what is not in there is not judged.
    """
    for name, said in settings.packages.items():
        if name in versions:
            yield from _rules(said, versions[name])
    for name, special in _of_variants(settings):
        if name in versions and special.source is None and special.version is not None:
            yield from _limit(special, special.version, versions[name])
    for (name, version), folders in patches.versioned.items():
        if name in versions and version not in versions[name]:
            text = f"patches of {name} {version}, which is not offered"
            yield Problem(file=str(patches.path / folders[0]), line=0, key="", text=text)
    for each in settings.seeds:
        if each.name in versions and each.version not in versions[each.name]:
            yield each.origin.problem("version", f"{each.name} {each.version} is not offered")


def _of_variants(settings: Settings) -> Iterator[tuple[NormalizedName, VariantPackage]]:
    for variant in settings.variants.values():
        yield from variant.packages.items()


def _limit(
    said: VariantPackage, wanted: SpecifierSet, versions: Iterable[Version]
) -> Iterator[Problem]:
    if not any(wanted.contains(version, prereleases=True) for version in versions):
        yield said.origin.problem("version", f"no version that is offered is {wanted}")


def _rules(said: PackageSettings, versions: Iterable[Version]) -> Iterator[Problem]:
    for rule in said.rules:
        wanted = rule.versions
        if wanted is not None and not any(wanted.contains(v, prereleases=True) for v in versions):
            yield rule.origin.problem("versions", f"no version that is offered is {wanted}")


def _of_one_project(patches: PatchFolder) -> dict[NormalizedName, tuple[str, ...]]:
    """Folders that can only be `NAME`: others may be read as NAME-VERSION."""
    readable = {folder for folders in patches.versioned.values() for folder in folders}
    return {
        name: folders
        for name, folders in patches.general.items()
        if not readable.intersection(folders)
    }
