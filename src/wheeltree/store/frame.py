"""Records as JSON files that prove that they are whole and are the record of their own key."""

from wheeltree.model.codec import Malformed
from wheeltree.model.digest import digest_bytes

_HEAD = b'{"sha256":"'
_MIDDLE = b'","value":'
_TAIL = b"}\n"
_START = len(_HEAD) + 64 + len(_MIDDLE)


def closed(payload: bytes, kind: str, key: str) -> bytes:
    """The JSON value `payload` as the bytes of its file."""
    return _HEAD + _proof(payload, kind, key) + _MIDDLE + payload + _TAIL


def opened(framed: bytes, kind: str, key: str) -> bytes:
    """The JSON value in the bytes of a record's file; Malformed if they were not written so.

    kind, key: as which it was found; a record that lies under another's name proves nothing.
    """
    payload = framed[_START : -len(_TAIL)]
    if framed != closed(payload, kind, key):
        raise Malformed("its checksum is not that of its value")
    return payload


def _proof(payload: bytes, kind: str, key: str) -> bytes:
    return digest_bytes(f"{kind}/{key}\n".encode() + payload).encode()
