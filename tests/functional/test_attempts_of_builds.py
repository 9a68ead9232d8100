"""Builds that try to reach the network fail, say how to declare what they need, and no others do."""

from dataclasses import replace
from pathlib import Path

import pytest
from workshop import Workshop, demo, wheel_bytes

from wheeltree.errors import AttemptedNetwork
from wheeltree.model.attempt import Tolerance
from wheeltree.model.spec import BuildSpec
from wheeltree.session.closing import sandbox_of

FALLBACK = """
import subprocess
subprocess.run(["curl", "-sS", "-O", "https://code.example/parts/libpart-1.0.tar.gz"])
found["demo/part.txt"] = b"the bundled one"
"""
SERVER = """
import http.server, threading, urllib.request
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
try:
    urllib.request.urlopen(f"http://localhost:{server.server_port}/")
except OSError as answer:
    found["demo/part.txt"] = str(answer.code).encode()
"""
ASKING = """
def get_requires_for_build_wheel(settings=None):
    import socket
    try:
        socket.create_connection(("code.example", 443), timeout=20)
    except OSError:
        pass
    return []
"""


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    made = Workshop(tmp_path)
    made.sandbox = sandbox_of(None, made.store)
    return made


def tolerating(spec: BuildSpec, host: str) -> BuildSpec:
    said = Tolerance(host=host, because="it has the part itself")
    return replace(spec, recipe=replace(spec.recipe, tolerances=(said,)))


def test_a_build_that_goes_on_without_what_it_tried_to_get_has_failed(shop: Workshop) -> None:
    spec = shop.project(demo(FALLBACK))
    with pytest.raises(AttemptedNetwork) as caught:
        shop.realise(spec)
    error = caught.value
    url = "https://code.example/parts/libpart-1.0.tar.gz"
    assert error.message == f"demo 1.0: its build tried to reach {url}"
    assert error.details[0] == f"tried {url} by `curl -sS -O {url}`, in /build/src"
    assert f"extra_sources: [{{url: '{url}', sha256: …, path: …}}]" in error.hint
    assert error.exit_code == 7
    assert f"-- refused: {url}" in (shop.logs / "demo==1.0.log").read_text()


def test_a_tolerated_attempt_is_recorded_with_its_reason(shop: Workshop) -> None:
    artifact = shop.realise(tolerating(shop.project(demo(FALLBACK)), "code.example"))
    (known,) = artifact.tolerated
    assert known.because == "it has the part itself"
    assert known.attempt.destination == "https://code.example/parts/libpart-1.0.tar.gz"
    assert "-- tolerated: https://code.example/" in (shop.logs / "demo==1.0.log").read_text()


def test_another_host_than_the_tolerated_one_fails(shop: Workshop) -> None:
    with pytest.raises(AttemptedNetwork):
        shop.realise(tolerating(shop.project(demo(FALLBACK)), "other.example"))


def test_what_a_backend_tries_when_it_is_asked_counts(shop: Workshop) -> None:
    files = demo()
    files["maker.py"] += ASKING
    with pytest.raises(AttemptedNetwork, match=r"tried to reach code\.example:443"):
        shop.inquire(shop.project(files), metadata=False)


def test_a_build_with_a_server_of_its_own_attempts_nothing(shop: Workshop) -> None:
    assert shop.realise(shop.project(demo(SERVER))).tolerated == ()


def test_a_wheel_is_the_same_with_and_without_a_trap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = """
import os, socket, ssl
found["demo/seen.txt"] = repr((
    sorted(os.listdir("/etc")), socket.gethostname(), socket.gethostbyname("localhost"),
)).encode()
"""
    shops = [Workshop(tmp_path / name) for name in ("with", "without")]
    with_trap = wheel_bytes(shops[0], shops[0].project(demo(listing)))
    monkeypatch.setattr("wheeltree.sandbox.notify.watch_this_thread", lambda _machine: None)
    assert wheel_bytes(shops[1], shops[1].project(demo(listing))) == with_trap
