"""In which format a client wants a page of an index, as its Accept header says (PEP 691)."""

import re
from collections.abc import Iterator

from wheeltree.model.frozen import Frozen


class Format(Frozen):
    """One way in which a page is sent."""

    content_type: str
    page: str
    """Name of the file in the folder of the page."""
    names: tuple[str, ...]
    """What it is called in an Accept header."""


JSON = Format(
    content_type="application/vnd.pypi.simple.v1+json",
    page="index.v1_json",
    names=("application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.latest+json"),
)
VERSIONED_HTML = Format(
    content_type="application/vnd.pypi.simple.v1+html",
    page="index.html",
    names=("application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.latest+html"),
)
HTML = Format(content_type="text/html; charset=utf-8", page="index.html", names=("text/html",))
FORMATS = (JSON, VERSIONED_HTML, HTML)

_NAMED, _KIND, _ANYTHING = 2, 1, 0
"""How exactly a media range means a format."""
_QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


def acceptable(header: str) -> tuple[Format, ...]:
    """The formats that an Accept header admits, the one that it wants most first.

    header: "" where there is none, which admits everything. A media range that cannot be read
    admits nothing. Of formats that are wanted alike, who named them gets JSON, and who did not gets
    HTML: an old client does not know JSON (PEP 691). RFC 9110, 12.5.1.
    """
    ranges = tuple(_ranges(header or "*/*"))
    wanted = []
    for place, offered in enumerate(FORMATS):
        exactness, quality = max(
            ((_exactness(name, offered), quality) for name, quality in ranges), default=(-1, 0.0)
        )
        if exactness >= _ANYTHING and quality > 0:
            rank = (-quality, -exactness, place if exactness == _NAMED else -place)
            wanted.append((rank, offered))
    return tuple(offered for _, offered in sorted(wanted, key=lambda each: each[0]))


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    """Each media range with its quality; other parameters say nothing about a format of ours."""
    for text in header.lower().split(","):
        name, *parameters = (part.strip() for part in text.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        if _QUALITY.fullmatch(quality):
            yield name, float(quality)


def _exactness(name: str, offered: Format) -> int:
    """How exactly a media range means this format; -1 if it does not."""
    if name in offered.names:
        return _NAMED
    if name == f"{offered.content_type.partition('/')[0]}/*":
        return _KIND
    return _ANYTHING if name == "*/*" else -1
