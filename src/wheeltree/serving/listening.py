"""The address that a server listens at."""

import errno
import os
import socket

from wheeltree.errors import UsageError

_HINTS = {
    errno.EADDRINUSE: "choose another with --port, or any free one with --port 0",
    errno.EACCES: "low ports are for root: choose one above 1023 with --port",
    errno.EADDRNOTAVAIL: "--host takes an address of this machine, such as 127.0.0.1 or 0.0.0.0",
}


def listen(host: str, port: int) -> socket.socket:
    """A socket that clients can connect to from now on.

    host: an address of this machine, or a name of one. port: 0 takes a free one. UsageError if it
    cannot be had.
    """
    try:
        # UnicodeError is for names with an empty or an endless label.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, *_, address = found[0]
        listening = socket.create_server(address, family=family)
    except (OSError, UnicodeError) as error:
        number = error.errno if isinstance(error, OSError) else None
        # Those of looking up a name are negative.
        reason = os.strerror(number) if number and number > 0 else "there is no such host"
        raise UsageError(
            f"cannot listen at {host or repr(host)} port {port}: {reason}",
            hint=_HINTS.get(number or 0, _HINTS[errno.EADDRNOTAVAIL]),
        ) from error
    # asyncio does this only for sockets that name their protocol; without it, who asks again on a
    # connection waits for 40 ms. What is accepted inherits it.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def url(listening: socket.socket) -> str:
    """The URL of what is served there."""
    host, port, *_ = listening.getsockname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
