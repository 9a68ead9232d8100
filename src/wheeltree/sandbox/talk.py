"""Talks with a client that believes it has reached its server, until it has said what it wants.

Clients are hostile: what is read is bounded, in bytes and in time.
"""

import re
import socket
import ssl
import time
from collections.abc import Callable

from wheeltree.sandbox.authority import Authority

_SILENCE = 1.5
"""Seconds after which a client that says nothing is one that waits for its server to begin."""
_PATIENCE = 10.0
_LONGEST = 16 << 10
_SHOWN = 2000
_TLS = b"\x16\x03"
_REQUEST = re.compile(rb"([A-Z]{3,10}) (\S{1,8000}) HTTP/1\.[01]\r?\n")
_HOST = re.compile(rb"\r?\nhost:[ \t]*([^\s]{1,300})[ \t]*\r?\n", re.IGNORECASE)
_GIT = re.compile(rb"[0-9a-f]{4}git-[a-z-]+ ([^\0]{1,1000})\0host=([^\0]{1,300})\0")
_SSH = b"SSH-2.0-"
_SENTENCE = b"builds have no network: declare what is needed in the settings of builder\n"
_REFUSAL = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_SENTENCE), _SENTENCE)
)
_TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"

Told = Callable[[str], None]
"""Called with a URL before the client gets an answer."""


def talk(
    client: socket.socket, host: str, port: int, authority: Authority | None, told: Told
) -> None:
    """Hear what `client` asks of `host`, tell it, refuse it, and close.

    host: a name or an address. authority: whose certificates the client trusts, if it trusts any.
    """
    with client:
        try:
            client.settimeout(_SILENCE)
            if client.recv(2, socket.MSG_PEEK) != _TLS:
                _hear(client, "http", f"{host}:{port}" if port != 80 else host, told)  # noqa: PLR2004
                return
            client.settimeout(_PATIENCE)
            _over_tls(client, host, port, authority, told)
        except (OSError, ValueError):
            return  # what was not said cannot be told


def _over_tls(
    client: socket.socket, host: str, port: int, authority: Authority | None, told: Told
) -> None:
    """Tell what is said over TLS; the host alone if the client does not trust us."""
    place = f"{host}:{port}" if port != 443 else host  # noqa: PLR2004
    told(f"https://{place}")
    if authority is None:
        return
    context = authority.context(host)

    def renamed(channel: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name and re.fullmatch(r"[\w.-]{1,253}", name):
            channel.context = authority.context(name)

    context.sni_callback = renamed
    with context.wrap_socket(client, server_side=True) as channel:
        _hear(channel, "https", place, told)


def _hear(client: socket.socket, scheme: str, place: str, told: Told) -> None:
    """Tell the URL of what a client says first."""
    said = _said(client)
    if request := _REQUEST.match(said):
        method, target = request[1], _shown(request[2])
        found = _HOST.search(said)
        if method == b"CONNECT":
            told(f"https://{target.removesuffix(':443')}")
        elif re.match("https?://", target):
            told(target)
        else:
            told(f"{scheme}://{_shown(found[1]) if found else place}{target}")
        client.sendall(_REFUSAL)
        _see_off(client)
    elif request := _GIT.match(said):
        told(f"git://{_shown(request[2])}{_shown(request[1])}")
    elif said.startswith(_SSH):
        told(f"ssh://{place}")


def _said(client: socket.socket) -> bytes:
    """The head of a request, or what else is said first."""
    said, last = b"", time.monotonic() + _PATIENCE
    while len(said) < _LONGEST and time.monotonic() < last:
        chunk = client.recv(_LONGEST)
        said += chunk
        if not chunk or b"\r\n\r\n" in said or not re.match(rb"[A-Z]{3,10} ", said):
            break
    return said


def _see_off(client: socket.socket) -> None:
    """Let the client read its answer: what it sent and nobody read would reset the connection."""
    if not isinstance(client, ssl.SSLSocket):
        client.shutdown(socket.SHUT_WR)
    last = time.monotonic() + _SILENCE
    read = 0
    while read < 1 << 24 and time.monotonic() < last and (chunk := client.recv(_LONGEST)):
        read += len(chunk)


def _shown(raw: bytes) -> str:
    text = raw.decode("ascii", "replace")[:_SHOWN]
    return "".join(letter if letter.isprintable() and letter.isascii() else "?" for letter in text)
