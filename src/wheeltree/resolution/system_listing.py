"""What a machine offers of a project: one program, or none."""

from wheeltree.errors import ResolutionError
from wheeltree.resolution.index import Listing


class SystemListing(Listing):
    """A program of this machine as the only thing that is offered of a project."""

    says: str
    """Which one it is, with its version, or that there is none."""
    remedy: str
    """What to do where it is not enough."""


def unavailable(listing: SystemListing, wanted: str) -> ResolutionError:
    """The error of who wants a program that is not there."""
    return ResolutionError(f"{wanted} cannot be satisfied: {listing.says}", hint=listing.remedy)
