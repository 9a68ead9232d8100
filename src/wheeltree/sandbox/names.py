"""Answers the questions for names that a job asks (DNS), each with an address of its own.

Of the messages only the first question is read, and what is answered is one address or nothing.
"""

import ipaddress
import struct

from wheeltree.model.frozen import Frozen

_HEAD = struct.Struct("!6H")
_RESPONSE, _NO_SUCH_NAME = 0x8180, 3
_ADDRESS, _POINTER, _INTERNET = 1, 12, 1
_LONGEST = 253
_LOOPBACK = "127.0.0.1"
_FIRST = int(ipaddress.IPv4Address("198.18.0.1"))
"""Of the block that is set aside for tests of networks (RFC 2544)."""
_MOST = 100_000


class Question(Frozen):
    """What a message asks."""

    name: str
    """In lower case, without a dot at its end; what cannot be printed as `?`."""
    kind: int
    end: int
    """Where the question ends in the message."""


class Names:
    """The names that one job has asked for, each with the address that it was given."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def name_of(self, ip: str) -> str:
        """The name that was answered with `ip`, or `ip` itself."""
        return self._names.get(ip, ip)

    def answer(self, message: bytes) -> tuple[str, bytes] | None:
        """The name that is to be told as tried, "" for none, and the answer; None for no question.

        The job's own names are answered, and are nothing to tell.
        """
        question = read(message)
        if question is None:
            return None
        own = question.name == "localhost" or question.name.endswith(".localhost")
        if own or _is_own_pointer(question):
            address = _LOOPBACK if own and question.kind == _ADDRESS else ""
            return "", _reply(message, question, address, found=own)
        if question.kind == _POINTER:
            return question.name, _reply(message, question, "", found=False)
        address = self._address(question.name) if question.kind == _ADDRESS else ""
        return question.name, _reply(message, question, address, found=True)

    def _address(self, name: str) -> str:
        if name not in self._addresses and len(self._addresses) < _MOST:
            address = str(ipaddress.IPv4Address(_FIRST + len(self._addresses)))
            self._addresses[name], self._names[address] = address, name
        return self._addresses.get(name, "")


def read(message: bytes) -> Question | None:
    """The first question of a message; None if it has none that can be read."""
    if len(message) < _HEAD.size:
        return None
    labels, at = [], _HEAD.size
    while at < len(message) and (length := message[at]):
        if length > 63:  # noqa: PLR2004 - a pointer, or nothing that is known
            return None
        labels.append(message[at + 1 : at + 1 + length])
        at += 1 + length
    if at + 5 > len(message) or at > _HEAD.size + _LONGEST + 1:
        return None
    (kind,) = struct.unpack_from("!H", message, at + 1)
    name = b".".join(labels).decode("ascii", "replace").lower()
    shown = "".join(letter if letter.isprintable() and letter.isascii() else "?" for letter in name)
    return Question(name=shown, kind=kind, end=at + 5)


def _is_own_pointer(question: Question) -> bool:
    name = question.name
    return question.kind == _POINTER and (
        name.endswith(".127.in-addr.arpa") or name == ".".join("1" + "0" * 31) + ".ip6.arpa"
    )


def _reply(message: bytes, question: Question, address: str, *, found: bool) -> bytes:
    identity = struct.unpack_from("!H", message)[0]
    flags = _RESPONSE | (0 if found else _NO_SUCH_NAME)
    head = _HEAD.pack(identity, flags, 1, int(bool(address)), 0, 0)
    asked = message[_HEAD.size : question.end]
    if not address:
        return head + asked
    raw = ipaddress.IPv4Address(address).packed
    return head + asked + struct.pack("!HHHIH", 0xC00C, _ADDRESS, _INTERNET, 0, len(raw)) + raw
