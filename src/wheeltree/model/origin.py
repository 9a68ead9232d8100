"""Where settings say that a project comes from, instead of an index."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from packaging.version import Version

from wheeltree.model.digest import Digest


@dataclass(frozen=True, kw_only=True)
class GitOrigin:
    """A git repository whose tags are versions."""

    url: str
    """https or file URL; may carry credentials."""
    tag: str
    """How the tags are named, with `{version}` in it once."""
    submodules: bool
    """Whether submodules belong to the source."""
    where: str
    """`file:line` of the settings."""


@dataclass(frozen=True, kw_only=True)
class NamedFile:
    """The one file of one version."""

    version: Version
    url: str
    """https, http or file URL; may carry credentials."""
    digest: Digest


@dataclass(frozen=True, kw_only=True)
class FileOrigin:
    """An archive, or a wheel, for each version."""

    kind: Literal["sdist", "wheel"]
    template: str
    """The URL as it is written, without values of variables."""
    files: tuple[NamedFile, ...]
    where: str
    """`file:line` of the settings."""


@dataclass(frozen=True, kw_only=True)
class FolderOrigin:
    """A project folder of this machine."""

    path: str
    """Absolute."""
    version: Version | None
    """None where the folder says it itself."""
    where: str
    """`file:line` of the settings."""


SourceOrigin: TypeAlias = GitOrigin | FileOrigin | FolderOrigin
