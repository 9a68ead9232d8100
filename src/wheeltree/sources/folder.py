"""A project folder of the user's own as a source: what of it counts, its digest, and a copy."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from wheeltree.errors import SourceError
from wheeltree.model.digest import Digest
from wheeltree.sources.tree import link_target, tree_digest, walk

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


def copy_folder(folder: Path, into: Path) -> None:
    """Make `into` a copy of what counts in `folder`; SourceError if that fails."""
    try:
        into.mkdir()
        for entry in walk(folder, leave_out):
            source, target = folder / entry.path, into / entry.path
            match entry.kind:
                case "folder":
                    target.mkdir()
                case "link":
                    target.symlink_to(link_target(source))
                case "file" | "program":
                    shutil.copyfile(source, target, follow_symlinks=False)
                    target.chmod(0o755 if entry.kind == "program" else 0o644)
    except OSError as error:
        raise SourceError(f"{folder}: cannot copy the project folder: {error}") from error
