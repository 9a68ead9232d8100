"""A small program that opens sockets in the network namespace of a job, and hands them out.

It is started as `python -I -S foothold.py USER NETWORK CHANNEL` with descriptors of the two
namespaces and of a Unix socket, and only when a job has tried to reach the network for the first
time. It imports nothing of wheeltree. Whoever made the user namespace has all capabilities in it,
so that no privilege is needed; but only a process of one thread can enter one.
"""

import contextlib
import ctypes
import os
import socket
import sys

_NEWUSER, _NEWNET = 0x10000000, 0x40000000


def main() -> None:
    """Send the sockets of `trap`, in its order; those of IPv6 only where there is IPv6."""
    user, network, channel = map(int, sys.argv[1:])
    _enter(user, _NEWUSER)
    _enter(network, _NEWNET)
    opened = [_names(), _bound(socket.AF_INET), _listening(socket.AF_INET)]
    with contextlib.suppress(OSError):
        opened += [_bound(socket.AF_INET6), _listening(socket.AF_INET6)]
    with socket.socket(fileno=channel) as answer:
        socket.send_fds(answer, [b"."], [each.fileno() for each in opened])


def _enter(namespace: int, kind: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, kind) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "setns")


def _names() -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    found.bind(("127.0.0.1", 53))
    return found


def _bound(family: int) -> socket.socket:
    found = socket.socket(family, socket.SOCK_DGRAM)
    found.bind((_loopback(family), 0))
    return found


def _listening(family: int) -> socket.socket:
    found = socket.socket(family, socket.SOCK_STREAM)
    found.bind((_loopback(family), 0))
    found.listen(128)
    return found


def _loopback(family: int) -> str:
    return "127.0.0.1" if family == socket.AF_INET else "::1"


if __name__ == "__main__":
    try:
        main()
    except OSError as refusal:
        sys.exit(f"foothold: {refusal}")
