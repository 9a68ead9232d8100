"""A source tree that is being prepared: what is in it, and one file that all contents lie in."""

import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from wheeltree.model.digest import Digest
from wheeltree.sources.links import check_links, followed
from wheeltree.sources.member import Refused, check_characters
from wheeltree.sources.tree import EntryKind, digest_of, keep_all, line, link_target, walk

_CHUNK = 1 << 20


class Content(NamedTuple):
    """A regular file: what it is, and where its bytes lie in the body."""

    kind: Literal["file", "program"]
    position: int
    size: int
    digest: str


class Sealed(NamedTuple):
    """One entry of a finished tree; its mode follows from its kind."""

    kind: EntryKind
    path: str
    time: int
    """Of its last change, in seconds since 1970."""
    position: int
    """Of a file's content in the body; 0 for everything else, as is `size`."""
    size: int
    content: str
    """SHA-256 of a file's bytes; what a link says; "" for a folder."""


class Draft:
    """A source tree that is being prepared.

    Paths are relative to its root, with `/`, and have neither `.` nor `..`; who adds something
    makes sure of that. Folders appear with what is in them.

    body: an empty file, open for reading and writing with a buffer, to which contents are appended
    as they come; what a replaced file had stays in it. OSError where it cannot be written or read.
    """

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self._end = 0
        self._files: dict[str, Content] = {}
        self._links: dict[str, str] = {}
        self._folders = {""}
        self.touched: set[str] = set()
        """Paths that were changed since they were unpacked, removed ones included."""

    # Adding; Refused for what contradicts what is there.

    def add_folder(self, path: str) -> None:
        """Add a folder with those above it, unless it is there."""
        if path in self._folders:
            return
        self.add_folder(path.rpartition("/")[0])
        if path in self._links:
            raise Refused(f"it is at, or below, the link {path!r}")
        if path in self._files:
            raise Refused(f"it is at, or below, the file {path!r}")
        self._folders.add(path)

    def add_link(self, path: str, target: str) -> None:
        """Add a symbolic link; `check_links` says later whether it may be."""
        self.add_folder(path.rpartition("/")[0])
        check_characters(target)
        if self._links.get(path, target) != target:
            raise Refused("it is there twice, with different targets")
        if path in self._folders or path in self._files:
            raise Refused("it is there twice, once as a link")
        self._links[path] = target

    def add_file(self, path: str, content: Iterable[bytes], *, program: bool) -> None:
        """Add a file; one that is there already must have the same bytes."""
        self._make_way(path)
        standing = self._files.get(path)
        if standing is None:
            self._files[path] = self._append(content, "program" if program else "file")
        elif _digest(content) != standing.digest:
            raise Refused(_OTHER)

    def add_copy(self, path: str, original: str) -> None:
        """Add a file with the bytes and the mode of the file `original`."""
        self._make_way(path)
        content = self._files[original]
        if self._files.setdefault(path, content).digest != content.digest:
            raise Refused(_OTHER)

    def replace(self, path: str, content: bytes) -> None:
        """Make `content` that of the file at `path`, which need not be there yet."""
        self._make_way(path)
        standing = self._files.get(path)
        kind = "file" if standing is None else standing.kind
        self._files[path] = self._append([content], kind)
        self.touched.add(path)

    def adopt(self, folder: Path, leave_out: Callable[[os.DirEntry[str]], bool] = keep_all) -> None:
        """Become what lies in `folder`; contents that are here already are not written again.

        leave_out: as for `walk`. SourceError, as there.
        """
        before, self._files = self._files, {}
        self._links, self._folders = {}, {""}
        for entry in walk(folder, leave_out):
            match entry.kind:
                case "folder":
                    self._folders.add(entry.path)
                case "link":
                    self._links[entry.path] = link_target(folder / entry.path)
                case "file" | "program" as kind:
                    known = before.get(entry.path)
                    self._files[entry.path] = self._taken(folder / entry.path, kind, known)

    def _make_way(self, path: str) -> None:
        self.add_folder(path.rpartition("/")[0])
        if path in self._folders or path in self._links:
            raise Refused("it is there twice, once as a folder or link")

    def _append(self, content: Iterable[bytes], kind: Literal["file", "program"]) -> Content:
        whole, start, write = sha256(), self._end, self._body.write
        for piece in content:
            whole.update(piece)
            self._end += write(piece)
        return Content(kind, start, self._end - start, whole.hexdigest())

    def _taken(
        self, path: Path, kind: Literal["file", "program"], known: Content | None
    ) -> Content:
        with path.open("rb", buffering=0) as file:
            if known is not None:
                if _digest(_chunks(file)) == known.digest:
                    return known._replace(kind=kind)
                file.seek(0)
            return self._append(_chunks(file), kind)

    # Asking.

    @property
    def files(self) -> Iterable[str]:
        """Paths of all regular files."""
        return self._files.keys()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self._files.values())

    def has_file(self, path: str) -> bool:
        """Whether there is a regular file at `path`."""
        return path in self._files

    def file_digest(self, path: str) -> str:
        """SHA-256 of the file at `path`; "" if there is none."""
        return self._files[path].digest if path in self._files else ""

    def is_occupied(self, path: str) -> bool:
        """Whether there is something at `path`, or in the folder that it is."""
        start = f"{path}/"
        return path in self._files.keys() | self._links.keys() or any(
            each.startswith(start)
            for some in (self._files, self._links, self._folders)
            for each in some
        )

    def is_folder(self, path: str) -> bool:
        """Whether `path` leads to a folder of the tree, links followed once they are checked."""
        return followed(path, self._links) in self._folders

    def read(self, path: str, at_most: int) -> bytes | None:
        """The first bytes of the file that `path` leads to, links followed once they are checked.

        None if there is no such file.
        """
        file = self._files.get(followed(path, self._links) or "")
        if file is None:
            return None
        return b"".join(self._pieces(file._replace(size=min(file.size, at_most))))

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of the file at `path`."""
        return self._pieces(self._files[path])

    def _pieces(self, file: Content) -> Iterator[bytes]:
        self._body.flush()
        position, end = file.position, file.position + file.size
        while position < end:
            piece = os.pread(self._body.fileno(), min(end - position, _CHUNK), position)
            position += len(piece)
            yield piece

    def contents(self, folder: str) -> dict[str, str]:
        """SHA-256 of every file below a folder, by its path in the tree."""
        start = f"{folder}/"
        return {path: file.digest for path, file in self._files.items() if path.startswith(start)}

    def check_links(self) -> None:
        """Refused, naming the link, if one could be followed out of the tree or round in circles.

        Also for a target that is not UTF-8, which has no digest.
        """
        check_links(self._links, self._folders)

    def digest(self) -> Digest:
        """The digest of the tree, the same as `tree_digest` of it as a folder."""
        folders = {path: line("folder", path) for path in self._folders if path}
        return digest_of(folders | self.state)

    @property
    def state(self) -> dict[str, str]:
        """What the digest covers of each file and link, by path."""
        lines = {path: line(file.kind, path, file.digest) for path, file in self._files.items()}
        for path, target in self._links.items():
            lines[path] = line("link", path, sha256(target.encode()).hexdigest())
        return lines

    def sealed(self, epoch: int) -> list[Sealed]:
        """Everything that is in the tree, a folder before what is in it.

        epoch: when all of it was changed, in seconds since 1970. What was touched is a second
        newer, so that what is generated from it is generated again (a `.pyx` beside its `.c`).
        """
        touched = self.touched
        found = [
            Sealed(file.kind, path, epoch + (path in touched), *file[1:])
            for path, file in self._files.items()
        ]
        found += (
            Sealed("link", path, epoch + (path in touched), 0, 0, target)
            for path, target in self._links.items()
        )
        found += (
            Sealed("folder", path, epoch + (path in touched), 0, 0, "")
            for path in self._folders
            if path
        )
        found.sort(key=lambda entry: entry.path)
        return found

    def lay_out(self, into: Path) -> None:
        """Make the new folder `into` the tree, with modes and without times.

        The links must have been checked. OSError where it cannot be written.
        """
        into.mkdir()
        for entry in self.sealed(0):
            path = into / entry.path
            match entry.kind:
                case "folder":
                    path.mkdir()
                case "link":
                    path.symlink_to(entry.content)
                case "file" | "program":
                    path.touch(0o755 if entry.kind == "program" else 0o644, exist_ok=False)
                    with path.open("wb") as file:
                        file.writelines(self._pieces(self._files[entry.path]))


_OTHER = "it is there twice, with different contents"


def _digest(content: Iterable[bytes]) -> str:
    whole = sha256()
    for piece in content:
        whole.update(piece)
    return whole.hexdigest()


def _chunks(file: FileIO) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece
