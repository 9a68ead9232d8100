"""What jobs try to reach over the network is named, whatever they do it with."""

import shutil
import socket
import tempfile
import time
from pathlib import Path

import pytest

from support.clients import CLIENTS, PYTHON, Client, job
from wheeltree.sandbox.authority import Authority
from wheeltree.sandbox.base import Job, Outcome, Sandbox, within
from wheeltree.sandbox.bubblewrap import Bubblewrap
from wheeltree.sandbox.unshare import Unshare

QUICK = 30.0
"""Seconds that the slowest may take on a busy machine; some take a minute without a trap."""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def _sandbox(kind: str, authority: Authority | None) -> Sandbox:
    if kind == "unshare":
        return Unshare(authority)
    bwrap = shutil.which("bwrap")
    assert bwrap is not None, "these tests need bubblewrap"
    return Bubblewrap(bwrap, authority)


@pytest.fixture(params=["bubblewrap", "unshare"])
def sandbox(request: pytest.FixtureRequest, authority: Authority) -> Sandbox:
    return _sandbox(request.param, authority)


def run(sandbox: Sandbox, work: Job) -> tuple[Outcome, str]:
    with tempfile.TemporaryFile() as log:
        outcome = sandbox.run(work, log=log.fileno(), patience=within(120))
        log.seek(0)
        return outcome, log.read().decode(errors="replace")


def python(sandbox: Sandbox, code: str, folder: Path) -> tuple[Outcome, str]:
    """What a piece of Python does inside."""
    client = Client(
        script=f"exec {PYTHON} code.py", destination="", program="", files={"code.py": code}
    )
    return run(sandbox, job(client, folder))


def told(outcome: Outcome) -> list[str]:
    return [each.destination for each in outcome.attempts]


@pytest.mark.parametrize("name", CLIENTS)
def test_what_a_client_wants_is_named(name: str, authority: Authority, tmp_path: Path) -> None:
    client = CLIENTS[name]
    outcome, output = run(_sandbox("bubblewrap", authority), job(client, tmp_path))
    assert client.destination in told(outcome), output
    assert (outcome.returncode != 0) == client.fails, output
    assert outcome.seconds < QUICK
    named = next(each for each in outcome.attempts if each.destination == client.destination)
    assert client.program in " ".join(word for words in named.processes for word in words)
    assert named.folder.startswith("/build/src")


@pytest.mark.parametrize("name", ["curl", "git", "the time", "a name", "an address"])
def test_our_own_launcher_names_the_same(name: str, authority: Authority, tmp_path: Path) -> None:
    client = CLIENTS[name]
    outcome, output = run(_sandbox("unshare", authority), job(client, tmp_path))
    assert client.destination in told(outcome), output


def test_without_an_authority_the_host_is_named(tmp_path: Path) -> None:
    outcome, _ = run(_sandbox("bubblewrap", None), job(CLIENTS["curl"], tmp_path))
    assert told(outcome) == ["https://code.example"]


# What is no attempt

OWN = """
import os, socket, threading
for family, place in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    with socket.create_server((place, 0), family=family) as server:
        with socket.create_connection(server.getsockname()[:2]) as client:
            served, _ = server.accept()
            served.sendall(b"x")
            assert client.recv(1) == b"x"
socket.getaddrinfo("localhost", 80)
socket.getaddrinfo(socket.gethostname(), 80)
socket.getfqdn()
left, right = socket.socketpair()
socket.send_fds(left, [b"x"], [0])
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    one.bind(("127.0.0.1", 0))
    one.sendto(b"x", one.getsockname())
    one.sendmsg([b"y"], [], 0, one.getsockname())
    assert one.recv(1) + one.recv(1) == b"xy"
try:
    socket.create_connection(("127.0.0.1", 1))
except ConnectionRefusedError:
    print("fine")
"""


def test_a_job_that_talks_to_itself_attempts_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    outcome, output = python(sandbox, OWN, tmp_path)
    assert (output, outcome.attempts) == ("fine\n", ())


def test_asking_for_ones_own_address_is_no_attempt(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """
import socket
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(("203.0.113.1", 80))
print(client.getsockname()[0])
"""
    outcome, output = python(sandbox, code, tmp_path)
    assert (output, outcome.attempts) == ("127.0.0.1\n", ())


# What hides


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("client.sendto(b'x', ('203.0.113.1', 99))", "ENETUNREACH"),
        ("client.sendmsg([b'x'], [], 0, ('203.0.113.1', 99))", "ENETUNREACH"),
    ],
)
def test_datagrams_are_named(call: str, error: str, sandbox: Sandbox, tmp_path: Path) -> None:
    code = f"""
import errno, socket
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    {call}
except OSError as refusal:
    print(errno.errorcode[refusal.errno])
"""
    outcome, output = python(sandbox, code, tmp_path)
    assert (output, told(outcome)) == (f"{error}\n", ["203.0.113.1:99"])


