"""Tables as TOML; the only module that knows tomli_w."""

from collections.abc import Mapping
from typing import Any


def spelled(table: Mapping[str, Any]) -> bytes:
    """`table` as a TOML document, in UTF-8."""
    import tomli_w  # noqa: PLC0415  few runs write any

    return tomli_w.dumps(table).encode()
