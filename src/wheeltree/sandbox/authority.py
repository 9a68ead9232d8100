"""The certificate authority that jobs are shown, so that they say even over TLS what they want.

Its key never leaves the folder of whoever runs `builder`, and no job sees that. `cryptography` is
imported when an authority is made, once per store, and when a job has tried to reach the network.
"""

import contextlib
import os
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from wheeltree.model.frozen import Frozen

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

_MARK = "wheeltree: nothing leaves this build"
_BEGIN = "-----BEGIN CERTIFICATE-----"
_YEARS = timedelta(days=3650)
_HOSTS = 1000
_LONGEST = 64
"""Characters of a common name."""


class Authority:
    """The authority whose key and certificate lie in `folder`; they are made where there are none.

    OSError if they can be neither read nor written, ValueError if they are damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "authority.pem"
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = Lock()

    def prepare(self) -> None:
        """Read its key, or make it."""
        assert self.certificate

    @cached_property
    def certificate(self) -> str:
        """Its certificate (PEM), for jobs to trust."""
        text = self._text
        return text[text.index(_BEGIN) :]

    def context(self, host: str) -> ssl.SSLContext:
        """What a server needs that calls itself `host`."""
        with self._lock:
            if host not in self._contexts:
                if len(self._contexts) >= _HOSTS:
                    self._contexts.clear()
                self._contexts[host] = self._made(host)
            return self._contexts[host]

    @cached_property
    def _text(self) -> str:
        if not self._file.exists():
            _write(self._file, _new_authority())
        return self._file.read_text("ascii")

    @cached_property
    def _issuer(self) -> "Issuer":
        from cryptography import x509  # noqa: PLC0415 - slow, and needed after an attempt only
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_pem_private_key,
        )

        key = load_pem_private_key(self._text.encode(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # as we made it
        return Issuer(key=key, certificate=x509.load_pem_x509_certificate(self._text.encode()))

    def _made(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(_new_server(self._issuer, host))
            file.flush()
            context.load_cert_chain(file.name)
        return context


class Issuer(Frozen):
    """A key with its certificate."""

    key: "ec.EllipticCurvePrivateKey"
    certificate: "x509.Certificate"


def _write(file: Path, text: bytes) -> None:
    """Whole or not at all; whoever is first wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, place = tempfile.mkstemp(dir=file.parent)
    try:
        with open(descriptor, "wb") as made:  # noqa: PTH123 - a descriptor
            made.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(place, file)
    finally:
        Path(place).unlink()


def _new_authority() -> bytes:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(_MARK)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        _certificate(key, name, issuer=name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
    )
    return _spelled(key, _signed(builder, key))


def _new_server(issuer: Issuer, host: str) -> bytes:
    import ipaddress  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    try:
        name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        name = x509.DNSName(host)
    key = ec.generate_private_key(ec.SECP256R1())
    authority = issuer.certificate.public_key()
    assert isinstance(authority, ec.EllipticCurvePublicKey)
    builder = (
        _certificate(key, _name(host), issuer=issuer.certificate.subject)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), critical=False
        )
    )
    return _spelled(key, _signed(builder, issuer.key))


def _name(text: str) -> "x509.Name":
    from cryptography import x509  # noqa: PLC0415

    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, text[:_LONGEST])])


def _certificate(
    key: "ec.EllipticCurvePrivateKey", subject: "x509.Name", *, issuer: "x509.Name"
) -> "x509.CertificateBuilder":
    from cryptography import x509  # noqa: PLC0415

    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + (_YEARS if subject == issuer else timedelta(days=90)))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _signed(
    builder: "x509.CertificateBuilder", key: "ec.EllipticCurvePrivateKey"
) -> "x509.Certificate":
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

    return builder.sign(key, hashes.SHA256())


def _spelled(key: "ec.EllipticCurvePrivateKey", certificate: "x509.Certificate") -> bytes:
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
