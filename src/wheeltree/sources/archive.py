"""Unpacking of sdists, which are written by strangers.

Nothing is extracted by `tarfile` or `zipfile`: every member is checked here before it is added to a
draft, which is no folder, so that no path leads through a link.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import SourceError, UnsafeArchive
from wheeltree.sources.draft import Draft
from wheeltree.sources.inflate import Inflated
from wheeltree.sources.member import Limits, Member, Refused, components, counted
from wheeltree.sources.tarball import read_tar

DEFAULT_LIMITS = Limits()
OLDEST = 315532800
"""1980-01-01, the first day that a zip archive can name, in seconds since 1970."""

_ZIP = b"PK"
_LONGEST = 4 << 20
_UPSTREAM = "do not build it; ask the project that publishes it"


def unpack(
    archive: Path,
    draft: Draft,
    *,
    name: NormalizedName,
    version: Version,
    below: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> int:
    """Add the source in `archive` to `draft`: a .tar.gz, .tar.bz2, .tar.xz or .zip.

    name, version: for messages. below: a folder of the draft that takes the place of the one top
    folder of the archive; "" for the root.

    Returns the time of the newest member in seconds since 1970, not before 1980; members dated in
    the future do not count.

    UnsafeArchive names the member and its byte. SourceError where the draft cannot be written. The
    draft is of no use then.
    """
    return lay(archive, draft, package=f"{name} {version}", below=below, limits=limits)


def lay(
    archive: Path, draft: Draft, *, package: str, below: str, limits: Limits = DEFAULT_LIMITS
) -> int:
    """The same for an archive that belongs to a source; `package` is what messages call it."""
    with _explained(archive, package), archive.open("rb") as file:
        unpacking = _Unpacking(draft, below)
        for member in counted(_members(file, limits), limits.members):
            try:
                unpacking.add(member)
            except Refused as error:
                raise _named(member, error) from error
        unpacking.finish()
    return max(unpacking.newest, OLDEST)


def read_files(
    archive: Path, names: frozenset[str], *, package: str, limits: Limits = DEFAULT_LIMITS
) -> dict[str, bytes]:
    """The content of files, by their paths below the archive's top folder.

    package: for messages. A file that is not there is left out.

    UnsafeArchive if the archive cannot be read.
    """
    found: dict[str, bytes] = {}
    with _explained(archive, package), archive.open("rb") as file:
        for member in counted(_members(file, limits), limits.members):
            try:
                _, *inner = components(member.path)
                path = "/".join(inner)
                if path in names and member.kind == "file":
                    found[path] = _short(member)
            except Refused as error:
                raise _named(member, error) from error
    return found


def _short(member: Member) -> bytes:
    content = b""
    for piece in member.content:
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


def _named(member: Member, error: Refused) -> Refused:
    cause = f"member {member.path[:200]!r} ({member.where}): {error.cause}"
    return Refused(cause, hint=error.hint)


class _Unpacking:
    """Members added to a draft, all from one top folder that is stripped."""

    def __init__(self, draft: Draft, below: str) -> None:
        self._draft = draft
        self._below = below
        self._top = ""
        self._has_files = False
        self._now = int(time.time())
        self.newest = 0

    def add(self, member: Member) -> None:
        """Add one member."""
        path = self._place(member.path, member)
        if self.newest < member.mtime <= self._now:
            self.newest = member.mtime
        match member.kind:
            case "file":
                self._draft.add_file(path, member.content, program=member.executable)
                self._has_files = True
            case "folder":
                self._draft.add_folder(path)
            case "link":
                self._draft.add_link(path, member.target)
            case "copy":
                self._draft.add_copy(path, self._earlier(member))

    def finish(self) -> None:
        """Check what only the whole can tell."""
        if not self._has_files:
            raise Refused("there is nothing in it")
        self._draft.check_links()

    def _place(self, path: str, member: Member) -> str:
        """Where a path of the archive is in the draft: without the top folder, below ours."""
        names = components(path)
        if not names:
            if member.kind != "folder":
                raise Refused("its path is empty")
            return self._below
        if len(names) == 1 and member.kind != "folder":
            raise Refused("it is not in a top folder, as the files of an sdist are")
        if names[0] != self._top:
            if self._top:
                raise Refused(f"there is a second top folder beside {self._top!r}")
            self._top = names[0]
        inner = "/".join(names[1:])
        return f"{self._below}/{inner}" if self._below and inner else self._below or inner

    def _earlier(self, member: Member) -> str:
        """The file that a hard link names."""
        target = self._place(member.target, member)
        if not self._draft.has_file(target):
            raise Refused(f"it is a hard link to {member.target!r}, which is no earlier file of it")
        return target
