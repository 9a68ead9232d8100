"""The system calls that a job may not make, as a seccomp program of the kernel's classic BPF.

It closes what namespaces leave open: AF_VSOCK reaches the host of a virtual machine from any
network namespace, keyrings are shared with the host, io_uring makes calls that no filter sees, a
user namespace of its own would hand a job all capabilities again, and TIOCSTI types into the user's
terminal.
"""

import struct

from wheeltree.model.frozen import Frozen

_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97
_FAMILIES = (1, 2, 10, 16)
"""AF_UNIX, AF_INET, AF_INET6, AF_NETLINK."""
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_CLONE_NEWUSER = 0x10000000

_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24
"""Offsets in struct seccomp_data: call, architecture, low halves of its first two arguments."""
_FIFTH = (48, 52)
"""Both halves of the fifth: where the address of sendto is, 0 on a socket that is connected."""
_ALLOW, _ERRNO, _ASK = 0x7FFF0000, 0x00050000, 0x7FC00000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06


class _Calls(Frozen):
    architecture: int
    socket: int
    ioctl: int
    clone: int
    unshare: int
    refused: tuple[int, ...]
    """add_key, request_key, keyctl."""


_MACHINES = {
    "x86_64": _Calls(
        architecture=0xC000003E,
        socket=41,
        ioctl=16,
        clone=56,
        unshare=272,
        refused=(248, 249, 250),
    ),
    "aarch64": _Calls(
        architecture=0xC00000B7,
        socket=198,
        ioctl=29,
        clone=220,
        unshare=97,
        refused=(217, 218, 219),
    ),
}


class Numbers(Frozen):
    """The numbers of the system calls by which a program reaches the network, on one machine."""

    architecture: int
    connect: int
    sendto: int
    sendmsg: int
    sendmmsg: int
    seccomp: int


_NUMBERS = {
    "x86_64": Numbers(
        architecture=0xC000003E, connect=42, sendto=44, sendmsg=46, sendmmsg=307, seccomp=317
    ),
    "aarch64": Numbers(
        architecture=0xC00000B7, connect=203, sendto=206, sendmsg=211, sendmmsg=269, seccomp=277
    ),
}
_ABSENT = (425, 426, 427, 435)
"""io_uring's three and clone3, whose flags a filter cannot read: glibc then uses clone."""
_X32 = 0x40000000


def program(machine: str) -> bytes:
    """The filter for `machine` as an array of struct sock_filter; empty for an unknown one."""
    if (calls := _MACHINES.get(machine)) is None:
        return b""
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        *_unless_equal(calls.architecture, _ENOSYS),
        _step(_LOAD, _NUMBER),
        *_when(_AT_LEAST, _X32, _ENOSYS),
        *(step for call in _ABSENT for step in _when(_EQUAL, call, _ENOSYS)),
        *(step for call in calls.refused for step in _when(_EQUAL, call, _EPERM)),
        *_argument(calls.socket, _FIRST, _families()),
        *_argument(calls.ioctl, _SECOND, _terminal()),
        *_argument(calls.clone, _FIRST, _when(_ANY_BIT, _CLONE_NEWUSER, _EPERM)),
        *_argument(calls.unshare, _FIRST, _when(_ANY_BIT, _CLONE_NEWUSER, _EPERM)),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps)


def numbers(machine: str) -> Numbers | None:
    """The calls of `machine`; None for an unknown one."""
    return _NUMBERS.get(machine)


def watching(calls: Numbers) -> bytes:
    """A filter that asks before each call which may reach the network, and forbids nothing."""
    ask = _step(_RETURN, _ASK)
    given = (_step(_EQUAL, 0, 1, 0), ask)
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        *(_step(_EQUAL, calls.architecture, 1, 0), _step(_RETURN, _ALLOW)),
        _step(_LOAD, _NUMBER),
        *(
            step
            for call in (calls.connect, calls.sendmsg, calls.sendmmsg)
            for step in (_step(_EQUAL, call, 0, 1), ask)
        ),
        *(_step(_EQUAL, calls.sendto, 1, 0), _step(_RETURN, _ALLOW)),
        *(step for half in _FIFTH for step in (_step(_LOAD, half), *given)),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps)


def _step(code: int, operand: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, operand)


def _when(test: int, operand: int, error: int) -> list[bytes]:
    return [_step(test, operand, 0, 1), _step(_RETURN, _ERRNO | error)]


def _unless_equal(operand: int, error: int) -> list[bytes]:
    return [_step(_EQUAL, operand, 1, 0), _step(_RETURN, _ERRNO | error)]


def _argument(call: int, offset: int, tests: list[bytes]) -> list[bytes]:
    """Apply `tests` to one argument of `call`; they may fall through to "allowed"."""
    body = [_step(_LOAD, offset), *tests, _step(_RETURN, _ALLOW)]
    return [_step(_EQUAL, call, 0, len(body)), *body]


def _families() -> list[bytes]:
    count = len(_FAMILIES)
    allowed = [_step(_EQUAL, family, count - at, 0) for at, family in enumerate(_FAMILIES)]
    return [*allowed, _step(_RETURN, _ERRNO | _EAFNOSUPPORT)]


def _terminal() -> list[bytes]:
    return [*_when(_EQUAL, _TIOCSTI, _EPERM), *_when(_EQUAL, _TIOCLINUX, _EPERM)]
