"""`builder serve`: pip, uv and less friendly clients against the real server."""

import contextlib
import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from store_victim import tiny_artifact

from wheeltree.store.local import Store
from wheeltree.store.publishing import publish, shelve
from wheeltree.store.view import Published, Showing, View
from wheeltree.store.wheelhouse import occupy

BUILDER = (str(Path(sys.executable).with_name("builder")), "serve")
PIP = (sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--no-cache-dir")
UV = (str(Path(sys.executable).with_name("uv")), "--no-config")
JSON = "application/vnd.pypi.simple.v1+json"
LOOPBACKS = ["127.0.0.1", "localhost"]
if "00000000000000000000000000000001 " in Path("/proc/net/if_inet6").read_text():
    LOOPBACKS.append("::1")
BIG = os.urandom(30_000_000)


@dataclass(kw_only=True)
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    index: str

    @property
    def port(self) -> int:
        return int(self.index.split(":")[2].split("/")[0])

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; nothing is done to the path on the way."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            spelled = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=spelled)
            reply = connection.getresponse()
            head = {name.lower(): value for name, value in reply.getheaders()}
            return reply.status, head, reply.read()
        finally:
            connection.close()

    def say(self, text: bytes) -> bytes:
        """What the server answers to these bytes, until it has no more to say."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(text)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Exit status and standard error after this signal; the URL was all of its output."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        assert out == ""
        return self.process.returncode, err


@contextmanager
def serving(house: Path, *words: str) -> Iterator[Served]:
    command = [*BUILDER, str(house), "--port", "0", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith("http://"), process.stderr and process.stderr.read()
            yield Served(process=process, index=line.strip())
        finally:
            process.kill()


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """alpha needs foo-bar, of which there is a newer one among the tools; big is big."""
    folder = tmp_path_factory.mktemp("published")
    store = Store(folder / "store")
    requires = "Requires-Dist: foo-bar\n"
    alpha = tiny_artifact(store, "alpha", "1.0", source=b"new", requires=requires)
    tool = tiny_artifact(store, "foo_bar", "9.0")
    rest = [
        tiny_artifact(store, "foo_bar", "1.0+local"),
        tiny_artifact(store, "big", "1.0", source=BIG),
    ]
    with occupy(folder / "wheel house", print) as house:
        wheels = [
            Published(artifact=each, install=each is not tool) for each in (alpha, tool, *rest)
        ]
        documents = {"plan.json": b"{}\n", "logs/alpha-1.0.log": b"secret"}
        publish(store, house, Showing.alone(View(wheels=shelve(store, house, wheels))), documents)
    # As a variant will have it.
    shutil.copytree(house.root / "build", house.root / "cuda130" / "build")
    (house.root / "cuda130" / "pool").symlink_to(house.root / "pool")
    (house.root / "cuda130" / "simple").symlink_to("/etc")
    (folder / "outside.txt").write_text("secret")
    return house.root


@pytest.fixture(scope="module")
def server(wheelhouse: Path) -> Iterator[Served]:
    with serving(wheelhouse) as served:
        yield served


@pytest.fixture(scope="module")
def big(server: Served) -> str:
    """The path of the big wheel."""
    (found,) = json.loads(server.ask("/simple/big/", Accept=JSON)[2])["files"]
    return f"/{found['url'].removeprefix('../../')}"


# Installers


@pytest.mark.parametrize("kept", ["both", "index.html", "index.v1_json"])
def test_pip_and_uv_install_by_html_and_by_json(
    wheelhouse: Path, tmp_path: Path, kept: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(wheelhouse, copy, symlinks=True)
    for name in {"index.html", "index.v1_json"} - {kept} if kept != "both" else set():
        # The first says that this is a wheelhouse.
        for page in copy.glob(f"simple/*/{name}"):
            page.unlink()
    with serving(copy) as served:
        source = ["--index-url", served.index]
        _run([*PIP, "install", *source, "--target", str(tmp_path / "pip"), "alpha"])
        target = ["--target", str(tmp_path / "uv"), "--python", sys.executable]
        _run([*UV, "--no-cache", "pip", "install", *source, *target, "alpha"])
    for each in ("pip", "uv"):
        assert (tmp_path / each / "alpha.py").read_text() == "new"
        assert (tmp_path / each / "foo_bar-1.0+local.dist-info").is_dir()


def test_the_index_of_tools_has_what_only_builds_used(server: Served, tmp_path: Path) -> None:
    url = server.index.replace("/simple/", "/build/simple/")
    _run([*PIP, "download", "--index-url", url, "--dest", str(tmp_path), "foo_bar"])
    assert [path.name for path in tmp_path.iterdir()] == ["foo_bar-9.0-py3-none-any.whl"]


def test_metadata_is_enough_to_resolve(wheelhouse: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(wheelhouse, copy, symlinks=True)
    for wheel in copy.glob("pool/*/*/*.whl"):
        wheel.unlink()
    (tmp_path / "in.txt").write_text("alpha\n")
    with serving(copy) as served:
        words = ["--index-url", served.index, "--python", sys.executable]
        done = _run([*UV, "--no-cache", "pip", "compile", *words, str(tmp_path / "in.txt")])
    assert "foo-bar==1.0+local" in done


def test_uv_with_a_cache_sees_what_was_published_meanwhile(tmp_path: Path) -> None:
    store, root = Store(tmp_path / "store"), tmp_path / "house"
    (tmp_path / "in.txt").write_text("alpha\n")
    found = []
    _publish(store, root, "1.0")
    with serving(root) as served:
        words = ["--index-url", served.index, "--python", sys.executable]
        for version in ("1.0", "2.0"):
            _publish(store, root, version)
            cache = ["--cache-dir", str(tmp_path / "cache")]
            done = _run([*UV, *cache, "pip", "compile", *words, str(tmp_path / "in.txt")])
            found += re.findall(r"^alpha==.*", done, re.MULTILINE)
    assert found == ["alpha==1.0", "alpha==2.0"]


# Pages and files


def test_a_page_comes_in_the_format_that_is_asked_for(server: Served) -> None:
    _, html, _ = server.ask("/simple/alpha/")
    _, versioned, _ = server.ask("/simple/alpha/", Accept="application/vnd.pypi.simple.v1+html")
    _, json_, body = server.ask("/simple/alpha/", Accept=f"text/html;q=0.5, {JSON}")
    assert html["content-type"] == "text/html; charset=utf-8"
    assert versioned["content-type"] == "application/vnd.pypi.simple.v1+html"
    assert json_["content-type"] == JSON
    assert json.loads(body)["name"] == "alpha"
    assert len({each["etag"] for each in (html, versioned, json_)}) == 3
    for each in (html, versioned, json_):
        assert each["vary"] == "Accept"
        assert each["cache-control"] == "no-cache"
        assert each["x-content-type-options"] == "nosniff"
        assert "server" not in each


def test_a_format_that_is_unknown_is_refused_with_those_that_there_are(server: Served) -> None:
    status, headers, body = server.ask("/simple/", Accept="application/vnd.pypi.simple.v9+json")
    assert status == 406
    assert headers["vary"] == "Accept"
    assert JSON.encode() in body


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/simple", "./simple/"),
        ("/simple/alpha", "./alpha/"),
        ("/simple/Foo_Bar/?x=//y.test", "../foo-bar/"),
        ("/cuda130/build/simple/FOO%5fBAR", "./foo-bar/"),
    ],
)
def test_other_spellings_are_redirected(server: Served, path: str, target: str) -> None:
    status, headers, _ = server.ask(path)
    assert (status, headers["location"]) == (301, target)


@pytest.mark.parametrize("path", ["/simple/alpha/", "/plan.json", "big", "/none"])
def test_head_says_what_get_does(server: Served, big: str, path: str) -> None:
    path = big if path == "big" else path
    full, head = server.ask(path), server.ask(path, "HEAD", Range="bytes=0-1")
    for _, headers, _ in (full, head):
        del headers["date"]
    assert head == (full[0], full[1], b"")


def test_a_file_is_served_whole_and_may_be_kept(server: Served, wheelhouse: Path, big: str) -> None:
    status, headers, body = server.ask(big)
    assert status == 200
    assert body == (wheelhouse / big[1:]).read_bytes()
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["accept-ranges"] == "bytes"
    assert "vary" not in headers


def test_parts_of_a_file_are_served(server: Served, wheelhouse: Path, big: str) -> None:
    content = (wheelhouse / big[1:]).read_bytes()
    size = len(content)
    for header, start, end in [
        ("bytes=0-9", 0, 10),
        ("bytes=1000000-2999999", 1_000_000, 3_000_000),
        ("bytes=-22", size - 22, size),
        (f"bytes={size - 1}-{size + 9}", size - 1, size),
    ]:
        status, headers, body = server.ask(big, Range=header)
        assert status == 206
        assert headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert body == content[start:end]
    status, headers, _ = server.ask(big, Range=f"bytes={size}-")
    assert (status, headers["content-range"]) == (416, f"bytes */{size}")
    assert server.ask("/plan.json", Range="bytes=0-0,2-2")[::2] == (200, b"{}\n")


def test_a_part_of_something_else_is_not_served(server: Served) -> None:
    own = server.ask("/plan.json")[1]["etag"]
    assert server.ask("/plan.json", Range="bytes=0-0", If_Range=own)[::2] == (206, b"{")
    assert server.ask("/plan.json", Range="bytes=0-0", If_Range='"other"')[::2] == (200, b"{}\n")
    assert server.ask("/plan.json", Range="bytes=9-", If_Range='"other"')[0] == 200


def test_what_a_client_has_is_not_sent_again(server: Served) -> None:
    own = server.ask("/simple/alpha/", Accept=JSON)[1]["etag"]
    status, headers, body = server.ask("/simple/alpha/", Accept=JSON, If_None_Match=f'"a", {own}')
    assert (status, body) == (304, b"")
    assert (headers["etag"], headers["vary"]) == (own, "Accept")
    assert server.ask("/simple/alpha/", Accept="text/html", If_None_Match=own)[0] == 200


def test_who_asks_often_on_one_connection_does_not_wait_for_each_answer(server: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    with contextlib.closing(connection):
        begun, times = time.monotonic(), []
        for _ in range(20):
            connection.request("GET", "/simple/alpha/")
            connection.getresponse().read()
            times.append(time.monotonic() - begun)
            begun = time.monotonic()
    # Two small packets in a row cost 40 ms each time where the second waits for an answer.
    assert sorted(times)[5] < 0.03


# Attacks


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "X"]
)
def test_nothing_can_be_done_but_to_read(server: Served, method: str) -> None:
    status, headers, _ = server.ask("/plan.json", method)
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "target",
    [
        *(
            "/../../etc/passwd",
            "/../outside.txt",
            "/simple/../../outside.txt",
            "/.//../outside.txt",
        ),
        *("/%2e%2e/outside.txt", "/%2E%2E%2Foutside.txt", "/..%2foutside.txt", "/..%5coutside.txt"),
        *("/%252e%252e/outside.txt", "//etc/passwd", "///etc/passwd", "/%2fetc/passwd", "/~root/"),
        *("/.builder/published.json", "/%2ebuilder/published.json", "/simple/../.builder/lock"),
        *("/logs/alpha-1.0.log", "/%6cogs/alpha-1.0.log", "/logs/", "/", "/pool/", "/build/"),
        *("/cuda130/simple/passwd", "/cuda130/simple/", "/cuda130/simple", "/cuda130/pool/"),
        *("/plan.json%00", "/plan.json%00.html", "/%ff%fe", "/plan.json/", "/simple/%0d%0aX:y/"),
        *("//x.test/simple/Foo_Bar", "http://x.test/plan.json", "file:///etc/passwd", "*"),
    ],
)
def test_no_target_leads_to_what_is_not_public(server: Served, target: str) -> None:
    answer = server.say(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.endswith(b"\r\n\r\nnot found\n")


@pytest.mark.parametrize(
    "text",
    [
        b"GET /plan.json\x1b[2J HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /plan.json HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: x\r\n\r\n",
    ],
    ids=["an escape", "a byte", "no host", "TLS", "endless", "smuggled"],
)
def test_what_is_no_request_is_refused(server: Served, text: bytes) -> None:
    with contextlib.suppress(ConnectionResetError):
        assert server.say(text).startswith(b"HTTP/1.1 4")
    assert server.ask("/plan.json")[0] == 200


def test_clients_that_go_away_or_stall_hold_up_nobody(server: Served, big: str) -> None:
    before = _descriptors(server)
    request = f"GET {big} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    stalled = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
    try:
        for each in stalled:
            each.sendall(request)
        assert server.ask("/simple/alpha/")[0] == 200
    finally:
        for each in stalled:
            each.close()
    _until(lambda: _descriptors(server) <= before)


def test_too_many_clients_hold_it_up_only_while_they_are_there(wheelhouse: Path) -> None:
    with serving(wheelhouse) as served:
        resource.prlimit(served.process.pid, resource.RLIMIT_NOFILE, (24, 24))
        idle: list[socket.socket] = []
        try:
            idle = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(40)]
            time.sleep(0.5)
        finally:
            for each in idle:
                each.close()
        _until(lambda: served.ask("/plan.json")[0] == 200)
        code, err = served.end()
    assert code == 130
    assert err == "note     OSError: [Errno 24] Too many open files\nerror: stopped\n"


# Publishing meanwhile


def test_a_request_sees_the_old_or_the_new_and_nothing_between(tmp_path: Path) -> None:
    store, root = Store(tmp_path / "store"), tmp_path / "house"
    _publish(store, root, "1.0")
    ended = threading.Event()
    with serving(root) as served, ThreadPoolExecutor(2) as readers:
        found = [readers.submit(_wheels_seen, served, ended) for _ in range(2)]
        try:
            for number in range(12):
                _publish(store, root, f"{number % 2 + 1}.0")
        finally:
            ended.set()
        for each in found:
            assert each.result() == {"alpha-1.0-py3-none-any.whl", "alpha-2.0-py3-none-any.whl"}


def _wheels_seen(served: Served, ended: threading.Event) -> set[str]:
    """The files that the page of alpha had, each of them as it said or gone."""
    seen = set()
    while not ended.is_set():
        status, headers, body = served.ask("/simple/alpha/", Accept=JSON)
        assert (status, len(body)) == (200, int(headers["content-length"]))
        (file,) = json.loads(body)["files"]
        status, _, wheel = served.ask(f"/{file['url'].removeprefix('../../')}")
        # A wheel goes when no page points to it any more.
        assert status == 404 or (status, len(wheel)) == (200, file["size"])
        seen.add(file["filename"])
    return seen


# Its end, and what keeps it from beginning


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_130_though_a_download_goes_on(
    wheelhouse: Path, big: str, number: int
) -> None:
    with (
        serving(wheelhouse) as served,
        socket.create_connection(("127.0.0.1", served.port)) as slow,
    ):
        slow.sendall(f"GET {big} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert slow.recv(100).startswith(b"HTTP/1.1 200 ")
        begun = time.monotonic()
        assert served.end(number) == (130, "error: stopped\n")
        assert time.monotonic() - begun < 10


def test_a_port_can_be_taken_again_at_once_and_not_twice(wheelhouse: Path) -> None:
    with serving(wheelhouse) as served:
        port = str(served.port)
        command = [*BUILDER, str(wheelhouse), "--port", port]
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert served.ask("/plan.json")[0] == 200
        assert second.returncode == 2
        assert second.stderr == (
            f"error: cannot listen at 127.0.0.1 port {port}: Address already in use\n"
            "hint: choose another with --port, or any free one with --port 0\n"
        )
        served.end(signal.SIGKILL)
    with serving(wheelhouse, "--port", port) as again:
        assert again.port == int(port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "", "a..b", "\x1b[2J"])
def test_an_address_that_is_not_of_this_machine_is_refused(wheelhouse: Path, host: str) -> None:
    command = [*BUILDER, str(wheelhouse), "--host", host, "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: cannot listen at ")
    assert "hint: --host takes an address of this machine" in done.stderr
    assert "\x1b" not in done.stderr


def test_it_listens_on_this_machine_only_unless_it_is_told_otherwise(server: Served) -> None:
    assert server.index == f"http://127.0.0.1:{server.port}/simple/"
    found = Path("/proc/net/tcp").read_text()
    assert f" 0100007F:{server.port:04X} 00000000:0000 0A " in found


@pytest.mark.parametrize("host", LOOPBACKS)
def test_the_url_is_one_that_clients_can_use(wheelhouse: Path, host: str) -> None:
    with serving(wheelhouse, "--host", host) as served, httpx2.Client(trust_env=False) as client:
        assert client.get(served.index).status_code == 200


def _publish(store: Store, root: Path, version: str) -> None:
    with occupy(root, print) as house:
        artifact = tiny_artifact(store, "alpha", version, source=version.encode() * 99)
        wheels = shelve(store, house, [Published(artifact=artifact, install=True)])
        publish(store, house, Showing.alone(View(wheels=wheels)), {})


def _run(command: list[str]) -> str:
    own = re.compile(r"(PIP|UV)_.*|.*_proxy", re.IGNORECASE)
    environment = {name: value for name, value in os.environ.items() if not own.fullmatch(name)}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _descriptors(served: Served) -> int:
    return len(os.listdir(f"/proc/{served.process.pid}/fd"))


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if true():
                return
        time.sleep(0.1)
    assert true()
