"""Whom a waiting system call is addressed to, read from the memory of its process."""

import ipaddress
import os
import socket
import struct

from wheeltree.model.frozen import Frozen
from wheeltree.sandbox.notify import Call
from wheeltree.sandbox.seccomp import Numbers

_LONGEST = 128
"""Bytes of struct sockaddr_storage."""
_MESSAGE = struct.Struct("@PI")
"""The beginning of struct msghdr: where the address is, and how long."""
_MESSAGES, _STRIDE = 8, 64
"""How many of sendmmsg's are looked at, and the size of struct mmsghdr."""
_SHORTEST = 8
DNS = 53


class Address(Frozen):
    """An address of IPv4 or IPv6 with a port."""

    ip: str
    port: int
    six: bool
    """Whether it was given as an address of IPv6, which may stand for one of IPv4."""

    @property
    def own(self) -> bool:
        """Whether it is the job itself that is meant: loopback, or no address at all."""
        ip = ipaddress.ip_address(self.ip)
        return ip.is_loopback or ip.is_unspecified


def addresses(call: Call, calls: Numbers) -> tuple[Address, ...]:
    """The addresses of the internet that a call names.

    OSError if the memory of its process cannot be read.
    """
    _, second, third, _, fifth, sixth = call.arguments
    if call.number == calls.connect:
        found = [_read(call, second, third)]
    elif call.number == calls.sendto:
        found = [_read(call, fifth, sixth)]
    elif call.number == calls.sendmsg:
        found = [_named(call, second)]
    else:
        count = min(third & 0xFFFFFFFF, _MESSAGES)
        found = [_named(call, second + number * _STRIDE) for number in range(count)]
    return tuple(each for raw in found if (each := parsed(raw)))


def _named(call: Call, place: int) -> bytes:
    """The address of a message of sendmsg."""
    head = memory(call.thread, place, _MESSAGE.size)
    if len(head) < _MESSAGE.size:
        return b""
    at, length = _MESSAGE.unpack(head)
    return _read(call, at, length) if at else b""


def _read(call: Call, place: int, length: int) -> bytes:
    return memory(call.thread, place, min(length & 0xFFFFFFFF, _LONGEST))


def memory(thread: int, place: int, length: int) -> bytes:
    """Bytes of the memory of a thread; fewer, or none, where it has none there."""
    descriptor = os.open(f"/proc/{thread}/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.pread(descriptor, length, place) if place < 1 << 63 else b""
    except OSError:
        return b""  # the kernel will find so, too: EFAULT
    finally:
        os.close(descriptor)


def parsed(raw: bytes) -> Address | None:
    """A struct sockaddr; None if it is none of the internet."""
    if len(raw) < _SHORTEST:
        return None
    (family,) = struct.unpack_from("=H", raw)
    (port,) = struct.unpack_from("!H", raw, 2)
    if family == socket.AF_INET:
        return Address(ip=str(ipaddress.IPv4Address(raw[4:8])), port=port, six=False)
    if family == socket.AF_INET6 and len(raw) >= 24:  # noqa: PLR2004 - without the scope
        long = ipaddress.IPv6Address(raw[8:24])
        return Address(ip=str(long.ipv4_mapped or long), port=port, six=True)
    return None
