"""What the target interpreter and the system are, looked at once and remembered by their stamps."""

from functools import partial

from wheeltree.host import fingerprint, rust
from wheeltree.host.interpreter import probe, stamp
from wheeltree.model.digest import Digest, digest_bytes, key_of
from wheeltree.model.frozen import Frozen
from wheeltree.model.platform import RUST_PART, Interpreter, Part, Platform
from wheeltree.session.errand import Errand
from wheeltree.store.local import Store


class _Parts(Frozen):
    parts: tuple[tuple[Part, Digest], ...]


def platform(store: Store, python: str, layout: str) -> Platform:
    """The platform that wheels are built for.

    python: path or name of the target interpreter; UsageError if it is none.
    """
    toolchain = Errand(partial(_rust, store)).begin()
    target = interpreter(store, python)
    parts = (*_parts(store, target), (RUST_PART, toolchain.result()))
    return Platform(interpreter=target, layout=layout, parts=parts)


def interpreter(store: Store, python: str) -> Interpreter:
    """The target interpreter: path or name; UsageError if it is none."""
    key = key_of("interpreter-stamp", stamp(python))
    known = store.record("interpreter", key, Interpreter)
    if known is not None:
        return known
    return store.put_record("interpreter", key, probe(python), Interpreter)


def _rust(store: Store) -> Digest:
    """The digest of the Rust toolchain; of nothing where there is none."""
    key = key_of("rust-stamp", rust.stamp())
    known = store.record("rust", key, Digest)
    if known is None:
        found = rust.toolchain()
        known = store.put_record("rust", key, found.digest if found else digest_bytes(b""), Digest)
    return known


def _parts(store: Store, target: Interpreter) -> tuple[tuple[Part, Digest], ...]:
    key = key_of("system-stamp", fingerprint.stamp(), target.digest)
    known = store.record("system", key, _Parts)
    if known is None:
        found = _Parts(parts=fingerprint.parts(target))
        known = store.put_record("system", key, found, _Parts)
    return known.parts
