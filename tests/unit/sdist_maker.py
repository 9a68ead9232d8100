"""Archives made member by member, honest and not."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.model.digest import Digest
from wheeltree.model.source import Candidate

WHEN = 1_600_000_000

Entry = tuple[tarfile.TarInfo, bytes]


def entry(
    path: str,
    content: bytes = b"",
    kind: bytes = tarfile.REGTYPE,
    *,
    target: str = "",
    mode: int = 0o644,
    mtime: float = WHEN,
) -> Entry:
    """One member of a tar archive, whatever it does to its reader."""
    member = tarfile.TarInfo(path)
    member.type, member.linkname, member.mode, member.mtime = kind, target, mode, mtime
    member.size = len(content)
    return member, content


def tar_bytes(entries: Sequence[Entry], *, style: int = tarfile.PAX_FORMAT) -> bytes:
    """The uncompressed archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=style, errors="surrogateescape") as archive:
        for member, content in entries:
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def write_tar(path: Path, entries: Sequence[Entry], *, style: int = tarfile.PAX_FORMAT) -> Path:
    """A .tar.gz file."""
    path.write_bytes(gzip.compress(tar_bytes(entries, style=style), mtime=0))
    return path


def write_sdist(folder: Path, stem: str, files: Mapping[str, bytes]) -> Path:
    """An honest sdist `STEM.tar.gz`."""
    return write_tar(
        folder / f"{stem}.tar.gz",
        [entry(f"{stem}/{path}", content) for path, content in files.items()],
    )


def write_zip(path: Path, members: Sequence[tuple[zipfile.ZipInfo, bytes]]) -> Path:
    """A .zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members:
            archive.writestr(member, content)
    return path


def zip_entry(
    path: str, content: bytes = b"", mode: int = 0o100644
) -> tuple[zipfile.ZipInfo, bytes]:
    """One member of a zip archive."""
    member = zipfile.ZipInfo(path, (2020, 9, 13, 12, 26, 40))
    member.external_attr = mode << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    return member, content


def candidate(
    stem: str = "demo-1.0",
    *,
    url: str = "https://index.example/demo-1.0.tar.gz",
    digest: Digest | None = None,
    folder: bool = False,
) -> Candidate:
    """A candidate called by its file name."""
    name, _, version = stem.partition("-")
    return Candidate(
        name=canonicalize_name(name),
        version=Version(version),
        kind="folder" if folder else "sdist",
        filename=f"{stem}.tar.gz",
        url=url,
        digest=digest,
    )
