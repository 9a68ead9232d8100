"""The append-only list of which bytes each wheel file name of a wheelhouse was published with."""

import os
from collections.abc import Iterable
from pathlib import Path

from wheeltree.errors import StoreError
from wheeltree.model.codec import Malformed, decode, encode
from wheeltree.model.digest import Digest
from wheeltree.store.files import explaining, sync_folder, write_all
from wheeltree.store.view import Entry


class Ledger:
    """All entries, oldest first; of two entries of one file name the later counts.

    Each variant has its own file names: one name stands for other bytes in each.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[Entry, None] = dict.fromkeys(entries)
        self._last = {(entry.variant, entry.filename): entry for entry in self._entries}

    def last(self, filename: str, variant: str = "") -> Entry | None:
        """What was last published as `filename`, for a variant or for all ("")."""
        return self._last.get((variant, filename))

    def digest(self, filename: str, variant: str = "") -> Digest | None:
        """Of the bytes that were last published as `filename`."""
        entry = self.last(filename, variant)
        return None if entry is None else entry.sha256

    def of(self, base: str, variant: str = "") -> tuple[Entry, ...]:
        """The entries of wheels that were built as `base`, newest first."""
        return tuple(
            entry
            for entry in reversed(self._entries)
            if entry.base == base and entry.variant == variant
        )

    def enter(self, entry: Entry) -> bool:
        """Adds the entry unless it is what counts already; whether it was added."""
        if self.digest(entry.filename, entry.variant) == entry.sha256:
            return False
        self._entries.pop(entry, None)
        self._entries[entry] = None
        self._last[entry.variant, entry.filename] = entry
        return True


def read_ledger(path: Path) -> Ledger:
    """The ledger at `path`; an empty one where there is none. StoreError if a line is damaged.

    A last line without an end is what a killed process began to write; it counts for nothing.
    """
    with explaining(path):
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return Ledger(())
    lines = text[: text.rfind(b"\n") + 1].splitlines()
    return Ledger(_entry(path, number, line) for number, line in enumerate(lines, start=1))


def append(path: Path, entries: Iterable[Entry]) -> None:
    """Writes `entries` at the end of the ledger, durably; the caller has the wheelhouse's lock."""
    lines = b"".join(encode(entry) + b"\n" for entry in entries)
    if not lines:
        return
    with explaining(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            os.ftruncate(descriptor, _whole(descriptor))
            os.lseek(descriptor, 0, os.SEEK_END)
            write_all(descriptor, lines)
        finally:
            os.close(descriptor)
        sync_folder(path.parent)


def _whole(descriptor: int) -> int:
    """How many bytes of the file are complete lines."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read().rfind(b"\n") + 1


def _entry(path: Path, number: int, line: bytes) -> Entry:
    try:
        return decode(line, Entry)
    except Malformed as error:
        raise StoreError(
            f"{path}:{number}: not a line of a ledger: {error}",
            hint="restore the file from a backup, or remove it: file names are then free again",
        ) from error
