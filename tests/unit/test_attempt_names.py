"""How names are answered that a job asks for, and what is told of them."""

import struct

import pytest

from wheeltree.sandbox.names import Names, read


def question(name: str, kind: int = 1) -> bytes:
    labels = b"".join(bytes([len(each)]) + each.encode() for each in name.split("."))
    return struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)


def test_each_name_has_an_address_of_its_own() -> None:
    names = Names()
    told, answer = names.answer(question("Example.ORG")) or ("", b"")
    assert told == "example.org"
    assert answer[:2] == struct.pack("!H", 7)
    assert answer[-4:] == bytes([198, 18, 0, 1])
    names.answer(question("example.com"))
    assert [names.name_of(f"198.18.0.{n}") for n in (1, 2, 3)] == [
        "example.org",
        "example.com",
        "198.18.0.3",
    ]


def test_of_ipv6_there_is_none() -> None:
    told, answer = Names().answer(question("example.org", kind=28)) or ("", b"")
    assert told == "example.org"
    assert answer == struct.pack("!6H", 7, 0x8180, 1, 0, 0, 0) + question("example.org", 28)[12:]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("localhost", 1), ("me.localhost", 28), ("1.0.0.127.in-addr.arpa", 12)],
)
def test_names_of_the_job_itself_are_nothing_to_tell(name: str, kind: int) -> None:
    told, _ = Names().answer(question(name, kind)) or ("?", b"")
    assert told == ""


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\0" * 11,
        struct.pack("!6H", 7, 0, 1, 0, 0, 0) + b"\x05abc",
        struct.pack("!6H", 7, 0, 1, 0, 0, 0) + b"\xc0\x0c\0\x01\0\x01",
        struct.pack("!6H", 7, 0, 1, 0, 0, 0) + b"\x3f" * 64 * 5 + b"\0\0\x01\0\x01",
    ],
)
def test_what_is_no_question_has_no_answer(message: bytes) -> None:
    assert Names().answer(message) is None


def test_a_name_cannot_steer_a_terminal() -> None:
    asked = question("a\x1b[31m.b")
    found = read(asked)
    assert found is not None
    assert found.name == "a?[31m.b"
