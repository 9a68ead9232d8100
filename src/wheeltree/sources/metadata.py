"""What a prepared tree says about itself without being run: build system and static metadata."""

from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.errors import SourceError
from wheeltree.model.source import BuildSystem, Candidate, Metadata
from wheeltree.sources.declared import LARGEST, PKG_INFO, PYPROJECT, PackageInfo, Project

BUILD_FILES = frozenset({PYPROJECT, PKG_INFO, "setup.py", "setup.cfg"})
"""A patch to one of these makes PKG-INFO untrue."""


def read_project(package: str, tree: Path) -> Project:
    """The pyproject.toml of the tree; one without it must have a setup.py or setup.cfg."""
    content = _read(tree, PYPROJECT, package)
    if content is None:
        if not any((tree / name).is_file() for name in ("setup.py", "setup.cfg")):
            raise SourceError(
                f"{package}: the source has neither pyproject.toml nor setup.py in its top folder",
                hint="it is no Python project, or lies in a folder of its own inside the archive",
            )
        content = b""
    return Project(package, content)


def read_build_system(package: str, tree: Path) -> BuildSystem:
    """The `[build-system]` of the tree, whose backend-path must be folders of it."""
    system = read_project(package, tree).build_system()
    root = tree.resolve()
    for path in system.backend_path:
        folder = (root / path).resolve()
        if not folder.is_relative_to(root) or not folder.is_dir():
            raise SourceError(
                f"{package}: {PYPROJECT} has build-system.backend-path {path!r}, which is no "
                "folder of the source (PEP 517)"
            )
    return system


def read_metadata(
    candidate: Candidate, tree: Path, *, touched: frozenset[str], trust: bool
) -> Metadata | None:
    """The static metadata of a prepared tree; None where only the backend can tell.

    touched: paths that patches changed. trust: False for a package whose settings say so.

    SourceError if the source says that it is another name or version than `candidate`.
    """
    package = f"{candidate.name} {candidate.version}"
    project = read_project(package, tree)
    _check_same(candidate, PYPROJECT, project.name, project.version)
    if not trust:
        return None
    if found := project.metadata():
        return found
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


def _read(tree: Path, name: str, package: str) -> bytes | None:
    try:
        with (tree / name).open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SourceError(f"{package}: cannot read {name}: {error.strerror}") from error
