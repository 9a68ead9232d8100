"""Which authorities are trusted instead of the system's, by the user's environment."""

import os
from pathlib import Path
from typing import NamedTuple

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
