"""Why no version that an index offers of one project will do."""

from collections.abc import Iterable, Iterator, Sequence

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.resolution.index import Listing
from wheeltree.resolution.needs import OTHER_PYTHON, Need
from wheeltree.resolution.policy import Bound, Objection, Policy, accepts
from wheeltree.resolution.system_listing import ToldListing

_NEAR = 3
"""Versions that are named with what speaks against them."""


class Obstacle(Frozen):
    """One thing that stands in the way."""

    text: str
    reason: str = ""
    """The same as the end of a sentence about the requirement; empty for a mere remark."""
    remedy: str = ""
    """What lifts it; empty where only another requirement does."""


def obstacles(
    name: NormalizedName, needs: Sequence[Need], policy: Policy, listing: Listing | None
) -> Iterator[Obstacle]:
    """What stands between the needs of a project and what an index offers of it.

    listing: None where no index was asked, since the project comes from elsewhere.
    """
    if listing is None:
        return
    if isinstance(listing, ToldListing):
        alone = len(needs) == 1 and not policy.bounds_on(name)  # and the first sentence has it
        text = "" if alone else listing.says
        yield Obstacle(text=text, reason=listing.says, remedy=listing.remedy)
        return
    absent = _absent(name, listing)
    if absent is not None:
        yield absent
        yield from _omissions(name, needs)
        return
    versions = [each.version for each in listing.candidates]
    yield Obstacle(
        text=f"{name} is offered as {summary(versions)}",
        reason=f"no version of {name} that is offered will do",
    )
    bounds = _joint_bounds(needs)
    yield from _near_misses(listing, bounds, policy)
    yield from _only_wheels(listing, (*bounds, *policy.bounds_on(name)))


def summary(versions: Sequence[Version]) -> str:
    """Versions, newest first, the middle left out where there are many."""
    if len(versions) <= 4:  # noqa: PLR2004  # fewer would be no shorter with their number
        return ", ".join(map(str, versions))
    first = ", ".join(map(str, versions[:2]))
    return f"{first} … {versions[-1]} ({len(versions)} versions)"


def _absent(name: NormalizedName, listing: Listing) -> Obstacle | None:
    if listing.index is None and not listing.candidates:
        return Obstacle(
            text=f"no index has a project named {name}",
            reason=f"no index has a project named {name}",
            remedy="check its spelling and the index (--index-url, --extra-index-url)",
        )
    if listing.quarantined is not None:
        return Obstacle(
            text=f"{listing.index} has quarantined {name}: {listing.quarantined}",
            reason=f"its index has quarantined {name}",
            remedy=f"do without {name} until its index releases it",
        )
    if listing.candidates:
        return None
    if listing.wheels_only:
        return Obstacle(
            text=f"{name} is offered as wheels only: {summary(listing.wheels_only)}",
            reason=f"{name} is published as wheels only, without any sdist",
            remedy=f"name a source archive: {name} @ https://…",
        )
    dropped = f" ({listing.dropped} links cannot be used)" if listing.dropped else ""
    return Obstacle(
        text=f"{listing.index} offers no sdist of {name}{dropped}",
        reason=f"no sdist of {name} is offered",
        remedy=f"name a source archive: {name} @ https://…",
    )


def _omissions(name: NormalizedName, needs: Iterable[Need]) -> Iterator[Obstacle]:
    """A build may do without what it asks for."""
    for each in needs:
        parent, asks, _ = each.wanted.origin.partition(" [build-")
        if asks:
            project = parent.partition("==")[0]
            edit = f"packages: {{{project}: {{build_requires: {{remove: [{name}]}}}}}}"
            yield Obstacle(text="", remedy=f"if {project} builds without it: {edit}")


def _joint_bounds(needs: Iterable[Need]) -> tuple[Bound, ...]:
    """The bounds that hold at the same time: of what was wanted, and of packages that were tried in
    one version only.
    """
    by_parent: dict[str, set[Bound]] = {}
    for each in needs:
        by_parent.setdefault(each.wanted.origin.partition("==")[0], set()).add(each.bound)
    return tuple(bound for bounds in by_parent.values() if len(bounds) == 1 for bound in bounds)


def _near_misses(listing: Listing, bounds: Sequence[Bound], policy: Policy) -> Iterator[Obstacle]:
    shown = 0
    for candidate in listing.candidates:
        objections = policy.objections(candidate, bounds, listing)
        if objections and all(each.kind != "requirement" for each in objections):
            yield _near_miss(candidate, objections, policy)
            shown += 1
        if shown == _NEAR:
            return


def _near_miss(candidate: Candidate, objections: Sequence[Objection], policy: Policy) -> Obstacle:
    texts = " and ".join(each.text for each in objections)
    remedies = [_remedy(candidate, each, policy) for each in objections]
    return Obstacle(
        text=f"{candidate} {texts}",
        remedy=" and ".join(each for each in remedies if each),
    )


def _remedy(candidate: Candidate, objection: Objection, policy: Policy) -> str:
    match objection.kind:
        case "pre-release":
            return f"allow pre-releases with --pre, or name one, such as {candidate}"
        case "yanked":
            return f"pin {candidate} to take it although it was yanked"
        case "python":
            return OTHER_PYTHON
        case "constraint":
            constraints = policy.constraints[candidate.name]
            return f"relax the constraint {' or '.join(map(str, constraints))}"
        case "hash" if candidate.digest:
            return f"add --hash=sha256:{candidate.digest} if you trust {candidate}"
        case "hash" | "fixed" | "requirement" | "admission":
            return objection.remedy


def _only_wheels(listing: Listing, bounds: Sequence[Bound]) -> Iterator[Obstacle]:
    found = [each for each in listing.wheels_only if all(accepts(bound, each) for bound in bounds)]
    if found:
        yield Obstacle(
            text=f"{listing.name} {summary(found)} would do, but has wheels and no sdist",
            remedy=f"name a source archive: {listing.name} @ https://…",
        )
