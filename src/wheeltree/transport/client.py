"""`Transport`: pages and files by URL, wherever they are."""

import hashlib
import os
import stat
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from wheeltree.errors import FetchError
from wheeltree.model.digest import Digest
from wheeltree.transport.address import path_of, split
from wheeltree.transport.credentials import Credentials
from wheeltree.transport.page import NotFound, Page

if TYPE_CHECKING:  # for its name only: it is imported where it is used, being slow
    from wheeltree.transport.http import Http

LARGEST_PAGE = 64 << 20
"""Bytes of a page; the largest honest index page is a tenth of it."""
LARGEST_FILE = 8 << 30
"""Bytes of an archive."""
_CHUNK = 1 << 20
_TYPES = {
    ".html": "text/html",
    ".json": "application/vnd.pypi.simple.v1+json",
    ".v1_json": "application/vnd.pypi.simple.v1+json",
}


class Transport:
    """Pages and files by URL, over one pool of connections; for use from many threads at once.

    offline: refuse everything but file URLs.
    timeout: seconds to connect, and between two chunks of an answer.
    attempts: how often one request is tried where the failure may pass.
    environ: where NETRC and HOME are looked up.

    Proxies and CAs come from the process environment: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY,
    SSL_CERT_FILE, SSL_CERT_DIR, PIP_CERT, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE.
    """

    def __init__(
        self,
        *,
        offline: bool = False,
        timeout: float = 30.0,
        attempts: int = 5,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._offline = offline
        self._timeout = timeout
        self._attempts = attempts
        self._credentials = Credentials(environ)
        self._lock = Lock()
        self._http: list[Http] = []
        self._expected: dict[tuple[str, str | None], Future[Page]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            while self._http:
                self._http.pop().close()

    def learn(self, url: str) -> str:
        """`url` without credentials and fragment; its credentials are kept for its origin."""
        return self._credentials.learn(url)

    def authorization(self, url: str) -> str | None:
        """What is sent to `url` unasked, as an Authorization header; None if nothing is."""
        login = self._credentials.login(self.learn(url))
        return None if login is None else login.header

    def get(self, url: str, *, accept: str | None = None, known: Page | None = None) -> Page:
        """The page at `url`; for a folder's file URL, the index.html in it.

        accept: value of the Accept header.
        known: an earlier answer; it is returned itself if the server says that it still holds.

        NotFound if there is none; FetchError for every other failure.
        """
        address = self.learn(url)
        if split(address).scheme == "file":
            return _read_page(address)
        expected = self._expected.pop((address, accept), None)
        return expected.result() if expected else self._ask(address, accept, known)

    def expect(self, url: str, *, accept: str | None = None) -> None:
        """Begin to ask for the page at `url`, in a thread: the next `get` of it has the answer.

        Nothing waits for an answer that is never asked for, not even the end of the program.
        """
        address = self.learn(url)
        if split(address).scheme != "file":
            answer = self._expected[address, accept] = Future()
            Thread(target=self._answer, args=(answer, address, accept), daemon=True).start()

    def _answer(self, answer: "Future[Page]", url: str, accept: str | None) -> None:
        try:
            answer.set_result(self._ask(url, accept, None))
        except BaseException as error:  # noqa: BLE001  whoever gets the page must hear of it
            answer.set_exception(error)

    def _ask(self, url: str, accept: str | None, known: Page | None) -> Page:
        headers = {"Accept": accept} if accept else {}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        elif known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return self._online(url).get(url, headers, known)

    def download(self, url: str, into: Path) -> Digest:
        """The bytes at `url`, written into the file `into` and hashed; their SHA-256.

        A transfer that is cut continues where the server allows it, and else starts again.
        After a failure `into` does not exist. NotFound, FetchError.
        """
        address = self.learn(url)
        try:
            if split(address).scheme == "file":
                return _copy(address, into)
            return self._online(address).download(address, into)
        except BaseException:
            into.unlink(missing_ok=True)
            raise

    def _online(self, url: str) -> "Http":
        if self._offline:
            raise FetchError(
                f"{url}: not fetched, because --offline was given",
                hint="run once without --offline (or with --plan-only); later runs need no network",
            )
        return self.ready()

    def ready(self) -> "Http":
        """The client for requests over the network, which takes computing when it is first asked.

        Whoever begins requests and computes on asks before: else the two delay each other.
        """
        with self._lock:
            if not self._http:
                self._http.append(self._client())
            return self._http[0]

    def _client(self) -> "Http":
        from wheeltree.transport.certificates import trusted  # noqa: PLC0415  as the next

        authorities = trusted()
        from wheeltree.transport.http import Http  # noqa: PLC0415  # 0.3 s that a no-op run saves

        return Http(
            credentials=self._credentials,
            timeout=self._timeout,
            attempts=self._attempts,
            largest_page=LARGEST_PAGE,
            largest_file=LARGEST_FILE,
            trusted=authorities.result(),
        )


def _read_page(url: str) -> Page:
    path = path_of(split(url))
    base = url
    if path.is_dir():
        path /= "index.html"
        base = url if url.endswith("/") else f"{url}/"
    file = _open(url, path)
    with os.fdopen(file, "rb") as page:
        content = page.read(LARGEST_PAGE + 1)
    if len(content) > LARGEST_PAGE:
        raise FetchError(f"{url}: the page is larger than {LARGEST_PAGE} bytes")
    kind = _TYPES.get(path.suffix, "application/octet-stream")
    return Page(url=base, status=200, content_type=kind, content=content)


def _copy(url: str, into: Path) -> Digest:
    digest = hashlib.sha256()
    with os.fdopen(_open(url, path_of(split(url))), "rb") as source, into.open("wb") as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
    return Digest(digest.hexdigest())


def _open(url: str, path: Path) -> int:
    """A descriptor of the plain file at `path`; O_NONBLOCK so that a FIFO cannot stop the run."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"{url}: no such file") from error
    except OSError as error:
        raise FetchError(f"{url}: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FetchError(f"{url}: not a file")
    return file
