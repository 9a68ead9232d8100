"""Digests address bytes, keys address inputs."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NewType

from wheeltree.model.frozen import Frozen

Digest = NewType("Digest", str)
"""SHA-256 of bytes, as 64 lower-case hexadecimal digits."""

Key = NewType("Key", str)
"""SHA-256 of canonical inputs, as 64 lower-case hexadecimal digits."""

KEY_SCHEMA = 1
"""Raised when the meaning of a key changes; every key then changes with it."""

_CHUNK = 1 << 20


def digest_bytes(content: bytes) -> Digest:
    """SHA-256 of `content`."""
    return Digest(hashlib.sha256(content).hexdigest())


def digest_file(path: Path) -> Digest:
    """SHA-256 of the file at `path`; OSError if it cannot be read."""
    with path.open("rb") as file:
        return Digest(hashlib.file_digest(file, "sha256").hexdigest())


def key_of(purpose: str, *inputs: object) -> Key:
    """The key of `inputs` for one `purpose`, so that equal inputs of two purposes differ."""
    canonical = json.dumps(
        [KEY_SCHEMA, purpose, [identity(value) for value in inputs]],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return Key(digest_bytes(canonical.encode()))


def identity(value: object) -> Any:
    """`value` as JSON, without the dataclass fields declared `compare=False`.

    A field that cannot change the bytes of a wheel (a path, a time limit) says so where it is
    declared; everything else is in the key. TypeError for a type that has no one spelling (float,
    set of mixed types).
    """
    match value:
        case None | bool() | int() | str():
            return value
        case tuple() | list():
            return [identity(item) for item in value]
        case frozenset():
            return sorted(identity(item) for item in value)
        case Mapping():
            return {str(name): identity(item) for name, item in value.items()}
        case Frozen():
            counted = value.__struct_fields__
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            counted = tuple(each.name for each in dataclasses.fields(value) if each.compare)
        case _ if type(value).__module__.startswith("packaging."):
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical spelling for a key")
    return {name: identity(getattr(value, name)) for name in counted}
