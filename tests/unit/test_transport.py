"""Pages and files over HTTP from a server that cuts, redirects, refuses and lies."""

import base64
import gzip
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest
import stamina
import trustme
from keyring.backend import KeyringBackend
from keyring.credentials import Credential, SimpleCredential
from small_server import Reply, Seen, Server, file_with_ranges, netrc_file, serving

from wheeltree.errors import FetchError
from wheeltree.model.digest import digest_bytes
from wheeltree.transport import NotFound, Page, Transport, redact
from wheeltree.transport import client as transport_client

BODY = bytes(range(256)) * 2000
ETAG = {"ETag": '"v1"'}


class EmptyKeyring(KeyringBackend):
    """Has what a test puts into it, and notes what it was asked."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types here
        self.asked: list[str] = []
        self.known: dict[str, SimpleCredential] = {}

    def get_credential(self, service: str, username: str | None) -> Credential | None:
        self.asked.append(service)
        return self.known.get(service)

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def ring() -> Iterator[EmptyKeyring]:
    before, ring = keyring.get_keyring(), EmptyKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    stamina.set_testing(True, attempts=5, cap=True)
    yield
    stamina.set_testing(False)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport(environ={}, timeout=5) as transport:
        yield transport


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def behind(header: str, body: bytes = b"in") -> "Lock":
    return Lock(header, body)


class Lock:
    """Answers 401 to all but one Authorization header."""

    def __init__(self, header: str, body: bytes) -> None:
        self._header, self._body = header, body

    def __call__(self, seen: Seen) -> Reply:
        if seen.headers.get("authorization") == self._header:
            return Reply(body=self._body)
        return Reply(status=401)


class Failing:
    """Fails so many times, then answers."""

    def __init__(self, times: int, failure: Reply, then: Reply) -> None:
        self._times, self._failure, self._then = times, failure, then

    def __call__(self, _seen: Seen) -> Reply:
        self._times -= 1
        return self._failure if self._times >= 0 else self._then


# Pages


def test_a_page_has_its_type_and_content(server: Server, transport: Transport) -> None:
    headers = {"Content-Type": "text/html; charset=utf-8", "Last-Modified": "then", **ETAG}
    url = server.answer("/simple/x/", Reply(body=b"<a>", headers=headers))
    page = transport.get(url, accept="application/json")
    assert page == Page(
        url=url,
        status=200,
        content_type="text/html; charset=utf-8",
        content=b"<a>",
        etag='"v1"',
        last_modified="then",
    )
    assert server.seen[0].headers["accept"] == "application/json"


def test_a_compressed_page_is_decompressed(server: Server, transport: Transport) -> None:
    reply = Reply(body=gzip.compress(b"page"), headers={"Content-Encoding": "gzip"})
    assert transport.get(server.answer("/", reply)).content == b"page"


def test_an_expected_page_is_asked_for_before_it_is_got_and_only_once(
    server: Server, transport: Transport
) -> None:
    url = server.answer("/x", Reply(body=b"page"))
    transport.expect(url, accept="text/html")
    while not server.seen:
        time.sleep(0.01)
    assert transport.get(url, accept="text/html").content == b"page"
    assert [each.headers["accept"] for each in server.seen] == ["text/html"]


def test_an_expected_page_is_got_once_and_then_asked_for_again(
    server: Server, transport: Transport
) -> None:
    url = server.answer("/x", Reply(body=b"page"))
    transport.expect(url)
    transport.get(url)
    server.answer("/x", Reply(body=b"newer"))
    assert transport.get(url).content == b"newer"


def test_credentials_of_an_expected_page_are_kept_for_its_origin(
    server: Server, transport: Transport
) -> None:
    url = server.answer("/x", behind(basic("me", "secret")))
    transport.expect(url.replace("://", "://me:secret@"))
    assert transport.get(url).content == b"in"


def test_what_an_expected_page_fails_with_is_told_who_gets_it(
    server: Server, transport: Transport
) -> None:
    url = server.answer("/x", Reply(status=404))
    transport.expect(url)
    with pytest.raises(NotFound, match="/x: HTTP 404"):
        transport.get(url)


def test_a_file_is_read_when_it_is_got(tmp_path: Path, transport: Transport) -> None:
    file = tmp_path / "index.html"
    transport.expect(file.as_uri())
    file.write_bytes(b"page")
    assert transport.get(file.as_uri()).content == b"page"


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_page_is_not_found(server: Server, transport: Transport, status: int) -> None:
    url = server.answer("/x", Reply(status=status))
    with pytest.raises(NotFound, match=f"/x: HTTP {status}"):
        transport.get(url)
    assert len(server.seen) == 1


def test_an_unchanged_page_is_the_known_one(server: Server, transport: Transport) -> None:
    def answer(seen: Seen) -> Reply:
        same = seen.headers.get("if-none-match") == '"v1"'
        return Reply(status=304) if same else Reply(body=b"page", headers=ETAG)

    url = server.answer("/x", answer)
    page = transport.get(url)
    assert transport.get(url, known=page) is page


def test_a_page_without_etag_is_asked_for_by_date(server: Server, transport: Transport) -> None:
    url = server.answer("/x", Reply(body=b"page", headers={"Last-Modified": "then"}))
    transport.get(url, known=transport.get(url))
    assert server.seen[1].headers["if-modified-since"] == "then"


def test_a_page_without_end_is_refused(
    server: Server, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_client, "LARGEST_PAGE", 1000)
    bomb = Reply(body=gzip.compress(bytes(10**6)), headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="larger than 1000 bytes"):
        transport.get(server.answer("/", bomb))


def test_a_damaged_page_is_an_error(server: Server, transport: Transport) -> None:
    url = server.answer("/", Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError):
        transport.get(url)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(server: Server, transport: Transport, status: int) -> None:
    busy = Reply(status=status, headers={"Retry-After": "1"})
    url = server.answer("/x", Failing(2, busy, Reply(body=b"at last")))
    assert transport.get(url).content == b"at last"
    assert len(server.seen) == 3


def test_a_server_that_stays_busy_is_given_up(server: Server, transport: Transport) -> None:
    url = server.answer(
        "/x", Reply(status=503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    )
    with pytest.raises(FetchError, match=r"/x: HTTP 503 Service Unavailable \(tried 5 times\)"):
        transport.get(url)
    assert len(server.seen) == 5


def test_a_server_that_hangs_up_is_asked_again(server: Server, transport: Transport) -> None:
    url = server.answer("/x", Failing(1, Reply(body=b"half of it", cut=4), Reply(body=b"whole")))
    assert transport.get(url).content == b"whole"


def test_a_refused_connection_is_an_error_with_a_hint(transport: Transport) -> None:
    with serving() as gone:
        url = gone.url
    with pytest.raises(FetchError, match=r"tried 5 times") as caught:
        transport.get(f"{url}/x")
    assert "HTTPS_PROXY" in caught.value.hint


def test_other_refusals_are_not_repeated(server: Server, transport: Transport) -> None:
    url = server.answer("/x", Reply(status=403))
    with pytest.raises(FetchError, match="HTTP 403") as caught:
        transport.get(url)
    assert "netrc" in caught.value.hint
    assert len(server.seen) == 1


def test_many_threads_share_one_transport(server: Server, transport: Transport) -> None:
    for number in range(20):
        server.answer(f"/{number}", Reply(body=str(number).encode()))
    with ThreadPoolExecutor(8) as pool:
        pages = pool.map(lambda number: transport.get(f"{server.url}/{number}").content, range(20))
    assert list(pages) == [str(number).encode() for number in range(20)]


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(server: Server, transport: Transport, status: int) -> None:
    server.answer("/new/", Reply(body=b"here"))
    url = server.answer("/old", Reply(status=status, headers={"Location": "new/"}, body=b"moved"))
    page = transport.get(url)
    assert (page.content, page.url) == (b"here", f"{server.url}/new/")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://host/x", "gopher:x"])
def test_a_redirect_out_of_http_is_refused(
    server: Server, transport: Transport, target: str
) -> None:
    url = server.answer("/x", Reply(status=302, headers={"Location": target}))
    with pytest.raises(FetchError, match=r"redirect|cannot fetch from"):
        transport.get(url)


def test_redirects_in_a_circle_end(server: Server, transport: Transport) -> None:
    url = server.answer("/x", Reply(status=302, headers={"Location": "/x"}))
    with pytest.raises(FetchError, match="more than 10 redirects"):
        transport.get(url)


def test_credentials_do_not_follow_a_redirect_to_another_origin(
    server: Server, transport: Transport
) -> None:
    with serving() as other:
        other.answer("/y", Reply(body=b"y"))
        server.answer("/x", Reply(status=302, headers={"Location": f"{other.url}/y"}))
        transport.get(f"{server.url}/x".replace("//", "//me:secret@"))
        assert "authorization" in server.seen[0].headers
        assert "authorization" not in other.seen[0].headers


def test_credentials_in_a_redirect_are_not_used(server: Server, transport: Transport) -> None:
    server.answer("/y", Reply(body=b"y"))
    target = f"{server.url}/y".replace("//", "//evil:login@")
    transport.get(server.answer("/x", Reply(status=302, headers={"Location": target})))
    assert "authorization" not in server.seen[1].headers


# Credentials


def test_credentials_of_a_url_are_sent_and_never_shown(
    server: Server, transport: Transport
) -> None:
    server.answer("/x", behind(basic("me", "p@ss")))
    url = f"{server.url}/x".replace("//", "//me:p%40ss@")
    assert transport.get(url).url == f"{server.url}/x"
    server.answer("/x", Reply(status=403))
    with pytest.raises(FetchError) as caught:
        transport.get(url)
    assert "p%40ss" not in str(caught.value)


def test_credentials_of_one_url_hold_for_its_origin(server: Server, transport: Transport) -> None:
    server.answer("/files/x", behind(basic("me", "secret")))
    assert (
        transport.learn(f"{server.url}/simple/#x".replace("//", "//me:secret@", 1))
        == f"{server.url}/simple/"
    )
    assert transport.get(f"{server.url}/files/x").content == b"in"


def test_two_indexes_of_one_host_keep_their_own_credentials(
    server: Server, transport: Transport
) -> None:
    server.answer("/a/x", behind(basic("a", "1")))
    server.answer("/b/x", behind(basic("b", "2")))
    transport.learn(f"{server.url}/a/".replace("//", "//a:1@", 1))
    transport.learn(f"{server.url}/b/".replace("//", "//b:2@", 1))
    assert transport.get(f"{server.url}/a/x").content == b"in"
    assert transport.get(f"{server.url}/b/x").content == b"in"


def test_netrc_is_read_but_not_its_default(server: Server, tmp_path: Path) -> None:
    server.answer("/x", behind(basic("me", "secret")))
    environ = netrc_file(tmp_path, "machine 127.0.0.1 login me password secret\n")
    with Transport(environ=environ) as transport:
        assert transport.get(f"{server.url}/x").content == b"in"
    environ = netrc_file(tmp_path, "default login me password secret\n")
    with Transport(environ=environ) as transport, pytest.raises(FetchError, match="HTTP 401"):
        transport.get(f"{server.url}/x")


def test_a_broken_netrc_is_an_error_that_names_it(server: Server, tmp_path: Path) -> None:
    environ = netrc_file(tmp_path, "nonsense\n")
    with Transport(environ=environ) as transport, pytest.raises(FetchError, match="netrc"):
        transport.get(f"{server.url}/x")


def test_the_keyring_is_asked_once_and_after_401_only(
    server: Server, transport: Transport, ring: EmptyKeyring
) -> None:
    host = server.url.removeprefix("http://")
    ring.known[host] = SimpleCredential("me", "secret")
    server.answer("/open", Reply(body=b"open"))
    transport.get(f"{server.url}/open")
    assert not ring.asked
    for path in ("/x", "/y"):
        server.answer(path, behind(basic("me", "secret")))
        assert transport.get(server.url + path).content == b"in"
    assert ring.asked == [f"{server.url}/x", server.url, host]
    assert [seen.path for seen in server.seen] == ["/open", "/x", "/x", "/y"]


def test_401_without_credentials_says_where_to_put_them(
    server: Server, transport: Transport
) -> None:
    url = server.answer("/x", Reply(status=401))
    with pytest.raises(FetchError, match="HTTP 401") as caught:
        transport.get(url)
    assert "~/.netrc" in caught.value.hint


def test_cookies_are_not_kept(server: Server, transport: Transport) -> None:
    url = server.answer("/x", Reply(body=b"x", headers={"Set-Cookie": "session=1"}))
    transport.get(url)
    transport.get(url)
    assert "cookie" not in server.seen[1].headers


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@host/x", "https://host/x"),
        ("https://token@host:8443/x?a@b", "https://host:8443/x?a@b"),
        ("https://host/x@y", "https://host/x@y"),
        ("https://me:a@b@host/", "https://host/"),
        ("https://me:[@[bad", "https://[bad"),
        ("not a url", "not a url"),
    ],
)
def test_redact_takes_out_the_credentials_of_any_text(url: str, shown: str) -> None:
    assert redact(url) == shown


# Downloads


def test_a_download_is_written_and_hashed(
    server: Server, transport: Transport, tmp_path: Path
) -> None:
    url = server.answer("/x.tar.gz", Reply(body=BODY, headers={"Content-Encoding": "gzip"}))
    assert transport.download(url, tmp_path / "x") == digest_bytes(BODY)
    assert (tmp_path / "x").read_bytes() == BODY


@pytest.mark.parametrize("headers", [ETAG, {"Last-Modified": "then"}, {}, {"ETag": 'W/"weak"'}])
def test_a_cut_download_is_continued(
    server: Server, transport: Transport, tmp_path: Path, headers: dict[str, str]
) -> None:
    answer = file_with_ranges(BODY, cuts=[200_000, 100_000], headers=headers)
    digest = transport.download(server.answer("/x", answer), tmp_path / "x")
    assert digest == digest_bytes(BODY)
    assert (tmp_path / "x").read_bytes() == BODY
    assert server.ranges() == ["", "bytes=200000-", "bytes=300000-"]
    strong: list[str | None] = [text for text in headers.values() if not text.startswith("W/")]
    assert [seen.headers.get("if-range") for seen in server.seen[1:]] == 2 * (strong or [None])


def test_a_cut_download_starts_again_without_range(
    server: Server, transport: Transport, tmp_path: Path
) -> None:
    url = server.answer("/x", Failing(2, Reply(body=BODY, cut=9000), Reply(body=BODY)))
    assert transport.download(url, tmp_path / "x") == digest_bytes(BODY)
    assert (tmp_path / "x").read_bytes() == BODY


def test_a_file_that_changed_meanwhile_starts_again(
    server: Server, transport: Transport, tmp_path: Path
) -> None:
    replies = [
        Reply(body=b"old" * 99, headers=ETAG, cut=50),
        Reply(body=b"new" * 99, headers={"ETag": '"v2"'}),
    ]
    digest = transport.download(server.answer("/x", lambda _: replies.pop(0)), tmp_path / "x")
    assert digest == digest_bytes(b"new" * 99)


@pytest.mark.parametrize("place", ["bytes 0-99/512000", "bytes 50-99/100", "pages 1-2/3", ""])
def test_a_wrong_range_starts_again(
    server: Server, transport: Transport, tmp_path: Path, place: str
) -> None:
    wrong = Reply(status=206, body=b"other", headers={"Content-Range": place})
    replies = [Reply(body=BODY, headers=ETAG, cut=5000), wrong, Reply(body=BODY)]
    digest = transport.download(server.answer("/x", lambda _: replies.pop(0)), tmp_path / "x")
    assert digest == digest_bytes(BODY)
    assert server.ranges() == ["", "bytes=5000-", ""]


def test_a_range_that_the_server_denies_starts_again(
    server: Server, transport: Transport, tmp_path: Path
) -> None:
    replies = [Reply(body=BODY, headers=ETAG, cut=5000), Reply(status=416), Reply(body=BODY)]
    digest = transport.download(server.answer("/x", lambda _: replies.pop(0)), tmp_path / "x")
    assert digest == digest_bytes(BODY)


def test_a_length_that_never_comes_is_an_error_and_leaves_nothing(
    server: Server, transport: Transport, tmp_path: Path
) -> None:
    url = server.answer("/x", Reply(body=b"short", headers={"Content-Length": "100"}, cut=5))
    with pytest.raises(FetchError, match="tried 5 times"):
        transport.download(url, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_leaves_nothing(
    server: Server, transport: Transport, tmp_path: Path
) -> None:
    with pytest.raises(NotFound):
        transport.download(f"{server.url}/x", tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


# Files


def test_a_file_url_is_read_even_offline(tmp_path: Path) -> None:
    path = tmp_path / "a b.tar.gz"
    path.write_bytes(BODY)
    with Transport(offline=True) as transport:
        page = transport.get(path.as_uri())
        assert (page.content, page.content_type) == (BODY, "application/octet-stream")
        assert transport.download(path.as_uri(), tmp_path / "copy") == digest_bytes(BODY)
    assert (tmp_path / "copy").read_bytes() == BODY


def test_a_folder_of_a_file_index_is_its_index_page(tmp_path: Path, transport: Transport) -> None:
    (tmp_path / "index.html").write_bytes(b"<html>")
    page = transport.get(tmp_path.as_uri())
    assert page == Page(
        url=f"{tmp_path.as_uri()}/", status=200, content_type="text/html", content=b"<html>"
    )


def test_what_is_no_file_is_refused(tmp_path: Path, transport: Transport) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(FetchError, match="not a file"):
        transport.get((tmp_path / "fifo").as_uri())
    with pytest.raises(NotFound):
        transport.download((tmp_path / "none").as_uri(), tmp_path / "x")


@pytest.mark.parametrize(
    "url",
    [
        "file://host/etc/passwd",
        "file:relative",
        "ftp://host/x",
        "https://",
        "https://host:port/",
        "http://[x/",
        "x",
        "file:///a%00b",
    ],
)
def test_a_url_that_cannot_be_fetched_says_so(
    transport: Transport, url: str, tmp_path: Path
) -> None:
    with pytest.raises(FetchError):
        transport.download(url, tmp_path / "x")


def test_offline_refuses_the_network_with_a_hint(tmp_path: Path) -> None:
    with (
        Transport(offline=True) as transport,
        pytest.raises(FetchError, match="--offline") as caught,
    ):
        transport.download("https://index.example/x", tmp_path / "x")
    assert "--plan-only" in caught.value.hint


# Proxies, certificates, start-up


def test_the_proxy_of_the_environment_is_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer("http://index.example/x", Reply(body=b"by proxy"))
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with Transport(environ={}) as transport:
        assert transport.get("http://index.example/x").content == b"by proxy"


@pytest.mark.parametrize(
    "name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CURL_CA_BUNDLE"]
)
def test_certificates_that_cannot_be_read_are_an_error(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _name_certificates(monkeypatch, name, "/no/such/file")
    with Transport(environ={}) as transport, pytest.raises(FetchError, match=name):
        transport.get(f"{server.url}/x")


def _name_certificates(monkeypatch: pytest.MonkeyPatch, variable: str, path: str) -> None:
    for other in ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, path)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"])
def test_an_authority_of_ones_own_is_trusted_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "own.pem")
    with serving(context) as server, Transport(environ={}) as transport:
        url = server.answer("/x", Reply(body=b"for us only"))
        with pytest.raises(FetchError, match="certificate"):
            transport.get(url)
    _name_certificates(monkeypatch, name, str(tmp_path / "own.pem"))
    with serving(context) as server, Transport(environ={}) as transport:
        assert transport.get(server.answer("/x", Reply(body=b"ours"))).content == b"ours"


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys; from wheeltree.transport import Transport; Transport().close();"
        "print(sorted({'httpx2', 'stamina', 'keyring', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
