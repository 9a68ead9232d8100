"""The sandbox of a run, whose jobs trust the authority that is kept in the store."""

from wheeltree.sandbox.authority import Authority
from wheeltree.sandbox.base import Sandbox
from wheeltree.sandbox.choose import choose
from wheeltree.store.local import Store


def sandbox_of(kind: str | None, store: Store) -> Sandbox:
    """As `choose`; where no authority can be kept, attempts over TLS are named by their host."""
    if kind == "none":
        return choose(kind)
    authority = Authority(store.root / "authority")
    try:
        authority.prepare()
    except (OSError, ValueError):
        return choose(kind)
    return choose(kind, authority)
