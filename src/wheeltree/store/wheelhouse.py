"""Wheelhouses: views of the store that pip and uv install from, replaced as a whole.

::

    NAME.whl                          the install set, for --find-links
    simple/                           its index (PEP 503, 658, 691)
    build/NAME.whl  build/simple/     wheels that were only used in builds, likewise
    VARIANT/...                       the same once more for each variant, where some are declared:
                                      NAME.whl and simple/ above are then the index of all of them
    variants.toml                     what every label that was ever published stands for
    pool/<2 hex>/<sha256>/NAME.whl    every wheel once, where the indexes point, with its metadata
    sdists/FILENAME                   the sources that were built
    plan.json ...                     documents
    ledger.jsonl                      which bytes each wheel file name stands for, for ever
    .builder/                         what of all this is ours

One run at a time has a wheelhouse. This module tells whether there is something to publish;
`publishing` does it.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from wheeltree.model.frozen import Frozen
from wheeltree.store.files import explaining
from wheeltree.store.layout import is_document
from wheeltree.store.locks import Busy, exclusive, exclusive_now
from wheeltree.store.manifest import own_folder, read_intent, read_manifest
from wheeltree.store.view import Showing

_LOCK = "run"
_PATIENCE = 2.0
"""Seconds before a run that waits for a wheelhouse says for whom."""


class Wheelhouse(Frozen):
    """A wheelhouse that this run has for itself; made by `occupy`."""

    root: Path


@contextmanager
def occupy(root: Path, notice: Callable[[str], None]) -> Iterator[Wheelhouse]:
    """The wheelhouse `root`, made where it is missing, for this run alone while the block runs.

    Waits for another run, and after a moment gives `notice` one sentence that names it. StoreError
    if the folder cannot be had.
    """
    with own_folder(root) as own:
        path = own / "lock"
    with ExitStack() as stack:
        descriptor = _lock(stack, path, notice)
        with explaining(path):
            os.ftruncate(descriptor, 0)
            # The command line stays out: it may hold a password.
            os.write(descriptor, f"process {os.getpid()} on {os.uname().nodename}".encode())
        yield Wheelhouse(root=root.absolute())


def current(root: Path) -> bool:
    """Whether the wheelhouse `root` is as it was last published; no file of it is read."""
    manifest = read_manifest(root)
    finished = read_intent(root) is None
    return (
        finished
        and bool(manifest.files)
        and all(file.is_untouched(root) for file in manifest.files)
    )


def published(root: Path) -> Showing:
    """What was last published in the wheelhouse `root`; nothing where nothing was."""
    return read_manifest(root).showing


def documents_of(root: Path) -> tuple[str, ...]:
    """Paths below the wheelhouse of all published files that are no wheel, source or index page."""
    return tuple(file.name for file in read_manifest(root).files if is_document(file.name))


def _lock(stack: ExitStack, path: Path, notice: Callable[[str], None]) -> int:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            return stack.enter_context(exclusive_now(path, _LOCK))
        except Busy:
            time.sleep(0.05)
    holder = path.read_bytes()[:200].decode(errors="replace")
    notice(f"waiting for {path.parent.parent}: it is in use by {holder or 'another run'}")
    return stack.enter_context(exclusive(path, _LOCK))
