"""What a page of an index says, whatever its format: text that nobody has checked yet."""

from typing import NamedTuple
from urllib.parse import urljoin

from wheeltree.model.frozen import Frozen

SDISTS, WHEELS = (".tar.gz", ".zip"), (".whl",)
"""How names of files end, of which there are links."""


class Link(NamedTuple):
    """One file; a tuple, since a page may have thousands."""

    filename: str
    url: str
    """As written: perhaps relative, perhaps with a fragment."""
    sha256: str | None
    requires_python: str | None
    yanked: str | None
    """The reason, "" for none given; None if it is not withdrawn."""
    upload_time: str | None


class RawPage(Frozen):
    """A page that was split into its links."""

    links: tuple[Link, ...]
    """Those to the files that were asked for."""
    wheels: tuple[str, ...]
    """File names of wheels, with or without their suffix."""
    base: str
    """URL that links are relative to."""
    version: str
    """Of the interface, such as 1.0."""
    status: str
    """Of the project (PEP 792), such as active or quarantined."""
    reason: str


def joined(base: str, url: str) -> str:
    """`url` as it is meant on a page at `base`; "" for what is no URL."""
    try:
        return urljoin(base, url)
    except ValueError:
        return ""
