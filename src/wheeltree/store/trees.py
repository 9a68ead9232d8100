"""Trees by digest, each packed into one file: a cache, found by name and not waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from wheeltree.model.digest import Digest
from wheeltree.store.addressing import address
from wheeltree.store.files import explained, explaining, make_folder, remove_tree, renew
from wheeltree.store.packs import pack
from wheeltree.store.settling import Settling
from wheeltree.store.work import Work

_BUFFER = 1 << 18
"""Bytes that are written to a pack at once."""


class Trees:
    """The folder `trees/`; every method raises StoreError where the disk fails.

    settling: says durably that trees are kept which may not be on the disk yet.
    """

    def __init__(self, folder: Path, work: Work, settling: Settling) -> None:
        self._folder = folder
        self._work = work
        self._settling = settling

    @contextmanager
    def blank(self) -> Iterator[BinaryIO]:
        """A new empty file for a pack; removed after the block unless `keep` took it."""
        with (
            explaining(self._work.folder),
            self._work.temporary() as (_, temp),
            temp.open("r+b", buffering=_BUFFER) as file,
        ):
            yield file

    def keep(self, digest: Digest, pack_file: Path) -> None:
        """Moves the finished pack here as the tree `digest`, unless that stands already."""
        path = self._path(digest)
        if self.find(digest) is None:
            with explaining(path):
                make_folder(path.parent)
                self._settling.mark()
                pack_file.chmod(0o444)
                pack_file.rename(path)

    def keep_folder(self, digest: Digest, folder: Path) -> None:
        """Packs the content of `folder` as the tree `digest`, unless that stands already."""
        if self.find(digest) is None:
            with self.blank() as file:
                pack(folder, file)
                self.keep(digest, Path(file.name))

    def find(self, digest: Digest) -> Path | None:
        """The file that holds the tree `digest`, if it is there."""
        path = self._path(digest)
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise explained(error, path) from error
        renew(path, status)
        return path

    def settle(self) -> None:
        """Waits once until everything that was kept is on the disk."""
        with explaining(self._folder):
            self._settling.settle()

    def are_doubtful(self) -> bool:
        """Whether a power cut may have torn some: they were kept in a boot that ended too soon."""
        with explaining(self._folder):
            return bool(self._settling.unsettled())

    def drop(self) -> None:
        """Removes all of them, and with them the doubt; nobody may use them."""
        with explaining(self._folder):
            doubts = self._settling.unsettled()
            if self._folder.is_dir():
                remove_tree(self._folder)
            for doubt in doubts:
                doubt.unlink(missing_ok=True)

    def _path(self, digest: Digest) -> Path:
        return self._folder / address(digest)
