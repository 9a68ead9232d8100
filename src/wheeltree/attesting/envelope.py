"""Envelopes: bytes with their signatures (DSSE 1.0), several of them as lines of one file.

The protocol: https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md
"""

import base64
import binascii
from collections.abc import Iterable, Iterator

from wheeltree.model.codec import Malformed, decode, encode
from wheeltree.model.frozen import Frozen

PAYLOAD_TYPE = "application/vnd.in-toto+json"
ENDING = ".intoto.jsonl"
"""Of the name of a file of envelopes: in-toto calls it a bundle."""

MOST_BYTES = 32 << 20
"""Of one such file; a larger one is an attack."""
_MOST_LINES = 1000


class Signature(Frozen):
    """One signature, by one key."""

    keyid: str
    """A hint, which whoever verifies must not trust."""
    sig: str
    """Base64."""


class Envelope(Frozen):
    """A statement as it was signed."""

    payloadType: str = PAYLOAD_TYPE  # noqa: N815  as the protocol has it
    payload: str
    """Base64."""
    signatures: tuple[Signature, ...] = ()
    """() of a statement that nobody signed."""

    @property
    def statement(self) -> bytes:
        """What it carries; Malformed if it is spelled wrong."""
        return unbased(self.payload)


def enclosed(statement: bytes, signatures: Iterable[Signature] = ()) -> Envelope:
    """A statement in an envelope."""
    return Envelope(payload=based(statement), signatures=tuple(signatures))


def signed_bytes(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """What is signed of a payload: the protocol's pre-authentication encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def spelled(envelopes: Iterable[Envelope]) -> bytes:
    """The file of these envelopes, the same bytes for the same ones."""
    return b"".join(encode(each) + b"\n" for each in envelopes)


def read(text: bytes) -> Iterator[Envelope]:
    """The envelopes in such a file; Malformed where one is none, or there are too many."""
    lines = text.split(b"\n")
    if len(text) > MOST_BYTES or len(lines) > _MOST_LINES:
        raise Malformed("it is too large")
    for line in lines:
        if line:
            found = decode(line, Envelope)
            if found.payloadType != PAYLOAD_TYPE:
                raise Malformed(f"its payload is {found.payloadType!r:.100}")
            yield found


def based(content: bytes) -> str:
    """Base64, as the protocol has it."""
    return base64.b64encode(content).decode()


def unbased(text: str) -> bytes:
    """What base64 spells, in its usual or its URL-safe alphabet; Malformed if it is none."""
    usual = text.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(usual, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"not base64: {error}") from error
