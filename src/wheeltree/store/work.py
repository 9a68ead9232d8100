"""The scratch of running processes: files and folders that last as long as a block."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wheeltree.store.files import explaining, make_folder, remove_tree
from wheeltree.store.memory import has_room, memory_folder
from wheeltree.store.scratch import claim, sweep, temporary

_FIT_FOR_MEMORY = 128 << 20
"""Bytes of source whose build may take place in memory."""


class Work:
    """The folder for scratch on the file system of a store, and the one in memory.

    folder: made when it is needed first. What is made in it can be renamed into the store.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def temporary(self) -> Iterator[tuple[int, Path]]:
        """A new empty file: its descriptor and path; removed after the block unless renamed."""
        make_folder(self.folder)
        with temporary(self.folder) as opened:
            yield opened

    @contextmanager
    def scratch(self, label: str) -> Iterator[Path]:
        """A new private folder while the block runs, removed after it; `label` is for people."""
        with explaining(self.folder):
            make_folder(self.folder)
        with _claimed(self.folder, label) as path:
            yield path

    @contextmanager
    def scratch_in_memory(self, label: str, *, source: int) -> Iterator[Path]:
        """The same in memory if there is room; `source` is the bytes that are worked on."""
        folder = memory_folder() if source < _FIT_FOR_MEMORY else None
        fits = folder is not None and has_room(folder, source)
        with _claimed(folder, label) if folder and fits else self.scratch(label) as path:
            yield path

    def sweep(self) -> tuple[Path, ...]:
        """Removes the scratch of processes that are dead; what of it could not be removed."""
        folder = memory_folder()
        with explaining(self.folder):
            return (*sweep(self.folder), *(sweep(folder) if folder else ()))


@contextmanager
def _claimed(folder: Path, label: str) -> Iterator[Path]:
    with explaining(folder):
        descriptor, path = claim(folder, label)
    try:
        yield path
    finally:
        # What cannot be removed now is left to a later sweep, which says so.
        with suppress(OSError):
            remove_tree(path)
        os.close(descriptor)
