"""Values of the model as JSON and back; with `frozen`, all that knows msgspec."""

from pathlib import PurePath
from threading import Lock
from typing import Any, TypeVar

import msgspec
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

T = TypeVar("T")

_LEARNING = Lock()
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}

_TEXTUAL = (Version, SpecifierSet, Requirement, PurePath)


class Malformed(ValueError):
    """JSON, YAML or a record that does not have the shape asked for; says where."""


def encode(value: object) -> bytes:
    """`value` as compact JSON with sorted keys."""
    return msgspec.json.encode(value, enc_hook=_spell, order="sorted")


def pretty(value: object) -> bytes:
    """`value` as indented JSON with sorted keys and a final newline."""
    return msgspec.json.format(encode(value), indent=1) + b"\n"


def decode(text: bytes, kind: type[T]) -> T:
    """The value of type `kind` that `text` spells; Malformed if it spells none."""
    try:
        return _decoder(kind).decode(text)
    except msgspec.MsgspecError as error:
        raise Malformed(str(error)) from error


def convert(value: object, kind: type[T]) -> T:
    """Plain data (from YAML or TOML) as a value of type `kind`; Malformed if it does not fit."""
    try:
        with _LEARNING:
            return msgspec.convert(value, kind, dec_hook=_read)
    except msgspec.MsgspecError as error:
        raise Malformed(str(error)) from error


def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Made once, by one thread at a time: msgspec shows a class to others before it knows its
    fields, and a thread that reads one then ends the process (SIGSEGV, msgspec 0.22).
    """
    if kind not in _decoders:
        with _LEARNING:
            _decoders.setdefault(kind, msgspec.json.Decoder(kind, dec_hook=_read))
    return _decoders[kind]


def _spell(value: object) -> str:
    if isinstance(value, _TEXTUAL):
        return str(value)
    raise NotImplementedError(f"no JSON spelling for {type(value).__name__}")


def _read(kind: type[Any], value: object) -> Any:
    if issubclass(kind, _TEXTUAL) and isinstance(value, str):
        return kind(value)
    raise NotImplementedError(f"no reading of {kind.__name__}")
