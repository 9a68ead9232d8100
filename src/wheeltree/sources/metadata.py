"""What a prepared tree says about itself without being run: build system and static metadata."""

from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Protocol

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import SourceError
from wheeltree.model.source import BuildSystem, Candidate, Metadata
from wheeltree.sources.declared import LARGEST, PKG_INFO, PYPROJECT, PackageInfo, Project
from wheeltree.sources.folder import Folder

BUILD_FILES = frozenset({PYPROJECT, PKG_INFO, "setup.py", "setup.cfg"})
"""A patch to one of these makes PKG-INFO untrue."""


class Tree(Protocol):
    """A source tree that can be read: a draft or a folder."""

    def read(self, path: str, at_most: int) -> bytes | None:
        """The first bytes of the file at `path`, links followed; None if there is no file."""
        ...

    def is_folder(self, path: str) -> bool:
        """Whether `path` leads to a folder of the tree."""
        ...


def read_project(package: str, tree: Tree) -> Project:
    """The pyproject.toml of the tree; one without it must have a setup.py or setup.cfg."""
    content = _read(tree, PYPROJECT, package)
    if content is None:
        if not any(_read(tree, name, package) is not None for name in ("setup.py", "setup.cfg")):
            raise SourceError(
                f"{package}: the source has neither pyproject.toml nor setup.py in its top folder",
                hint="it is no Python project, or lies in a folder of its own inside the archive",
            )
        content = b""
    return Project(package, content)


def read_build_system(package: str, folder: Path) -> BuildSystem:
    """The build system of the tree in `folder`, as `build_system` reads it."""
    tree = Folder(folder)
    return build_system(package, read_project(package, tree), tree)


def build_system(package: str, project: Project, tree: Tree) -> BuildSystem:
    """The `[build-system]` of a project, whose backend-path must be folders of its tree."""
    system = project.build_system()
    for path in system.backend_path:
        if not tree.is_folder(path):
            raise SourceError(
                f"{package}: {PYPROJECT} has build-system.backend-path {path!r}, which is no "
                "folder of the source (PEP 517)"
            )
    return system


def read_metadata(
    candidate: Candidate, project: Project, tree: Tree, *, touched: AbstractSet[str], trust: bool
) -> Metadata | None:
    """The static metadata of a prepared tree; None where only the backend can tell.

    project: its pyproject.toml. touched: paths that patches changed. trust: False for a package
    whose settings say so.

    SourceError if the source says that it is another name or version than `candidate`.
    """
    _check_same(candidate, PYPROJECT, project.name, project.version)
    if not trust:
        return None
    if found := project.metadata():
        return found
    package = f"{candidate.name} {candidate.version}"
    content = _read(tree, PKG_INFO, package)
    if content is None or touched & BUILD_FILES:
        return None
    info = PackageInfo(package, content)
    _check_same(candidate, PKG_INFO, info.name, info.version)
    return info.metadata()


def _check_same(
    candidate: Candidate, file: str, name: NormalizedName | None, version: Version | None
) -> None:
    if name not in {None, candidate.name} or version not in {None, candidate.version}:
        raise SourceError(
            f"{candidate.name} {candidate.version}: {file} in {candidate.filename} says that it is "
            f"{name or candidate.name} {version or candidate.version}",
            hint="the archive is not what its file name says; do not build it",
        )


def _read(tree: Tree, name: str, package: str) -> bytes | None:
    try:
        return tree.read(name, LARGEST + 1)
    except OSError as error:
        raise SourceError(f"{package}: cannot read {name}: {error.strerror}") from error
