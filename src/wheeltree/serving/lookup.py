"""What the path of a request means in a wheelhouse: a file, a page, another path, or nothing."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from packaging.utils import canonicalize_name

from wheeltree.model.frozen import Frozen
from wheeltree.serving.formats import FORMATS, Format
from wheeltree.serving.opened import OpenFile, open_below

_TYPES = {
    ".whl": "application/octet-stream",
    ".metadata": "text/plain; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".v1_json": "application/vnd.pypi.simple.v1+json",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".toml": "application/toml",
    ".txt": "text/plain; charset=utf-8",
    ".gz": "application/gzip",
    ".zip": "application/zip",
}
_OF_POOL = re.compile(r"pool/[0-9a-f]{2}/[0-9a-f]{64}/[^/]+(?<!\.intoto\.jsonl)")
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class Found(Frozen):
    """A file, which who gets this closes."""

    file: OpenFile
    content_type: str
    caching: str
    """For the Cache-Control header."""
    negotiated: bool = False
    """Whether another Accept header might have led to another file."""


class Moved(Frozen):
    """The path is spelled another way."""

    location: str
    """Relative to the path: a proxy may have put something before that."""


class Missing(Frozen):
    """There is nothing, or nothing that anybody may see."""


class Unacceptable(Frozen):
    """There is a page, but in no format that the client admits."""


Answer: TypeAlias = Found | Moved | Missing | Unacceptable


def look_up(root: Path, path: str, formats: Sequence[Format]) -> Answer:
    """What there is at `path` of a URL, percent-encoding undone, in the wheelhouse `root`.

    formats: what the client admits as a page, the best first. Every folder with a page in it is
    served as an index is; no other folder can be seen, nor can `logs/`, hidden files and what links
    lead to. OSError where the wheelhouse cannot be read at the moment.
    """
    begin, *names = path.split("/")
    is_folder = bool(names) and not names[-1]
    if is_folder:
        names.pop()
    if begin or not names or any(map(_is_hidden, names)):
        return Missing()
    return _folder(root, names, formats) if is_folder else _file(root, names)


def _is_hidden(name: str) -> bool:
    return not name or name.startswith(".") or not name.isprintable()


def _file(root: Path, names: list[str]) -> Answer:
    *above, last = names
    if "logs" in above:
        return Missing()
    if file := open_below(root, names):
        _, dot, ending = last.rpartition(".")
        return Found(
            file=file,
            content_type=_TYPES.get(dot + ending, "application/octet-stream"),
            caching=_FOR_EVER if _OF_POOL.fullmatch("/".join(names)) else _ASK_AGAIN,
        )
    for name in (last, canonicalize_name(last)):
        if _has_page(root, [*above, name]):
            return Moved(location=f"./{quote(name)}/")
    return Missing()


def _folder(root: Path, names: list[str], formats: Sequence[Format]) -> Answer:
    for each in formats:
        if file := open_below(root, [*names, each.page]):
            return Found(
                file=file, content_type=each.content_type, caching=_ASK_AGAIN, negotiated=True
            )
    if _has_page(root, names):
        return Unacceptable()
    *above, last = names
    normal = canonicalize_name(last)
    if normal != last and _has_page(root, [*above, normal]):
        return Moved(location=f"../{quote(normal)}/")
    return Missing()


def _has_page(root: Path, names: Sequence[str]) -> bool:
    for page in {each.page for each in FORMATS}:
        if file := open_below(root, [*names, page]):
            with file:
                return True
    return False
