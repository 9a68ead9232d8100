"""Sockets in the network namespace of a job, for those that it wants to talk to."""

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wheeltree.model.frozen import Frozen

_PROGRAM = Path(__file__).with_name("foothold.py")
_USER_OF = 0xB701
"""NS_GET_USERNS: the user namespace that a namespace belongs to."""
_PATIENCE = 20.0
_FEWEST = 3


class Footing(Frozen):
    """The sockets of one job; loopback's."""

    names: socket.socket
    """At port 53."""
    datagrams: tuple[socket.socket, ...]
    """Of IPv4, and of IPv6 where there is such; so are the next."""
    listeners: tuple[socket.socket, ...]

    @property
    def sockets(self) -> tuple[socket.socket, ...]:
        """All of them."""
        return (self.names, *self.datagrams, *self.listeners)

    def never_wait(self) -> None:
        """Let no call on them wait."""
        for each in self.sockets:
            each.setblocking(False)

    def close(self) -> None:
        """Close them all."""
        for each in self.sockets:
            each.close()


def footing(thread: int) -> Footing:
    """Sockets in the network namespace of a thread; OSError if they cannot be had."""
    ours, theirs = socket.socketpair()
    with ours, theirs, _namespaces(thread) as (user, network):
        ours.settimeout(_PATIENCE)
        numbers = (user, network, theirs.fileno())
        words = (sys.executable, "-I", "-S", str(_PROGRAM), *map(str, numbers))
        with subprocess.Popen(
            words,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=numbers,
        ) as process:
            theirs.close()
            try:
                _, descriptors, _, _ = socket.recv_fds(ours, 1, 8)
            finally:
                process.kill()
    found = [socket.socket(fileno=each) for each in descriptors]
    if len(found) < _FEWEST:
        raise OSError("no sockets in the namespace of the job")
    return Footing(names=found[0], datagrams=tuple(found[1::2]), listeners=tuple(found[2::2]))


@contextmanager
def _namespaces(thread: int) -> Iterator[tuple[int, int]]:
    with contextlib.ExitStack() as opened:
        network = os.open(f"/proc/{thread}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        opened.callback(os.close, network)
        user = fcntl.ioctl(network, _USER_OF)
        opened.callback(os.close, user)
        yield user, network
