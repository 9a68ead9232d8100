"""URLs taken apart: origin, credentials, path of a file URL."""

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from wheeltree.errors import FetchError

_USERINFO = re.compile(r"//[^/?#]*@")
_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Whom credentials belong to."""

    scheme: str
    host: str
    port: int


def redact(url: str) -> str:
    """`url` without user name and password, for messages; never fails."""
    return _USERINFO.sub("//", url, count=1)


def public(url: str) -> str:
    """`url` as it may be published: without user name, password, query and fragment."""
    return redact(url).partition("#")[0].partition("?")[0]


def split(url: str) -> SplitResult:
    """`url` taken apart; FetchError if it is no URL that can be fetched."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise FetchError(f"{redact(url)!r} is not a URL: {error}") from error
    if parts.scheme not in {"http", "https", "file"}:
        raise FetchError(
            f"{redact(url)!r}: cannot fetch from {parts.scheme or 'no scheme'!r}",
            hint="use an https, http or file URL",
        )
    if parts.scheme != "file" and not parts.hostname:
        raise FetchError(f"{redact(url)!r} names no host")
    return parts


def bare(parts: SplitResult) -> str:
    """The URL without credentials and without fragment."""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def origin(parts: SplitResult) -> Origin:
    """Scheme, host and port of an http or https URL."""
    return Origin(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])


def redirected(url: str, location: str) -> str:
    """Where a redirect from `url` goes, without credentials.

    FetchError where it would leave https or HTTP altogether.
    """
    old, new = split(url), split(urljoin(url, location))
    if new.scheme not in {old.scheme, "https"}:
        raise FetchError(
            f"{redact(url)}: refused to follow a redirect from {old.scheme} to {new.scheme}",
            hint="the server or a proxy on the way is wrong or hostile; ask who runs it",
        )
    return bare(new)


def path_of(parts: SplitResult) -> Path:
    """The path that a file URL names; FetchError if it is on another machine."""
    if parts.netloc not in {"", "localhost"}:
        raise FetchError(
            f"{redact(urlunsplit(parts))}: a file URL cannot name the machine {parts.hostname!r}",
            hint="write file:///absolute/path",
        )
    path = unquote(parts.path)
    if "\0" in path or not path.startswith("/"):
        raise FetchError(f"{unquote(urlunsplit(parts))!r} names no absolute path")
    return Path(path)
