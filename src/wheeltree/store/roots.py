"""Which wheelhouses were published from a store: what they hold is kept."""

import re
from collections.abc import Iterator
from pathlib import Path

from wheeltree.model.digest import digest_bytes
from wheeltree.store.files import explaining, make_folder
from wheeltree.store.local import Store
from wheeltree.store.manifest import OWN
from wheeltree.store.scratch import replace_file

_ADDRESS = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def remember(store: Store, wheelhouse: Path) -> None:
    """Makes the wheelhouse at this absolute path a root of the store."""
    with explaining(store.root):
        path = store.root / "roots" / digest_bytes(bytes(wheelhouse))[:32]
        if not path.exists():
            make_folder(path.parent)
            make_folder(store.work)
            replace_file(path, bytes(wheelhouse), by_way_of=store.work)


def published_roots(store: Store) -> frozenset[str]:
    """Every digest and key that a published wheelhouse names; those that are gone are forgotten."""
    found: set[str] = set()
    with explaining(store.root):
        for root in sorted((store.root / "roots").glob("*")):
            wheelhouse = Path(root.read_bytes().decode(errors="surrogateescape"))
            if not (wheelhouse / OWN / "published.json").is_file():
                root.unlink()
                continue
            for path in (wheelhouse / OWN / "published.json", wheelhouse / "plan.json"):
                found.update(addresses(path.read_bytes() if path.is_file() else b""))
    return frozenset(found)


def addresses(text: bytes) -> Iterator[str]:
    """Everything in `text` that may be a digest or a key.

    Looking for the spelling alone keeps what any kind of record refers to, without knowing it.
    """
    return (match.decode() for match in _ADDRESS.findall(text))
