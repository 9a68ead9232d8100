"""Pages of an index, whatever their format, and the candidates that their links make."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import FetchError
from wheeltree.model import codec
from wheeltree.model.digest import Digest
from wheeltree.model.source import Candidate
from wheeltree.resolution import index_html, index_json, index_page
from wheeltree.resolution.index_page import Link, RawPage

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
)
"""What an index is asked for; what it answered is told by the answer's Content-Type."""

_FORMATS = {
    "application/vnd.pypi.simple.v1+json": index_json.read,
    "application/json": index_json.read,
    "application/vnd.pypi.simple.v1+html": index_html.read,
    "application/xhtml+xml": index_html.read,
    "text/html": index_html.read,
}
_HEXADECIMAL = re.compile(r"[0-9a-f]{64}")
_HOST = r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?"
_REMOTE = re.compile(rf"(https?)://(?:[^/?#]*@)?({_HOST}[/?][^#\x00-\x20\x7f]*)")
_FILE = re.compile(r"(file)://(/[^#\x00-\x20\x7f]*)")


def read_page(
    page_url: str, content_type: str, content: bytes, suffixes: tuple[str, ...]
) -> RawPage:
    """The page that was read from `page_url`, with the links to files whose names end so.

    content_type: names its format. FetchError if it is no such page.
    """
    kind = content_type.partition(";")[0].strip().lower()
    try:
        page = _FORMATS[kind](content, page_url, suffixes)
    except KeyError:
        raise FetchError(
            f"{page_url} is no page of a package index: its type is {kind[:80] or 'not given'}",
            hint="check the index URL; it often ends in /simple/",
        ) from None
    except codec.Malformed as error:
        raise FetchError(f"{page_url} is no page of a package index: {error}") from error
    if page.version.partition(".")[0] != "1":
        raise FetchError(
            f"{page_url} speaks version {page.version[:20]} of the index interface; 1 is understood"
        )
    return page


class Offered:
    """What one page offers of one project."""

    def __init__(self, base: str, project: NormalizedName, index: str) -> None:
        self._absolute = _Absolute(base)
        self._project = project
        self._index = index

    def candidate(
        self, link: Link, version: Version, kind: Literal["sdist", "wheel"] = "sdist"
    ) -> Candidate | None:
        """The file that `link` leads to; None if it may not be fetched or has an odd digest."""
        url = self._absolute(link.url, link.sha256)
        digest = link.sha256.lower() if link.sha256 else None
        if url is None or (digest and not _HEXADECIMAL.fullmatch(digest)):
            return None
        return Candidate(
            name=self._project,
            version=version,
            kind=kind,
            filename=link.filename,
            url=url,
            digest=Digest(digest) if digest else None,
            requires_python=_specifiers(link.requires_python) if link.requires_python else None,
            upload_time=_moment(link.upload_time) if link.upload_time else None,
            yanked=link.yanked,
            index=self._index,
        )


class _Absolute:
    """Links of one page as absolute URLs without credentials."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._secure = base.startswith("https:")
        self._local = base.startswith("file:")

    def __call__(self, url: str, digest: str | None) -> str | None:
        """None for what may not be fetched: another scheme, a file of this machine that a remote
        page names, or plain http without a digest where the page came by https.
        """
        if not url.startswith(("https://", "http://")):
            url = index_page.joined(self._base, url)
        found = _REMOTE.fullmatch(url) or (self._local and _FILE.fullmatch(url)) or None
        if found is None or (found[1] == "http" and self._secure and digest is None):
            return None
        return f"{found[1]}://{found[2]}"


@lru_cache(maxsize=4096)
def _specifiers(text: str) -> SpecifierSet | None:
    """None for what cannot be read: old releases have such, and pip ignores it too."""
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
