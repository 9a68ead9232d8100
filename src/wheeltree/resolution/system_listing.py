"""Listings that say themselves what there is, such as a machine's: one program, or none."""

from wheeltree.errors import ResolutionError
from wheeltree.resolution.index import Listing


class ToldListing(Listing):
    """What is offered of a project where no index is asked, in words too."""

    says: str
    """What there is, or that there is nothing; the end of a sentence."""
    remedy: str
    """What to do where it is not enough; "" where only another requirement helps."""


class SystemListing(ToldListing):
    """A program of this machine as the only thing that is offered of a project."""


def unavailable(listing: SystemListing, wanted: str) -> ResolutionError:
    """The error of who wants a program that is not there."""
    return ResolutionError(f"{wanted} cannot be satisfied: {listing.says}", hint=listing.remedy)
