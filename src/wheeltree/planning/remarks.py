"""What a person should know of what was planned, although nothing is wrong with it."""

from collections.abc import Iterable, Iterator

from wheeltree.model.source import Candidate
from wheeltree.planning.facts import Facts, Offers
from wheeltree.planning.planner import Planner
from wheeltree.planning.request import Request
from wheeltree.resolution.index import Listing


def remarks(planner: Planner, facts: Facts, chosen: Iterable[Candidate]) -> Iterator[str]:
    """Projects that nobody looks after any more (PEP 792), and newer versions that were not let in.

    Nothing is said of a project whose index was not asked, since an earlier plan had it.
    """
    request = planner.request
    for candidate in chosen:
        question = Offers(name=candidate.name, variant=request.rules.place(candidate.name))
        if candidate.index is not None and (listing := facts.told(question)) is not None:
            yield from _uncared(candidate, listing)
            yield from _passed_over(candidate, listing, request)


def _uncared(candidate: Candidate, listing: Listing) -> Iterator[str]:
    if listing.status:
        reason = f": {listing.status_reason}" if listing.status_reason else ""
        yield f"{listing.index} calls {candidate.name} {listing.status}{reason}"


def _passed_over(candidate: Candidate, listing: Listing, request: Request) -> Iterator[str]:
    """The newest version, if that is what a rule of the settings speaks against."""
    newest = next((each for each in listing.candidates if not each.version.is_prerelease), None)
    if newest is None or newest.version <= candidate.version or newest.yanked is not None:
        return
    for rejection in request.admission.rejections(newest, listing):
        yield f"passed over: {newest} {rejection.text}"
        return
