"""Unpacking of sdists, which are written by strangers.

Nothing is extracted by `tarfile` or `zipfile`: every member is checked, and every file written,
here. A folder that members are written into was made here, and links are made last, so that no path
ever leads through a link.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import SourceError, UnsafeArchive
from wheeltree.sources.inflate import Inflated
from wheeltree.sources.links import check_links
from wheeltree.sources.member import Limits, Member, Refused, check_characters, components, counted
from wheeltree.sources.tarball import read_tar

DEFAULT_LIMITS = Limits()
OLDEST = 315532800
"""1980-01-01, the first day that a zip archive can name, in seconds since 1970."""

_ZIP = b"PK"
_CHUNK = 1 << 18
_LONGEST = 4 << 20
_UPSTREAM = "do not build it; ask the project that publishes it"


def unpack(
    archive: Path,
    into: Path,
    *,
    name: NormalizedName,
    version: Version,
    limits: Limits = DEFAULT_LIMITS,
) -> int:
    """Make `into` the root of the source in `archive`: a .tar.gz, .tar.bz2, .tar.xz or .zip.

    The one top folder of the archive is stripped. Folders and executables get mode 755 and all
    other files 644. Returns the time of the newest member in seconds since 1970, not before 1980;
    members dated in the future do not count.

    UnsafeArchive names the member and its byte; then `into` does not exist. SourceError where it
    cannot be written.
    """
    with ExitStack() as undo, _explained(archive, f"{name} {version}"):
        into.mkdir()
        undo.callback(shutil.rmtree, into, ignore_errors=True)
        into.chmod(0o755)
        writer = _Writer(into)
        with archive.open("rb") as file:
            for member in counted(_members(file, limits), limits.members):
                with _naming(member):
                    writer.add(member)
        writer.finish()
        undo.pop_all()
    return max(writer.newest, OLDEST)


def read_files(
    archive: Path, names: frozenset[str], *, package: str, limits: Limits = DEFAULT_LIMITS
) -> dict[str, bytes]:
    """The content of the files called `names` directly in the archive's top folder.

    package: for messages. A file that is not there is left out.

    UnsafeArchive if the archive cannot be read.
    """
    found: dict[str, bytes] = {}
    with _explained(archive, package), archive.open("rb") as file:
        for member in counted(_members(file, limits), limits.members):
            with _naming(member):
                match components(member.path):
                    case (_, name) if name in names and member.kind == "file":
                        found[name] = _short(member)
    return found


def _short(member: Member) -> bytes:
    content = b""
    for piece in member.content():
        content += piece
        if len(content) > _LONGEST:
            raise Refused(f"it is larger than {_LONGEST} bytes")
    return content


def _members(file: BinaryIO, limits: Limits) -> Iterator[Member]:
    head = file.read(len(_ZIP))
    file.seek(0)
    if head == _ZIP:
        from wheeltree.sources.zipball import read_zip  # noqa: PLC0415  # slow, and hardly used

        return read_zip(file, limits)
    return read_tar(Inflated(file, limits))


@contextmanager
def _explained(archive: Path, package: str) -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise UnsafeArchive(
            f"{package}: {archive.name} is refused: {error.cause}", hint=error.hint or _UPSTREAM
        ) from error
    except OSError as error:
        raise SourceError(f"{package}: cannot unpack {archive}: {error}") from error


@contextmanager
def _naming(member: Member) -> Iterator[None]:
    try:
        yield
    except Refused as error:
        cause = f"member {member.path[:200]!r} ({member.where}): {error.cause}"
        raise Refused(cause, hint=error.hint) from error


class _Writer:
    """Members written below a root, all in one top folder that is stripped."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = ""
        self._folders: set[str] = {""}
        self._files: dict[str, bool] = {}
        """Whether it is executable, by path."""
        self._links: dict[str, str] = {}
        self._now = int(time.time())
        self.newest = 0

    def add(self, member: Member) -> None:
        """Write one member; a link is only noted."""
        names = self._strip(components(member.path), member)
        path = "/".join(names)
        if member.mtime <= self._now:
            self.newest = max(self.newest, member.mtime)
        self._make_folders(names[:-1])
        match member.kind:
            case "folder":
                self._make_folders(names)
            case "link":
                self._note_link(path, member.target)
            case "copy":
                target = self._earlier(member)
                self._write(path, self._read(target), executable=self._files[target])
            case "file":
                self._write(path, member.content(), executable=member.executable)

    def finish(self) -> None:
        """Make the links, once it is known that none leads through another."""
        if not self._files:
            raise Refused("there is nothing in it")
        check_links(self._links, self._folders)
        for path, target in self._links.items():
            self._at(path).symlink_to(target)

    def _at(self, path: str) -> Path:
        return self._root / path

    def _strip(self, names: tuple[str, ...], member: Member) -> tuple[str, ...]:
        """The path without the top folder; () for that folder itself, or for `./`."""
        if not names:
            if member.kind != "folder":
                raise Refused("its path is empty")
            return ()
        if len(names) == 1 and member.kind != "folder":
            raise Refused("it is not in a top folder, as the files of an sdist are")
        if self._top not in {"", names[0]}:
            raise Refused(f"there is a second top folder beside {self._top!r}")
        self._top = names[0]
        return names[1:]

    def _make_folders(self, names: tuple[str, ...]) -> None:
        if "/".join(names) in self._folders:
            return
        self._make_folders(names[:-1])
        path = "/".join(names)
        self._check_free(path)
        self._at(path).mkdir()
        self._at(path).chmod(0o755)
        self._folders.add(path)

    def _check_free(self, path: str) -> None:
        if path in self._links:
            raise Refused(f"it is at, or below, the link {path!r}")
        if path in self._files:
            raise Refused(f"it is at, or below, the file {path!r}")

    def _note_link(self, path: str, target: str) -> None:
        check_characters(target)
        if self._links.get(path, target) != target:
            raise Refused("it is there twice, with different targets")
        if path in self._folders or path in self._files:
            raise Refused("it is there twice, once as a link")
        self._links[path] = target

    def _write(self, path: str, content: Iterator[bytes], *, executable: bool) -> None:
        if path in self._folders or path in self._links:
            raise Refused("it is there twice, once as a folder or link")
        if path in self._files:
            self._check_same(path, content)
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(f"{self._root}/{path}", flags, 0o600)
        try:
            os.fchmod(file, 0o755 if executable else 0o644)
            for piece in content:
                _write_all(file, piece)
        finally:
            os.close(file)
        self._files[path] = executable

    def _check_same(self, path: str, content: Iterator[bytes]) -> None:
        with self._at(path).open("rb") as file:
            same = all(file.read(len(piece)) == piece for piece in content)
            if not same or file.read(1):
                raise Refused("it is there twice, with different contents")

    def _earlier(self, member: Member) -> str:
        """The file that a hard link names."""
        target = "/".join(self._strip(components(member.target), member))
        if target not in self._files:
            raise Refused(f"it is a hard link to {member.target!r}, which is no earlier file of it")
        return target

    def _read(self, path: str) -> Iterator[bytes]:
        with self._at(path).open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece


def _write_all(file: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(file, rest) :]
