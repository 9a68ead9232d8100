"""Which authorities are trusted instead of the system's, by the user's environment."""

import os
import ssl
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from wheeltree.errors import FetchError

_NAMES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

UNTRUSTED = "if a CA of your own signed it, set SSL_CERT_FILE to a file with its certificate"
"""What to do about a server that is not trusted."""


class Certificates(NamedTuple):
    """Certificates of authorities, in PEM."""

    variable: str
    """Which variable names them."""
    path: Path
    """A file of several, or a folder that OpenSSL has hashed."""


def certificates() -> Certificates | None:
    """Those that Python, pip, requests or curl are told of; None if none is."""
    for name in _NAMES:
        if path := os.environ.get(name):
            return Certificates(variable=name, path=Path(path))
    return None


def trusted() -> "Future[ssl.SSLContext | None]":
    """What trusts the authorities that the user's environment names, read by a thread: OpenSSL
    takes 50 ms and more for a bundle, and holds nobody up meanwhile. None where none is named.

    Its result raises FetchError if the certificates cannot be read.
    """
    answer: Future[ssl.SSLContext | None] = Future()
    named = certificates()
    if named is None:
        answer.set_result(None)
    else:
        Thread(target=_read, args=(named, answer), daemon=True).start()
    return answer


def _read(named: Certificates, answer: "Future[ssl.SSLContext | None]") -> None:
    try:
        if named.path.is_dir():
            answer.set_result(ssl.create_default_context(capath=named.path))
        else:
            answer.set_result(ssl.create_default_context(cafile=named.path))
    except OSError as error:
        answer.set_exception(
            FetchError(
                f"{named.variable}: cannot read the certificates to trust: {error}",
                hint="let it name a file of PEM certificates",
            )
        )
    except BaseException as error:  # noqa: BLE001  who waits for the answer must hear of it
        answer.set_exception(error)
