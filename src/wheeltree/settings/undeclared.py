"""What settings and patches say for variants that nobody declares."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import chain

from packaging.utils import NormalizedName

from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.problems import Problem, advice
from wheeltree.settings.schema import Rule, Settings, Treatment


def undeclared(settings: Settings, patches: PatchFolder) -> Iterator[Problem]:
    """Rules and folders of patches that no declared variant can ever match."""
    for rule in _rules(settings):
        pattern = rule.variant
        if pattern and not any(fnmatchcase(name, pattern) for name in settings.variants):
            text = f"no variant that is declared is {pattern}; {_advice(settings, pattern)}"
            yield rule.origin.problem("variant", text)
    for names, folder in patches.folders():
        if folder.name not in settings.variants and not _named(settings, names, folder.name):
            text = (
                f"is no variant that is declared, and no `patches:` names it; "
                f"{_advice(settings, folder.name)}"
            )
            yield Problem(file=str(folder), line=0, key="", text=text)


def _advice(settings: Settings, name: str) -> str:
    return advice(name, settings.variants) if settings.variants else "none is declared"


def _rules(settings: Settings) -> Iterator[Rule]:
    yield from settings.policies
    for package in settings.packages.values():
        yield from package.rules


def _named(settings: Settings, names: frozenset[NormalizedName], folder: str) -> bool:
    """Whether something that is said of a package takes patches of a folder, or of one in it."""
    paths = chain.from_iterable(each.patches or () for each in _said(settings, names))
    return any(path.split("/")[0] == folder for path in paths)


def _said(settings: Settings, names: frozenset[NormalizedName]) -> Iterator[Treatment]:
    """Everything that may be said of a package of these names, in whichever variant."""
    for policy in settings.policies:
        if any(pattern.matches(name) for pattern in policy.packages for name in names):
            yield policy
    for name in names & settings.packages.keys():
        yield settings.packages[name]
        yield from settings.packages[name].rules
    for variant in settings.variants.values():
        yield variant
        for name in names & variant.packages.keys():
            yield variant.packages[name]
