"""A project folder of the user's own as a source: what of it counts, and its digest."""

import os
from collections.abc import Iterator
from pathlib import Path

from wheeltree.errors import SourceError
from wheeltree.model.digest import Digest
from wheeltree.sources.draft import Draft
from wheeltree.sources.tree import tree_digest

_LEFT_OUT = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".venv",
        ".tox",
        ".nox",
        ".eggs",
        ".hypothesis",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        "__pycache__",
        "node_modules",
    }
)


def leave_out(entry: os.DirEntry[str]) -> bool:
    """Whether something in a project folder is no source: version control, caches, artefacts."""
    if not entry.is_dir(follow_symlinks=False):
        return entry.name == ".git" or entry.name.endswith((".pyc", ".pyo"))
    if entry.name in _LEFT_OUT:
        return True
    if entry.name.endswith(".egg-info"):
        return _holds(entry, "PKG-INFO")
    if entry.name == "build":
        # The name is used for sources too; this is how setuptools fills it.
        return any(path.name.startswith(("lib", "temp.", "bdist.")) for path in _children(entry))
    if entry.name == "dist":
        return all(
            path.name.endswith((".whl", ".tar.gz", ".gitignore")) for path in _children(entry)
        )
    return _holds(entry, "pyvenv.cfg")


def _holds(entry: os.DirEntry[str], name: str) -> bool:
    return Path(entry, name).exists()


def _children(entry: os.DirEntry[str]) -> Iterator[Path]:
    return Path(entry).iterdir()


def folder_digest(folder: Path) -> Digest:
    """The tree digest of what counts in `folder`; SourceError if it cannot be read."""
    try:
        return tree_digest(folder, leave_out)
    except OSError as error:
        raise SourceError(f"{folder}: cannot read the project folder: {error}") from error


def take_folder(draft: Draft, folder: Path) -> None:
    """Make `draft` what counts in `folder`; SourceError if that cannot be read."""
    try:
        draft.adopt(folder, leave_out)
    except OSError as error:
        raise SourceError(f"{folder}: cannot read the project folder: {error}") from error


class Folder:
    """A source tree that lies in a folder, to be read as a draft is.

    root: the folder; its links must have been checked.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str, at_most: int) -> bytes | None:
        """The first bytes of the file at `path`; None if there is no file."""
        try:
            with (self._root / path).open("rb") as file:
                return file.read(at_most)
        except (FileNotFoundError, IsADirectoryError):
            return None

    def is_folder(self, path: str) -> bool:
        """Whether `path` leads to a folder of the tree."""
        root = self._root.resolve()
        folder = (root / path).resolve()
        return folder.is_relative_to(root) and folder.is_dir()
