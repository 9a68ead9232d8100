"""What a prepared tree says about itself without being run: build system and static metadata."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Protocol

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import SourceError
from wheeltree.model.source import BuildSystem, Candidate, Licensing, Metadata
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


class Inner:
    """A folder of a tree as a tree, since settings may have a project lie below the top.

    folder: without dots; "" for the tree itself. Errors as of the tree.
    """

    def __init__(self, tree: Tree, folder: str) -> None:
        self._tree = tree
        self._start = f"{folder}/" if folder else ""

    def read(self, path: str, at_most: int) -> bytes | None:
        """See `Tree.read`."""
        return self._tree.read(f"{self._start}{path}", at_most)

    def is_folder(self, path: str) -> bool:
        """See `Tree.is_folder`."""
        return self._tree.is_folder(f"{self._start}{path}")

    def names(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of `paths` that lie in the folder, as they are called there."""
        start = self._start
        return frozenset(path.removeprefix(start) for path in paths if path.startswith(start))


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


def read_build_system(package: str, folder: Path, build_dir: str = "") -> BuildSystem:
    """The build system of the tree in `folder`, as `build_system` reads it.

    build_dir: the folder of the tree that is built; SourceError if it is none of it.
    """
    if not Folder(folder).is_folder(build_dir):
        raise SourceError(f"{package}: {build_dir!r} is no folder of the source")
    tree = Inner(Folder(folder), build_dir)
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


def read_licensing(package: str, project: Project, tree: Tree) -> Licensing:
    """What a prepared tree says of its licence: an expression where there is one, be it in
    pyproject.toml or in PKG-INFO, else the older words of whichever has some.
    """
    said = project.licensing()
    content = None if said.expression else _read(tree, PKG_INFO, package)
    if content is None or len(content) > LARGEST:
        return said
    packed = PackageInfo(package, content).licensing()
    return said if (said.text or said.classifiers) and not packed.expression else packed


def _check_same(
    candidate: Candidate, file: str, name: NormalizedName | None, version: Version | None
) -> None:
    if name not in {None, candidate.name} or version not in {None, candidate.version}:
        raise SourceError(
            f"{candidate.name} {candidate.version}: {file} in {candidate.filename} says that it is "
            f"{name or candidate.name} {version or candidate.version}",
            hint=_mending(candidate),
        )


def _mending(candidate: Candidate) -> str:
    if candidate.commit is not None:
        return (
            f"the tag {candidate.commit.tag} is not of the version that it names: ask for another "
            "version, or correct the source with a patch or with `pyproject:`"
        )
    if candidate.declared:
        return "`versions:` in the settings names another version than the source has"
    return "the archive is not what its file name says; do not build it"


def _read(tree: Tree, name: str, package: str) -> bytes | None:
    try:
        return tree.read(name, LARGEST + 1)
    except OSError as error:
        raise SourceError(f"{package}: cannot read {name}: {error.strerror}") from error
