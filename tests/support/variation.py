"""A value like another but for some fields, whichever kind of class it is of."""

import dataclasses
from typing import Any, TypeVar

from wheeltree.model import frozen

T = TypeVar("T")


def varied(value: T, **changes: Any) -> T:
    """A copy of `value` with other values of the fields named."""
    change: Any = frozen.replace if isinstance(value, frozen.Frozen) else dataclasses.replace
    copy: T = change(value, **changes)
    return copy


def field_names(kind: type[Any]) -> list[str]:
    """The fields of a class, in their order."""
    if issubclass(kind, frozen.Frozen):
        return list(kind.__struct_fields__)
    return [field.name for field in dataclasses.fields(kind)]
