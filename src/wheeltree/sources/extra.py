"""Extra sources laid into a source tree: what its build would fetch, and cannot."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from wheeltree.errors import SettingsError, SourceError, UnsafeArchive
from wheeltree.model.edits import ExtraSource, changes_nothing
from wheeltree.sources.archive import lay
from wheeltree.sources.draft import Draft
from wheeltree.sources.member import Refused

_CHUNK = 1 << 20


def lay_extras(
    extras: Sequence[ExtraSource], files: Sequence[Path], draft: Draft, package: str
) -> None:
    """Lay each of `extras`, which lies in the file of the same position, where it is to be.

    package: for messages, such as `osqp 1.0`. SettingsError, with where the settings say so, if
    there is something in its place already; SourceError and its kinds if it cannot be unpacked.
    """
    for extra, file in zip(extras, files, strict=True):
        _refuse_standing(extra, draft, package)
        try:
            _lay(extra, file, draft, f"{package}: {extra.place}")
        except Refused as error:
            raise SettingsError(
                f"{package}: an extra source cannot lie at {extra.path}: {error.cause}",
                details=[extra.place],
            ) from error


def _lay(extra: ExtraSource, file: Path, draft: Draft, subject: str) -> None:
    if extra.unpack:
        draft.add_folder(extra.path)
        try:
            lay(file, draft, package=subject, below=extra.path)
        except UnsafeArchive as error:
            error.hint = f"it is no archive of one top folder? Then say `unpack: false`; {_OTHER}"
            raise
    else:
        try:
            draft.add_file(extra.path, _pieces(file), program=False)
        except OSError as error:
            raise SourceError(f"{subject}: cannot copy {file}: {error}") from error
        draft.touched.add(extra.path)


_OTHER = "else it is damaged, or written to do harm"


def _refuse_standing(extra: ExtraSource, draft: Draft, package: str) -> None:
    """An empty folder may be there: that is what an archive has of a submodule."""
    standing = draft.file_digest(extra.path)
    if standing == extra.digest and not extra.unpack:
        text = f"{extra.place}: {extra.path} is in the source already, with the same bytes"
        raise changes_nothing(package, [text])
    if standing or draft.is_occupied(extra.path):
        raise SettingsError(
            f"{package}: an extra source cannot lie at {extra.path}: the source has it already",
            details=[extra.place],
            hint="choose another path, or change what is there with a patch",
        )


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(_CHUNK):
            yield piece
