"""Requests over HTTP with retries and redirects; the one user of httpx2 and stamina."""

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import TypeVar

import httpx2
import stamina

from wheeltree.errors import FetchError
from wheeltree.model.digest import Digest
from wheeltree.transport.address import redirected
from wheeltree.transport.certificates import UNTRUSTED
from wheeltree.transport.credentials import Credentials
from wheeltree.transport.page import NotFound, Page
from wheeltree.transport.transfer import Cut, Transfer

T = TypeVar("T")

_REDIRECTS = 10
_LONGEST_WAIT = 30.0
"""Seconds; a server may ask for more by Retry-After and does not get it."""
_SMALL = 1 << 16
_GONE = {404, 410}
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_NOT_MODIFIED = 304
_WHOLE = {200, 203}
_PART = {200, 206, 416}


class _Unwell(Exception):
    """The server could not answer now; `after` is what it asks to wait, in seconds."""

    def __init__(self, message: str, after: float | None) -> None:
        super().__init__(message)
        self.after = after


class Http:
    """One client with its pool of connections, used from many threads at once.

    timeout: seconds to connect, and between two chunks.
    attempts: how often one request is tried.
    largest_page, largest_file: bytes after which an answer is refused.
    trusted: what trusts the authorities of servers; None for those of the system.
    """

    def __init__(
        self,
        *,
        credentials: Credentials,
        timeout: float,
        attempts: int,
        largest_page: int,
        largest_file: int,
        trusted: ssl.SSLContext | None,
    ) -> None:
        self._credentials = credentials
        self._attempts = attempts
        self._largest_page = largest_page
        self._largest_file = largest_file
        # Without a handler of its own, a retry would be printed by logging's last resort.
        logging.getLogger("stamina").addHandler(logging.NullHandler())
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(timeout, pool=None),
            limits=httpx2.Limits(
                max_connections=32, max_keepalive_connections=32, keepalive_expiry=60
            ),
            headers={"User-Agent": "wheeltree"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            verify=trusted or _of_the_system(),
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(self, url: str, headers: Mapping[str, str], known: Page | None) -> Page:
        """The page at `url`; `known` itself if the server says that it has not changed."""
        return self._retrying(url, lambda: self._page(url, headers, known))

    def download(self, url: str, into: Path) -> Digest:
        """The bytes at `url` written into the file `into`; their digest."""
        with into.open("wb") as file:
            transfer = Transfer(file)
            return self._retrying(url, lambda: self._receive(url, transfer))

    def _page(self, url: str, headers: Mapping[str, str], known: Page | None) -> Page:
        with self._answer(url, headers) as (hop, response):
            if known is not None and response.status_code == _NOT_MODIFIED:
                return known
            _check(url, response, _WHOLE)
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > self._largest_page:
                    raise FetchError(f"{url}: the page is larger than {self._largest_page} bytes")
        return Page(
            url=hop,
            status=response.status_code,
            content_type=response.headers.get("content-type", ""),
            content=bytes(content),
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
        )

    def _receive(self, url: str, transfer: Transfer) -> Digest:
        # The bytes as they are stored: an archive must not be decoded on its way.
        headers = {"Accept-Encoding": "identity", **transfer.headers()}
        with self._answer(url, headers) as (_, response):
            _check(url, response, _PART)
            transfer.begin(response.status_code, response.headers)
            # Without a chunk size: one would hold bytes back, and lose them with the connection.
            for chunk in response.iter_raw():
                transfer.take(chunk)
                if transfer.size > self._largest_file:
                    raise FetchError(f"{url}: the file is larger than {self._largest_file} bytes")
        return transfer.finish()

    @contextmanager
    def _answer(
        self, url: str, headers: Mapping[str, str]
    ) -> Iterator[tuple[str, httpx2.Response]]:
        """The first answer that is no redirect, unread, and the URL that it came from."""
        hop = url
        for _ in range(_REDIRECTS + 1):
            response = self._ask(hop, headers)
            try:
                if not response.has_redirect_location:
                    yield hop, response
                    return
                hop = redirected(hop, response.headers["location"])
                _drain(response)
            finally:
                response.close()
        raise FetchError(f"{url}: more than {_REDIRECTS} redirects")

    def _ask(self, url: str, headers: Mapping[str, str]) -> httpx2.Response:
        login = self._credentials.login(url)
        response = self._send(url, {**headers, "Authorization": login.header} if login else headers)
        if response.status_code != httpx2.codes.UNAUTHORIZED:
            return response
        better = self._credentials.after_refusal(url, login)
        if better is None:
            return response
        _drain(response)
        response.close()
        return self._send(url, {**headers, "Authorization": better.header})

    def _send(self, url: str, headers: Mapping[str, str]) -> httpx2.Response:
        try:
            request = self._client.build_request("GET", url, headers=headers)
        except httpx2.InvalidURL as error:
            raise FetchError(f"{url!r} is not a URL: {error}") from error
        return self._client.send(request, stream=True)

    def _retrying(self, url: str, work: Callable[[], T]) -> T:
        try:
            for attempt in stamina.retry_context(
                on=_patience,
                attempts=self._attempts,
                timeout=None,
                wait_initial=0.2,
                wait_max=5.0,
                wait_jitter=0.3,
            ):
                with attempt:
                    return work()
        except (httpx2.HTTPError, httpx2.StreamError, _Unwell, Cut) as error:
            raise _failure(url, error, self._attempts) from error
        raise AssertionError("the loop returns or raises")


def _patience(error: Exception) -> bool | float:
    """Whether to try again after `error`, or the seconds to wait before."""
    if isinstance(error, _Unwell):
        return True if error.after is None else min(error.after, _LONGEST_WAIT)
    if isinstance(error, (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)):
        return False
    return isinstance(error, (httpx2.TransportError, Cut)) and not _untrusted(error)


def _untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _failure(url: str, error: Exception, attempts: int) -> FetchError:
    if _untrusted(error):
        return FetchError(
            f"{url}: the server's certificate is not trusted: {error}",
            hint=UNTRUSTED,
        )
    tries = f" (tried {attempts} times)" if _patience(error) is not False else ""
    cause = str(error) or type(error).__name__
    hint = "check the network, HTTPS_PROXY and NO_PROXY, and run again"
    return FetchError(f"{url}: {cause}{tries}", hint=hint)


def _check(url: str, response: httpx2.Response, fine: set[int]) -> None:
    """Raise unless the answer has what was asked for."""
    status = response.status_code
    if status in fine:
        return
    said = f"{url}: HTTP {status} {response.reason_phrase}".rstrip()
    if status in _BUSY:
        raise _Unwell(said.removeprefix(f"{url}: "), _wait(response.headers.get("retry-after", "")))
    if status in _GONE:
        raise NotFound(said)
    raise FetchError(said, hint=_REMEDIES.get(status, ""))


_LOGIN = (
    "put the credentials into ~/.netrc (machine HOST login NAME password SECRET), the keyring, "
    "or the index URL"
)
_REMEDIES = {
    401: _LOGIN,
    403: _LOGIN,
    407: "put the proxy's credentials into HTTPS_PROXY (http://NAME:SECRET@HOST:PORT)",
}


def _wait(text: str) -> float | None:
    """Seconds that a Retry-After header asks for; None if it asks for nothing readable."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _drain(response: httpx2.Response) -> None:
    """Read a short body that nobody wants, so that the connection can be used again."""
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) <= _SMALL:
        for _ in response.iter_raw():
            pass


def _of_the_system() -> ssl.SSLContext:
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        raise FetchError(
            f"the system: cannot read the certificates to trust: {error}",
            hint="set SSL_CERT_FILE to a file of PEM certificates",
        ) from error
