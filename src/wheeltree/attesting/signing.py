"""Who signs statements: a key, a command of the user's own, or nobody."""

import base64
import binascii
import subprocess
from collections.abc import Callable
from typing import Protocol

from wheeltree.attesting.envelope import Envelope, Signature, based, enclosed, signed_bytes
from wheeltree.attesting.keys import PrivateKey
from wheeltree.errors import UsageError
from wheeltree.model.frozen import Frozen

_PATIENCE = 120.0
"""Seconds that a command may take; some ask for a finger on a token."""
_MOST = 1 << 16
_LENGTHS = range(16, 8192)
"""Bytes that a signature may have."""


class Signer(Protocol):
    """Puts statements into envelopes."""

    def enclose(self, statement: bytes) -> Envelope:
        """The statement, signed; UsageError if that cannot be done."""
        ...


class Nobody(Frozen):
    """Signs nothing."""

    def enclose(self, statement: bytes) -> Envelope:
        """The statement as it is."""
        return enclosed(statement)


class ByKey(Frozen):
    """Signs with a key that this process has read."""

    key: PrivateKey

    def enclose(self, statement: bytes) -> Envelope:
        """The statement, signed."""
        signature = self.key.sign(signed_bytes(statement))
        return enclosed(statement, (Signature(keyid=self.key.id, sig=based(signature)),))


Remembered = Callable[[bytes, Callable[[], bytes]], bytes]
"""The signature of some bytes: the one that was made before, or a new one."""


class ByCommand(Frozen):
    """Signs by a command: it reads what is signed and writes the signature, raw or as base64."""

    argv: tuple[str, ...]
    remembered: Remembered

    def enclose(self, statement: bytes) -> Envelope:
        """The statement, signed; UsageError if the command fails or writes no signature."""
        content = signed_bytes(statement)
        signature = self.remembered(content, lambda: self._ask(content))
        return enclosed(statement, (Signature(keyid="", sig=based(signature)),))

    def _ask(self, content: bytes) -> bytes:
        try:
            ended = subprocess.run(
                self.argv, input=content, capture_output=True, check=False, timeout=_PATIENCE
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UsageError(
                f"the command that signs, {self.argv[0]!r}, cannot be run: {error}",
                hint="see `signing.command` in the settings",
            ) from error
        signature = _raw(ended.stdout[:_MOST])
        if ended.returncode or len(signature) not in _LENGTHS:
            said = ended.stderr.decode(errors="replace").strip().splitlines()[-3:]
            raise UsageError(
                f"the command that signs, {self.argv[0]!r}, ended with {ended.returncode} and "
                f"wrote {len(ended.stdout)} bytes, which is no signature",
                details=tuple(said),
                hint="it reads what is signed from its input, and writes the signature",
            )
        return signature


def _raw(written: bytes) -> bytes:
    """A signature is random bytes: what is all base64 is its spelling."""
    try:
        return base64.b64decode(written.strip(), validate=True)
    except (binascii.Error, ValueError):
        return written
