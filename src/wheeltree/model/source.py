"""Where the source of a wheel comes from, and what it is once it is prepared."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Literal

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.digest import Digest, Key
from wheeltree.model.edits import ExtraSource, TomlEdit
from wheeltree.model.frozen import Frozen
from wheeltree.model.ingredient import Ingredient


class Commit(Frozen):
    """One commit of a git repository, with how it is fetched."""

    id: str
    """40 or 64 lower-case hexadecimal digits."""
    tag: str
    """Name of the tag that named it."""
    submodules: bool
    """Whether its submodules belong to it."""


DECLARED = "settings:"
"""How `Candidate.index` begins where settings say where a project comes from."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One version of a project that is offered as source.

    Equal candidates have the same content; where it was offered does not matter.
    """

    name: NormalizedName
    version: Version
    kind: Literal["sdist", "folder", "git", "wheel", "seed", "system"] = "sdist"
    """An archive, a folder on this machine, a commit of a repository, a wheel that is taken
    as it is; in build environments also a wheel that breaks a cycle, and a tool of the system."""
    filename: str = field(compare=False)
    """As published, such as `requests-2.34.2.tar.gz`; a folder's own name for a folder."""
    url: str = field(compare=False)
    """https, http or file URL without credentials and without fragment."""
    digest: Digest | None
    """What the index or requirement promised; None where it promised nothing."""
    requires_python: SpecifierSet | None = field(default=None, compare=False)
    upload_time: datetime | None = field(default=None, compare=False)
    yanked: str | None = field(default=None, compare=False)
    """Why the release was withdrawn (PEP 592): None if it was not, "" if no reason is given."""
    index: str | None = field(default=None, compare=False)
    """URL of the index that offered it, or `settings:` and what those say; None for a direct
    reference."""
    commit: Commit | None = None
    """For the kind "git"."""

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def declared(self) -> bool:
        """Whether it comes from where settings say (`source:`), and from no index."""
        return self.index is not None and self.index.startswith(DECLARED)

    @property
    def planted(self) -> bool:
        """Whether no run builds its wheel, and only build environments get it."""
        return self.kind in {"seed", "system"}


@dataclass(frozen=True, kw_only=True)
class Patch:
    """One patch file, in the order in which it is applied."""

    name: str
    digest: Digest
    path: str = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What is done to an unpacked source before it is used."""

    patches: tuple[Patch, ...] = ()
    trust_metadata: bool = True
    """False asks the backend for metadata even where the source declares it as static."""
    build_dir: str = ""
    """The folder of the tree that is built; "" for its top."""
    build_dir_place: str = field(default="", compare=False)
    """Where the settings say so, as `file:line: key`."""
    pyproject: tuple[TomlEdit, ...] = ()
    """In the order in which they are made."""
    extra_sources: tuple[ExtraSource, ...] = ()
    vendoring: tuple[str, ...] | None = None
    """What is fetched by lock files of the source; None where it is needed."""
    plugin: Key | None = None
    """Fingerprint of a plugin that takes part in preparing; None where none does."""
    variant: str = ""
    """The one that such a plugin is told; "" where it may not ask."""


RUST: frozenset[str] = frozenset({"maturin", "setuptools-rust"})
"""Projects that run cargo for those who build with them."""


class BuildSystem(Frozen):
    """The `[build-system]` table of pyproject.toml, with the defaults of PEP 517 filled in."""

    requires: tuple[str, ...] = ("setuptools>=40.8.0",)
    backend: str = "setuptools.build_meta:__legacy__"
    backend_path: tuple[str, ...] = ()


class Metadata(Frozen):
    """The part of a wheel's core metadata that resolution needs."""

    requires_dist: tuple[str, ...] = ()
    requires_python: str = ""
    extras: tuple[NormalizedName, ...] = ()


class Licensing(Frozen):
    """What a source says of its licence, unjudged."""

    expression: str = ""
    """`License-Expression` (PEP 639); "" where it has none."""
    text: str = ""
    """`License`, which may be anything; cut off where it is long."""
    classifiers: tuple[str, ...] = ()
    """Those about licences."""


_LONGEST_LICENCE = 2000
"""Characters; a longer text is the licence itself, which is not for the plan."""
_MOST_CLASSIFIERS = 20


def licensing(expression: str, text: str, classifiers: Iterable[str]) -> Licensing:
    """What these fields of core metadata say together; texts that are long are cut off."""
    about = (each for each in classifiers if each.startswith("License ::"))
    return Licensing(
        expression=_short(expression),
        text=_short(text),
        classifiers=tuple(_short(each) for each in islice(about, _MOST_CLASSIFIERS)),
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LICENCE else f"{text[:_LONGEST_LICENCE]}…"


class SourceTree(Frozen):
    """A candidate fetched, verified, unpacked and patched.

    The tree itself lies in the store under `digest`.
    """

    digest: Digest
    """Over sorted path, mode and bytes of every file."""
    archive: Digest
    """The sdist, or what was exported of a repository, as it was fetched; the tree's own digest for
    a folder, the wheel's for one that is taken as it is."""
    epoch: int
    """Seconds since 1970: the newest file of the source, for SOURCE_DATE_EPOCH."""
    native: bool
    """Whether there is something to compile."""
    patched: bool
    """Whether it has anything else than its archive."""
    vendored: tuple[str, ...] = ()
    """What it has all crates or packages of, by its lock files: cargo."""
    ingredients: tuple[Ingredient, ...] = ()
    """What it was made from besides its archive: patches, extra sources, crates."""
    size: int
    """Bytes of all files in it."""
    build_system: BuildSystem
    metadata: Metadata | None
    """None where only the backend can tell."""
    licensing: Licensing = Licensing()
