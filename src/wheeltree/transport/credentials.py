"""User names and passwords, each sent only to the origin it belongs to."""

import base64
import netrc
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from urllib.parse import unquote

from wheeltree.errors import FetchError
from wheeltree.transport.address import Origin, bare, origin, split


@dataclass(frozen=True, kw_only=True)
class Login:
    """A user name and password for HTTP basic authentication (RFC 7617)."""

    username: str
    password: str = field(repr=False)

    @property
    def header(self) -> str:
        """The value of the Authorization header."""
        pair = f"{self.username}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"


class Credentials:
    """What is known from URLs, then ~/.netrc, then (when a server says 401) the keyring.

    environ: where NETRC and HOME are looked up.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._lock = Lock()
        self._given: dict[tuple[Origin, str], Login] = {}
        self._hosts: dict[str, Login] | None = None
        self._keyring: dict[Origin, Login | None] = {}

    def learn(self, url: str) -> str:
        """`url` without credentials and fragment; what it had is kept for its origin."""
        parts = split(url)
        if parts.scheme != "file" and parts.username is not None:
            login = Login(username=unquote(parts.username), password=unquote(parts.password or ""))
            with self._lock:
                self._given.setdefault((origin(parts), parts.path), login)
        return bare(parts)

    def login(self, url: str) -> Login | None:
        """What to send to `url` unasked."""
        parts = split(url)
        where = origin(parts)
        with self._lock:
            return (
                self._from_urls(where, parts.path)
                or self._keyring.get(where)
                or self._from_netrc(where)
            )

    def after_refusal(self, url: str, sent: Login | None) -> Login | None:
        """What the keyring has for `url`, which answered 401 to `sent`; None if nothing new."""
        where = origin(split(url))
        with self._lock:
            if where not in self._keyring:
                self._keyring[where] = _ask_keyring(url, sent.username if sent else None)
            found = self._keyring[where]
        return None if found == sent else found

    def _from_urls(self, where: Origin, path: str) -> Login | None:
        """The login of the URL that shares most of its path; two may differ on one host."""
        given = [
            (prefix, login) for (place, prefix), login in self._given.items() if place == where
        ]
        inside = [item for item in given if path.startswith(item[0])]
        if inside:
            return max(inside, key=lambda item: len(item[0]))[1]
        return given[0][1] if given else None

    def _from_netrc(self, where: Origin) -> Login | None:
        if self._hosts is None:
            self._hosts = _read_netrc(self._environ)
        return self._hosts.get(f"{where.host}:{where.port}") or self._hosts.get(where.host)


def _read_netrc(environ: Mapping[str, str]) -> dict[str, Login]:
    """The machines of the netrc file.

    Its `default` entry is left out: it would be sent to whatever host a redirect or page names.
    """
    path = Path(environ.get("NETRC") or Path(environ.get("HOME", "/"), ".netrc"))
    try:
        entries = netrc.netrc(str(path)).hosts
    except FileNotFoundError:
        return {}
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError) as error:
        raise FetchError(f"{path}: cannot read credentials: {error}") from error
    return {
        host: Login(username=name, password=password or "")
        for host, (name, _, password) in entries.items()
        if host != "default"
    }


def _ask_keyring(url: str, username: str | None) -> Login | None:
    try:
        import keyring  # noqa: PLC0415  # slow, and asked by few
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return None
    parts = split(url)
    for service in (url, f"{parts.scheme}://{parts.netloc}", parts.netloc):
        try:
            found = keyring.get_credential(service, username)
        except (KeyringError, RuntimeError, OSError):
            # No usable keyring is the usual case on a server; the 401 is reported instead.
            return None
        if found is not None:
            return Login(username=found.username, password=found.password)
    return None
