"""What most nouns are: values that never change, compared by all of their fields.

They are structs of msgspec: a class is made in 0.04 ms, a dataclass in 1.2 ms, and every start of
the program makes two hundred. Dataclasses are the nouns of which only a part counts: what a key or
a comparison leaves out is declared `compare=False`, which a struct cannot say (ADR 18).
"""

from typing import Any, dataclass_transform

from msgspec import Struct, StructMeta, field
from msgspec.structs import asdict, astuple, replace

__all__ = ["Frozen", "asdict", "astuple", "field", "replace"]


class _Meta(StructMeta):
    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> "_Meta":
        options = {"frozen": True, "kw_only": True, **options}
        return super().__new__(mcs, name, bases, namespace, **options)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Frozen(Struct, metaclass=_Meta, frozen=True):
    """A noun whose parts are the fields in the body of its class, as in a dataclass.

    Its fields are given by keyword and cannot be set again; two values of one class are equal, and
    hash alike, where all of their fields are and do. `replace` makes another one from it.
    Options of the class are those of `msgspec.Struct`: `kw_only=False` for few and plain fields,
    `dict=True` where a property is cached.
    """
