"""Bytes by their digest: files that are whole, read-only and on the disk, or not there."""

import os
from pathlib import Path

from wheeltree.errors import StoreError
from wheeltree.model.digest import Digest, digest_bytes, digest_file
from wheeltree.store.addressing import address
from wheeltree.store.files import (
    explained,
    explaining,
    is_plain_file,
    make_folder,
    renew,
    write_all,
)
from wheeltree.store.quarantine import Quarantine
from wheeltree.store.scratch import admit, settle
from wheeltree.store.work import Work


class Contents:
    """The folder `cas/`, one file per digest; every method raises StoreError where the disk fails.

    It is not split by the first digits of a name: ext4, xfs and btrfs find one name among a million
    by its hash, and a folder costs as much as a file.
    """

    def __init__(self, folder: Path, work: Work, quarantine: Quarantine) -> None:
        self._folder = folder
        self._top = os.fspath(folder)
        self._work = work
        self._quarantine = quarantine

    def add(self, file: Path) -> Digest:
        """Moves the regular file `file` here; its digest."""
        with explaining(file):
            if not is_plain_file(file):
                raise StoreError(f"{file} is not a regular file", hint="only files can be stored")
            digest = digest_file(file)
            target = self._path(digest)
            if file.resolve() == target.resolve():
                return digest
            if not self._has(digest, file.stat().st_size):
                make_folder(self._work.folder)
                admit(file, target, by_way_of=self._work.folder)
            file.unlink(missing_ok=True)
        return digest

    def add_bytes(self, content: bytes) -> Digest:
        """Writes `content`; its digest."""
        digest = digest_bytes(content)
        with explaining(self._folder):
            if not self._has(digest, len(content)):
                with self._work.temporary() as (descriptor, temp):
                    write_all(descriptor, content)
                    settle(descriptor, temp, self._path(digest))
        return digest

    def file(self, digest: Digest) -> Path | None:
        """The file with these bytes, if it is there; its bytes are not looked at."""
        path = f"{self._top}/{address(digest)}"
        try:
            os.stat(path)  # noqa: PTH116  # Path.stat takes three times as long, and this is hot
        except FileNotFoundError:
            return None
        except OSError as error:
            raise explained(error, Path(path)) from error
        return Path(path)

    def path(self, digest: Digest) -> Path:
        """The file with these bytes; StoreError if it is not there."""
        path = self.file(digest)
        if path is None:
            hint = "run again: it is fetched or built anew"
            raise StoreError(f"{self._path(digest)} is missing", hint=hint)
        return path

    def check(self, digest: Digest) -> None:
        """Hashes the file with this digest; StoreError if it has other bytes: it is moved aside."""
        path = self.path(digest)
        with explaining(path):
            actual = digest_file(path)
            if actual != digest:
                raise StoreError(
                    f"{path} is damaged: its bytes have the digest {actual}",
                    hint="run again: it is fetched or built anew; the damaged file is"
                    f" {self._quarantine.set_aside(path)}",
                )

    def _path(self, digest: Digest) -> Path:
        return self._folder / address(digest)

    def _has(self, digest: Digest, size: int) -> bool:
        path = self._path(digest)
        try:
            status = path.stat()
        except FileNotFoundError:
            return False
        if status.st_size != size:
            self._quarantine.set_aside(path)
            return False
        renew(path, status)
        return True
