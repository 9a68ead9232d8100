"""What is told of attempts: each once, as much as is known, and how to declare it."""

import socket
import struct

from wheeltree.building.attempts import described, judged, refusal
from wheeltree.model.attempt import Attempt, Tolerance
from wheeltree.sandbox.addressed import parsed
from wheeltree.sandbox.told import Told, Trace
from wheeltree.sandbox.witness import Witness

GIT = (
    ("/usr/lib/git-core/git-remote-https", "origin", "https://github.com/c-util/c-siphash.git"),
    ("git", "clone", "https://github.com/c-util/c-siphash.git", "libcsiphash-1"),
    ("/env/bin/meson", "setup", "."),
    ("/env/bin/python", "/build/inside.py", "/build/hook.py"),
    ("whoever", "started", "it"),
)
CLONE = Attempt(
    host="github.com",
    port=443,
    means="tcp",
    url="https://github.com/c-util/c-siphash.git/info/refs?service=git-upload-pack",
    processes=GIT,
    folder="/build/src/subprojects",
)


def witness(*words: str) -> Witness:
    return Witness(process=1, processes=(words,), folder="/build/src")


def test_a_name_that_was_then_connected_to_is_told_once() -> None:
    told = Told()
    told.add(Trace("example.org", 0, "name", witness("curl")))
    told.add(Trace("example.org", 443, "tcp", witness("curl"))).tell("https://example.org")
    told.add(Trace("example.org", 443, "tcp", witness("curl"))).tell("https://example.org/a")
    told.add(Trace("other.org", 0, "name", witness("curl")))
    assert [each.destination for each in told.attempts()] == ["https://example.org/a", "other.org"]


def test_the_same_from_two_programs_is_told_twice() -> None:
    told = Told()
    for program in ("curl", "wget", "curl"):
        told.add(Trace("93.184.216.34", 4444, "tcp", witness(program)))
    assert [each.processes for each in told.attempts()] == [(("curl",),), (("wget",),)]


def test_an_attempt_is_described_with_its_processes_and_folder() -> None:
    assert described(CLONE) == (
        "https://github.com/c-util/c-siphash.git by "
        "`/usr/lib/git-core/git-remote-https origin https://github.com/c-util/c-siphash.git` < "
        "`git clone https://github.com/c-util/c-siphash.git libcsiphash-1` < "
        "`/env/bin/meson setup .`, in /build/src/subprojects"
    )


def test_a_refusal_says_how_to_declare_what_git_would_have_cloned() -> None:
    error = refusal("siphash24 1.9", "siphash24", [CLONE], details=["the log"])
    assert error.message == (
        "siphash24 1.9: its build tried to reach https://github.com/c-util/c-siphash.git"
    )
    assert "path: subprojects/libcsiphash-1}]" in error.hint
    assert "network: {tolerate: [{host: 'github.com', because: …}]}" in error.hint
    assert error.exit_code == 7


def test_a_project_of_an_index_is_a_build_requirement() -> None:
    url = "https://index.example/simple/setuptools/"
    wanted = Attempt(host="index.example", port=443, means="tcp", url=url)
    error = refusal("demo 1.0", "demo", [wanted], details=[])
    assert "build_requires: {add: [setuptools]}" in error.hint


def test_crates_are_vendored() -> None:
    wanted = Attempt(
        host="crates.example", port=443, means="tcp", processes=(("/usr/bin/cargo", "fetch"),)
    )
    assert "vendor: [cargo]" in refusal("demo 1.0", "demo", [wanted], details=[]).hint


def test_only_destinations_that_are_named_are_tolerated() -> None:
    time = Attempt(host="pool.ntp.org", port=123, means="udp")
    other = Attempt(host="evil.org", port=80, means="tcp", url="http://pool.ntp.org/")
    unknown = Attempt(host="", port=0, means="unreadable")
    said = [
        Tolerance(host="*.ntp.org", because="it has a clock"),
        Tolerance(host="*x", because="x"),
    ]
    tolerated, refused = judged([time, other, unknown], said)
    assert [(each.attempt, each.because) for each in tolerated] == [(time, "it has a clock")]
    assert refused == (other, unknown)


def test_what_a_build_says_cannot_steer_a_terminal() -> None:
    attempt = Attempt(host="a", port=1, means="tcp", processes=(("\x1b[2J\n", "x"),), folder="/\r")
    assert described(attempt).isprintable()


def test_addresses_of_the_internet_are_read_and_others_are_not() -> None:
    four = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s", 80, bytes([10, 0, 0, 1]))
    mapped = bytes(10) + b"\xff\xff" + bytes([127, 0, 0, 1])
    six = struct.pack("=H", socket.AF_INET6) + struct.pack("!HI16s", 443, 0, mapped)
    found = parsed(four + bytes(8)), parsed(six + bytes(4))
    assert [(each.ip, each.port, each.own) for each in found if each] == [
        ("10.0.0.1", 80, False),
        ("127.0.0.1", 443, True),
    ]
    assert parsed(struct.pack("=H", socket.AF_UNIX) + b"/run/x") is None
    assert parsed(b"\2") is None
