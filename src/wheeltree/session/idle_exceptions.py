"""Exceptions from the rules of admission that nothing needs any more."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from packaging.utils import NormalizedName

from wheeltree.model.frozen import Frozen, replace
from wheeltree.model.source import Candidate
from wheeltree.resolution.admission import Admission, Rejection, Waiver
from wheeltree.resolution.index import Listing
from wheeltree.session.admitting import waiver
from wheeltree.settings.problems import Problem
from wheeltree.settings.schema import AdmissionSettings, ExceptionSettings

_BY_CONTENT = frozenset({"licences", "files"})
"""Rules that are about what is in a file: of these, only a plan tells whom they are for."""

_BY_PAGE = frozenset({"archived", "deprecated"})
"""Rules about what the page of a project says."""


class Seen(Frozen):
    """What is known of the packages that exceptions may be for."""

    listings: Mapping[NormalizedName, Listing]
    """Of the projects that an index was asked for."""
    planned: tuple[Candidate, ...]
    """What the last plan took; () where there is none."""


def idle(said: AdmissionSettings, rules: Admission, seen: Seen) -> Iterator[Problem]:
    """What exceptions say that lifts nothing.

    rules: what `said` comes to. An exception is judged only where something that it is for was
    seen: of others it cannot be told.
    """
    bare = replace(rules, waivers=())
    for each in said.exceptions:
        yield from _off(each, said)
        yield from _unneeded(each, said, bare, seen)


def _is_on(rule: str, said: AdmissionSettings) -> bool:
    match rule:
        case "archived":
            return said.archived == "refuse"
        case "deprecated":
            return said.deprecated == "refuse"
        case "indexes" | "files":
            return True  # an index may claim its packages, and no file may change
        case _:
            return bool(getattr(said, rule))


def _off(each: ExceptionSettings, said: AdmissionSettings) -> Iterator[Problem]:
    for rule in each.rules:
        if not _is_on(rule, said):
            yield each.origin.problem("rules", f"no setting asks for {rule}: nothing is lifted")


def _unneeded(
    each: ExceptionSettings, said: AdmissionSettings, bare: Admission, seen: Seen
) -> Iterator[Problem]:
    made = waiver(each)
    rejections = list(_rejections(made, bare, seen))
    if not rejections:
        return
    found = tuple(chain.from_iterable(rejections))
    untold = _BY_CONTENT | {"vulnerabilities"} | (set() if _listed(made, seen) else _BY_PAGE)
    for rule in each.rules:
        if rule in untold or not _is_on(rule, said):
            continue
        if not any(one.rule == rule for one in found):
            text = f"{rule}: nothing that this is for needs it any more"
            yield each.origin.problem("rules", text)
    for name in each.advisories:
        if said.vulnerabilities and not any(name in one.advisories for one in found):
            text = f"{name}: no version that this is for is affected"
            yield each.origin.problem("advisories", text)
    if set(each.rules) <= _BY_CONTENT and seen.planned and not _any(made, seen.planned):
        yield each.origin.problem("packages", "nothing in the last plan is one of these")


def _listed(made: Waiver, seen: Seen) -> bool:
    return any(made.names(name) for name in seen.listings)


def _rejections(made: Waiver, bare: Admission, seen: Seen) -> Iterator[tuple[Rejection, ...]]:
    """What speaks against each candidate that an exception is for."""
    for name, listing in seen.listings.items():
        if made.names(name) and listing.index is not None:
            yield ()  # its project was seen, though perhaps no version of these
            for candidate in filter(made.is_for, listing.candidates):
                yield tuple(bare.rejections(candidate, listing))
    for candidate in filter(made.is_for, seen.planned):
        yield tuple(bare.rejections(candidate, None))


def _any(made: Waiver, candidates: Iterable[Candidate]) -> bool:
    return any(map(made.is_for, candidates))
