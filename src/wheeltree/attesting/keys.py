"""Keys that sign and verify (Ed25519, RFC 8032): the one door to `cryptography`, loaded when used.

A private key is a file that only its owner can read; nothing that a sandbox shows has it.
"""

import os
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from wheeltree.errors import UsageError
from wheeltree.model.frozen import Frozen

_LARGEST = 1 << 16
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class PublicKey(Frozen):
    """What verifies."""

    id: str
    """SHA-256 of its DER form."""
    key: Any

    def verifies(self, signature: bytes, content: bytes) -> bool:
        """Whether the signature is one of the content, by this key."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415

        try:
            self.key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


class PrivateKey(Frozen):
    """What signs."""

    id: str
    """Of its public key."""
    key: Any

    def sign(self, content: bytes) -> bytes:
        """The signature of the content; the same each time."""
        signature: bytes = self.key.sign(content)
        return signature


def generate(path: Path) -> Path:
    """A new key pair: the private key in `path`, the public one beside it; where that is.

    UsageError if there is a file already, or it cannot be written.
    """
    ed25519, serialization = _ed25519(), _serialization()
    key = ed25519.Ed25519PrivateKey.generate()
    public = path.with_name(f"{path.name}.pub")
    private_text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public_text = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(path, private_text, 0o600)
    _write(public, public_text, 0o644)
    return public


def private_key(path: Path) -> PrivateKey:
    """The private key in a file of PEM; UsageError if it is none, or others can read it."""
    text = _read(path, "key", private=True)
    key = _loaded(path, lambda: _serialization().load_pem_private_key(text, password=None))
    if not isinstance(key, _ed25519().Ed25519PrivateKey):
        raise UsageError(
            f"{path} is a key of another kind than Ed25519", hint="builder attest keygen FILE"
        )
    return PrivateKey(id=_id(key.public_key()), key=key)


def public_key(path: Path) -> PublicKey:
    """The public key in a file of PEM (SubjectPublicKeyInfo); UsageError if it is none."""
    text = _read(path, "public key")
    key = _loaded(path, lambda: _serialization().load_pem_public_key(text))
    if not isinstance(key, _ed25519().Ed25519PublicKey):
        raise UsageError(f"{path} is a key of another kind than Ed25519")
    return PublicKey(id=_id(key), key=key)


def _id(public: Any) -> str:
    serialization = _serialization()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return sha256(public.public_bytes(serialization.Encoding.DER, form)).hexdigest()


def _loaded(path: Path, load: Callable[[], object]) -> object:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415

    try:
        return load()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(
            f"{path} is no key that can be read: it must be Ed25519 in PEM, without a password",
            hint="builder attest keygen FILE makes one",
        ) from error


def _read(path: Path, what: str, *, private: bool = False) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                raise UsageError(f"{path} is no file of a {what}")
            if private and status.st_mode & _OTHERS:
                raise UsageError(
                    f"{path} can be read by others than its owner, and is not used to sign",
                    hint=f"chmod 600 {path}, and think whether somebody has read it",
                )
            return file.read(_LARGEST)
    except OSError as error:
        raise UsageError(
            f"cannot read the {what} {path}: {error.strerror}",
            hint="builder attest keygen FILE makes a pair",
        ) from error


def _write(path: Path, text: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already, and no key is overwritten", hint="name another file"
        ) from error
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _ed25519() -> ModuleType:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "signatures need `cryptography`, which is not installed",
            hint="pip install 'wheeltree[sign]', beside builder",
        ) from error
    return ed25519


def _serialization() -> ModuleType:
    _ed25519()
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    return serialization
