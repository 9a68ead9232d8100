"""An HTML page of an index (PEP 503, PEP 592, PEP 792) as links.

A page may be a megabyte and is written by whoever runs the index. It is cut at its anchors, and
each piece is read by patterns that never look back, so that the time is linear in its length.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from wheeltree.resolution.index_page import Link, RawPage, joined

_ANCHOR = re.compile(r"<[aA]\s")
_META = re.compile(r"<[mM][eE][tT][aA]\s")
_BASE = re.compile(r"<[bB][aA][sS][eE]\s")
_TAG = re.compile(r"""((?:[^"'>]++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(
    r"""([a-zA-Z][a-zA-Z0-9:_-]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+"""
)
_SHA256 = re.compile(r"(?:^|&)sha256=([^&]*)")
_BEFORE_FILENAME = re.compile(r"""["'=>\s]""")


def read(content: bytes, url: str, suffixes: tuple[str, ...]) -> RawPage:
    """The page that was read from `url`, with the links to files whose names end so."""
    head, *anchors = _ANCHOR.split(_without_comments(content.decode("utf-8", "replace")))
    metas = {each.get("name"): each.get("content", "") for each in _tags(_META.split(head)[1:])}
    bases = [each["href"] for each in _tags(_BASE.split(head)[1:]) if each.get("href")]
    wheels = [each for each in anchors if ".whl" in each]
    return RawPage(
        links=tuple(_links((each for each in anchors if _has_any(each, suffixes)), suffixes)),
        wheels=tuple(_wheel(each) for each in wheels),
        base=joined(url, bases[0]) if bases else url,
        version=metas.get("pypi:repository-version", "1.0"),
        status=metas.get("pypi:project-status", "active"),
        reason=metas.get("pypi:project-status-reason", ""),
    )


def _without_comments(text: str) -> str:
    first, *rest = text.split("<!--")
    return "".join([first, *(each.partition("-->")[2] for each in rest)])


def _wheel(anchor: str) -> str:
    """The name of the wheel that an anchor leads to; only a hint, so it is cut out roughly."""
    name = anchor.partition(".whl")[0].rpartition("/")[2]
    return _BEFORE_FILENAME.split(name)[-1]


def _has_any(anchor: str, suffixes: tuple[str, ...]) -> bool:
    return any(suffix in anchor for suffix in suffixes)


def _links(anchors: Iterable[str], suffixes: tuple[str, ...]) -> Iterator[Link]:
    for attributes in _tags(anchors):
        url, _, fragment = attributes.get("href", "").partition("#")
        filename = unquote(url.partition("?")[0].rpartition("/")[2])
        if filename.endswith(suffixes):
            digest = _SHA256.search(fragment)
            yield Link(
                filename=filename,
                url=url,
                sha256=digest[1] if digest else None,
                requires_python=attributes.get("data-requires-python"),
                yanked=attributes.get("data-yanked"),
                upload_time=attributes.get("data-upload-time"),
            )


def _tags(pieces: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """The attributes of tags whose names were cut off."""
    for piece in pieces:
        if tag := _TAG.match(piece):
            yield {
                name.lower(): html.unescape(double or single or bare)
                for name, double, single, bare in _ATTRIBUTE.findall(tag[1])
            }
