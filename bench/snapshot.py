"""Index pages and files in a folder, fetched from an upstream index where they are missing.

A page is kept as it was served, with its links turned into relative ones (`../../files/KEY/NAME`);
the folder `links` has the address behind each KEY.
"""

import hashlib
import html
import http.client
import json
import os
import re
import threading
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

_JSON = "application/vnd.pypi.simple.v1+json"
_ACCEPT = {True: f"{_JSON}, text/html;q=0.1", False: "text/html"}
_HREF = re.compile(r'(<a\s[^>]*?href=")([^"]*)(")', re.IGNORECASE)
_PATIENCE = 60
_TRIES = 4
_METADATA = ".metadata"


@dataclass(frozen=True, kw_only=True)
class Page:
    """A project's page."""

    kind: str
    """Its Content-Type."""
    body: bytes


class Snapshot:
    """A folder of pages and files; safe to use from several threads."""

    def __init__(self, folder: Path, upstream: str | None) -> None:
        self.misses = 0
        """How often the folder lacked something."""
        self._folder = folder
        self._upstream = upstream
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._pages: dict[tuple[str, bool], Page | None] = {}
        for name in ("pages", "files", "links"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._links: dict[str, str] = {}
        for path in (folder / "links").iterdir():
            self._links |= json.loads(path.read_bytes())

    def page(self, name: str, *, json: bool) -> Page | None:
        """The page of a project in the wished format, or another if the upstream has no other."""
        plain = re.sub(r"[-_.]+", "-", name).lower()
        with self._locks[plain]:
            if (plain, json) not in self._pages:
                self._pages[plain, json] = self._load(plain, json=json)
            return self._pages[plain, json]

    def file(self, key: str, filename: str) -> Path | None:
        """The file behind a link of some page, or the core metadata beside it (PEP 658)."""
        path = self._folder / "files" / key / filename
        with self._locks[key]:
            if path.parent.parent != self._folder / "files" or filename.startswith("."):
                return None
            if not path.is_file() and not self._download(key, path):
                return None
        return path

    def _load(self, name: str, *, json: bool) -> Page | None:
        path = self._folder / "pages" / f"{name}.{'json' if json else 'html'}"
        if not path.is_file() and not self._fetch_page(name, path, json=json):
            return None
        kind, _, body = path.read_bytes().partition(b"\n")
        return Page(kind=kind.decode(), body=body)

    def _fetch_page(self, name: str, path: Path, *, json: bool) -> bool:
        self.misses += 1
        if self._upstream is None:
            return False
        answer = _fetch(f"{self._upstream.rstrip('/')}/{name}/", _ACCEPT[json])
        if answer is None:
            return False
        body, kind, base = answer
        links: dict[str, str] = {}
        body = _relative(body, kind, lambda link: _shelved(urljoin(base, link), links))
        self._remember(name, links)
        _write(path, f"{kind}\n".encode() + body)
        return True

    def _remember(self, name: str, links: dict[str, str]) -> None:
        path = self._folder / "links" / f"{name}.json"
        known = json.loads(path.read_bytes()) if path.is_file() else {}
        _write(path, json.dumps({**known, **links}).encode())
        self._links |= links

    def _download(self, key: str, path: Path) -> bool:
        self.misses += 1
        url = self._links.get(key)
        if url is None or self._upstream is None:
            return False
        suffix = _METADATA if path.name.endswith(_METADATA) else ""
        answer = _fetch(url + suffix, "*/*")
        if answer is None:
            return False
        path.parent.mkdir(exist_ok=True)
        _write(path, answer[0])
        return True


def _shelved(url: str, links: dict[str, str]) -> str:
    """The relative link that stands for `url`; it is added to `links`."""
    plain, fragment = urldefrag(url)
    key = hashlib.sha256(plain.encode()).hexdigest()[:20]
    links[key] = plain
    name = quote(unquote(urlsplit(plain).path.rpartition("/")[2]))
    return f"../../files/{key}/{name}" + (f"#{fragment}" if fragment else "")


def _relative(body: bytes, kind: str, shelved: Callable[[str], str]) -> bytes:
    if "json" in kind:
        page: dict[str, Any] = json.loads(body)
        for file in page["files"]:
            file["url"] = shelved(file["url"])
        return json.dumps(page).encode()

    def replaced(found: re.Match[str]) -> str:
        return found[1] + html.escape(shelved(html.unescape(found[2]))) + found[3]

    return _HREF.sub(replaced, body.decode()).encode()


def _fetch(url: str, accept: str) -> tuple[bytes, str, str] | None:
    """Body, type and final address; None if there is no such thing."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    for attempt in range(_TRIES):
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
                return answer.read(), answer.headers["Content-Type"], answer.url
        except urllib.error.HTTPError as error:
            if error.code in {404, 410}:
                return None
            if attempt == _TRIES - 1:
                raise
        except (OSError, http.client.HTTPException):
            if attempt == _TRIES - 1:
                raise
    return None


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{threading.get_ident()}")
    part.write_bytes(content)
    os.replace(part, path)  # noqa: PTH105  as rename, said plainly