def test_a_fast_open_is_named(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """
import socket
client = socket.socket()
try:
    client.sendto(b"GET / HTTP/1.0\\r\\n\\r\\n", socket.MSG_FASTOPEN, ("203.0.113.1", 80))
except OSError:
    print("refused")
"""
    outcome, output = python(sandbox, code, tmp_path)
    assert (output, told(outcome)) == ("refused\n", ["203.0.113.1:80"])


def test_addresses_of_ipv6_are_named(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """
import socket
for place in ("2001:db8::1", "::ffff:203.0.113.7"):
    with socket.socket(socket.AF_INET6) as client:
        client.settimeout(20)
        client.connect_ex((place, 8080))
"""
    outcome, output = python(sandbox, code, tmp_path)
    assert told(outcome) == ["[2001:db8::1]:8080", "203.0.113.7:8080"], output


def test_what_a_job_left_behind_tried_is_named(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """
import os, socket, sys, time
if os.fork():
    time.sleep(2)
    sys.exit()
os.setsid()
if os.fork():
    os._exit(0)
socket.socket().connect_ex(("203.0.113.1", 80))
"""
    outcome, _ = python(sandbox, code, tmp_path)
    assert told(outcome) == ["203.0.113.1:80"]


def test_a_process_that_cannot_be_dumped_is_read(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """
import ctypes, socket
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
socket.socket().connect_ex(("203.0.113.1", 80))
"""
    outcome, _ = python(sandbox, code, tmp_path)
    assert len(outcome.attempts) == 1
    assert outcome.attempts[0].destination in ("203.0.113.1:80", "an unknown address")


def test_a_job_cannot_answer_for_us_nor_hold_us_up(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """
import socket, threading
socket.socket().connect_ex(("203.0.113.1", 80))
place = None
for line in open("/proc/net/tcp").read().splitlines()[1:]:
    local, state = line.split()[1], line.split()[3]
    if state == "0A":
        place = ("127.0.0.1", int(local.split(":")[1], 16))
full = []
for _ in range(300):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(place)
    full.append(client)
socket.socket().connect_ex(("203.0.113.2", 80))
print("done")
"""
    outcome, output = python(sandbox, code, tmp_path)
    assert output == "done\n"
    assert told(outcome) == ["203.0.113.1:80", "203.0.113.2:80"]
    assert outcome.seconds < QUICK


def test_a_flood_of_attempts_is_bounded(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """
import socket
for number in range(1500):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        try:
            client.sendto(b"x", (f"203.0.{number >> 8}.{number & 255}", 9))
        except OSError:
            pass
"""
    outcome, _ = python(sandbox, code, tmp_path)
    assert len(outcome.attempts) == 400


# Nothing is left


def test_nothing_is_left_of_a_trap(sandbox: Sandbox, tmp_path: Path) -> None:
    def held() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), len(
            list(Path("/proc/self/task").iterdir())
        )

    run(sandbox, job(CLIENTS["curl"], tmp_path))
    before = held()
    for name in ("curl", "the time", "a name"):
        run(sandbox, job(CLIENTS[name], tmp_path))
    last = time.monotonic() + 10
    # Fewer may be left: what the first one began may have ended only now.
    while not _within(held(), before) and time.monotonic() < last:
        time.sleep(0.1)
    assert _within(held(), before), (held(), before)


def _within(found: tuple[int, int], most: tuple[int, int]) -> bool:
    return found[0] <= most[0] and found[1] <= most[1]


def test_the_thread_that_asks_for_a_job_can_use_the_network_itself(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    run(sandbox, job(CLIENTS["a name"], tmp_path))
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()),
    ):
        server.accept()[0].close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", 9))


def test_an_authority_is_made_once_and_its_key_is_nobodys(tmp_path: Path) -> None:
    first, second = Authority(tmp_path), Authority(tmp_path)
    assert first.certificate == second.certificate
    assert "PRIVATE" not in first.certificate
    assert (tmp_path / "authority.pem").stat().st_mode & 0o777 == 0o600
