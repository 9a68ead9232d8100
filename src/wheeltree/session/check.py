"""Settings, patches and requirements compared with the index and with one another."""

import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import FetchError, PluginError, SettingsError
from wheeltree.host.pip import index_url
from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.planning.lockfile import load as load_plan
from wheeltree.plugins.overrides import Overrides
from wheeltree.resolution.index import Listing
from wheeltree.resolution.indexes import Index, offers
from wheeltree.resolution.wanted import Wanted
from wheeltree.session.admitting import admitted, restrictions, waiver
from wheeltree.session.asked import Asked
from wheeltree.session.asked import asked as read_asked
from wheeltree.session.declared import chosen
from wheeltree.session.idle_exceptions import Seen, idle
from wheeltree.session.index_list import index_list
from wheeltree.session.invocation import Invocation
from wheeltree.settings import evaluate, origins
from wheeltree.settings.files import override_folder, patch_folder
from wheeltree.settings.lint import Mention, mentions, unused
from wheeltree.settings.load import load
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.problems import Origin, Problem
from wheeltree.settings.schema import Settings
from wheeltree.settings.undeclared import undeclared
from wheeltree.transport import Transport

_AT_ONCE = 16


class Checked(Frozen):
    """What was looked at, and what does not fit."""

    projects: int
    """How many were asked for at an index."""
    problems: tuple[Problem, ...]


def check(invocation: Invocation) -> Checked:
    """Look for what can never have an effect, and for requirements that nothing satisfies.

    SettingsError and UsageError, with all problems at once, for files that cannot be read at all.
    """
    settings = load(invocation.places.settings)
    patches = PatchFolder.listed(patch_folder(invocation.places.settings))
    what = read_asked(invocation) if _asks(invocation) else _none(invocation)
    variants = chosen((name for name, _ in invocation.variants), settings)
    wanted = tuple(_of_indexes(what, settings, variants))
    overrides = Overrides(override_folder(invocation.places.settings))
    named = (*mentions(settings, patches), *_overridden(overrides))
    planned = _planned(invocation, settings)
    names = {each.name for each in named} | {each.name for each in wanted}
    names |= {each.name for each in planned if _is_excepted(each, settings)}
    listings = _listings(invocation, what, settings, sorted(names - _sourced(settings)))
    problems = [
        each.origin.problem(each.key, f"no index has a project named {each.name}")
        for each in named
        if each.name in listings and listings[each.name].index is None
    ]
    versions = {name: _versions(found) for name, found in listings.items() if found.index}
    problems += unused(settings, patches, versions)
    problems += undeclared(settings, patches)
    problems += _unmet(wanted, listings)
    if settings.admission.exceptions:
        rules = admitted(settings, invocation.places.settings, os.environ, datetime.now(UTC))
        problems += idle(settings.admission, rules, Seen(listings=listings, planned=planned))
    problems += _unloadable(overrides)
    return Checked(projects=len(listings), problems=tuple(sorted(set(problems), key=_place)))


def _none(invocation: Invocation) -> Asked:
    """What is asked where no requirements are: of which indexes, at least."""
    return Asked(
        common=(),
        build_constraints=(),
        index_url=invocation.index_url,
        extra_index_urls=invocation.extra_index_urls,
        pre=False,
        notices=(),
    )


def _asks(invocation: Invocation) -> bool:
    """Whether requirements are to be looked at, too."""
    own = any(path for _, path in invocation.variants)
    return bool(invocation.requirements or invocation.sets or own)


def _of_indexes(what: Asked, settings: Settings, variants: tuple[str, ...]) -> Iterator[Wanted]:
    """Every requirement on a project that an index must have for some variant."""
    for variant in variants:
        for found in what.of(variant):
            for each in found.wanted:
                placed = origins.differs(settings, each.name, variant)
                if not (placed or each.requirement.url):
                    yield each


def _sourced(settings: Settings) -> frozenset[NormalizedName]:
    """The projects that come from another place than an index, but for variants that name one."""
    return frozenset(name for name, said in settings.packages.items() if said.source is not None)


def refuse(checked: Checked) -> SettingsError:
    """The error that a check with problems ends with."""
    count = len(checked.problems)
    return SettingsError(
        "one problem was found" if count == 1 else f"{count} problems were found",
        hint="what can never match is a rule that no longer does what it was written for",
    )


def _listings(
    invocation: Invocation, what: Asked, settings: Settings, names: Iterable[NormalizedName]
) -> dict[NormalizedName, Listing]:
    python = invocation.python or sys.executable
    indexes = index_list(
        what,
        evaluate.indexes(settings, os.environ),
        lambda: index_url(python),
        restrictions(settings, os.environ),
    )
    with Transport(offline=invocation.offline) as transport, ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(pool.map(lambda name: (name, _offers(transport, indexes, name)), names))


def _offers(transport: Transport, indexes: tuple[Index, ...], name: NormalizedName) -> Listing:
    try:
        return offers(transport, indexes, name)
    except FetchError as error:
        error.details = (*error.details, f"asked for {name}")
        raise


def _planned(invocation: Invocation, settings: Settings) -> tuple[Candidate, ...]:
    """What the last plan took, where an exception may be for something of it."""
    plan = invocation.places.wheelhouse / "plan.json"
    if not settings.admission.exceptions or not plan.is_file():
        return ()
    return tuple(dict.fromkeys(each.source for each in load_plan(plan).packages))


def _is_excepted(candidate: Candidate, settings: Settings) -> bool:
    return any(waiver(each).is_for(candidate) for each in settings.admission.exceptions)


def _versions(listing: Listing) -> tuple[Version, ...]:
    return (*(each.version for each in listing.candidates), *listing.wheels_only)


def _overridden(overrides: Overrides) -> Iterator[Mention]:
    for name, file in overrides.files.items():
        yield Mention(name=name, origin=Origin(file=str(file)), key="")


def _unloadable(overrides: Overrides) -> Iterator[Problem]:
    for name, file in overrides.files.items():
        try:
            overrides.load(name)
        except PluginError as error:
            line, _, text = error.message.removeprefix(f"{file}:").partition(": ")
            known = line.isdigit()  # else it is about the file as a whole, or about another one
            yield Problem(
                file=str(file),
                line=int(line) if known else 0,
                key="",
                text=text if known else error.message.removeprefix(f"{file}: "),
            )


def _unmet(wanted: Iterable[Wanted], listings: dict[NormalizedName, Listing]) -> Iterator[Problem]:
    for each in wanted:
        listing = listings.get(each.name)
        if listing is None:
            continue
        if text := _lacking(each, listing):
            file, _, line = each.origin.rpartition(":")
            known = file and line.isdigit()
            yield Problem(
                file=file if known else each.origin,
                line=int(line) if known else 0,
                key="",
                text=text,
            )


def _lacking(wanted: Wanted, listing: Listing) -> str:
    """Why nothing of a listing satisfies a requirement; "" if something does."""
    asked = wanted.requirement
    if listing.index is None:
        return f"{asked}: no index has a project named {listing.name}"
    if any(asked.specifier.contains(each.version, prereleases=True) for each in listing.candidates):
        return ""
    if any(asked.specifier.contains(each, prereleases=True) for each in listing.wheels_only):
        return f"{asked}: there are wheels of it only, and no sdist: give it a `source:`"
    newest = listing.candidates[0].version if listing.candidates else "none"
    return f"{asked}: no version that is offered satisfies it; the newest is {newest}"


def _place(problem: Problem) -> tuple[str, int, str, str]:
    return (problem.file, problem.line, problem.key, problem.text)
