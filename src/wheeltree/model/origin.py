"""Where settings say that a project comes from, instead of an index."""

from typing import Literal, TypeAlias

from packaging.version import Version

from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen


class GitOrigin(Frozen):
    """A git repository whose tags are versions."""

    url: str
    """https or file URL; may carry credentials."""
    tag: str
    """How the tags are named, with `{version}` in it once."""
    submodules: bool
    """Whether submodules belong to the source."""
    where: str
    """`file:line` of the settings."""


class NamedFile(Frozen):
    """The one file of one version."""

    version: Version
    url: str
    """https, http or file URL; may carry credentials."""
    digest: Digest


class FileOrigin(Frozen):
    """An archive, or a wheel, for each version."""

    kind: Literal["sdist", "wheel"]
    template: str
    """The URL as it is written, without values of variables."""
    files: tuple[NamedFile, ...]
    where: str
    """`file:line` of the settings."""


class FolderOrigin(Frozen):
    """A project folder of this machine."""

    path: str
    """Absolute."""
    version: Version | None
    """None where the folder says it itself."""
    where: str
    """`file:line` of the settings."""


class WheelsOrigin(Frozen):
    """An index whose wheels of the project are taken as they are."""

    url: str
    """https, http or file URL; may carry credentials."""
    where: str
    """`file:line` of the settings."""


SourceOrigin: TypeAlias = GitOrigin | FileOrigin | FolderOrigin | WheelsOrigin
