"""What may be part of a path in the store: a SHA-256 in lower case, and nothing else."""

import re

from wheeltree.errors import StoreError

_ADDRESS = re.compile(r"[0-9a-f]{64}")


def address(text: str) -> str:
    """`text` itself, a digest or a key; StoreError if it is neither.

    Digests are read from records, plans and index pages: one such as `../..` must lead nowhere.
    """
    if _ADDRESS.fullmatch(text) is None:
        raise StoreError(
            f"{text[:80]!r} is not a SHA-256", hint="what names it is damaged or not from here"
        )
    return text
