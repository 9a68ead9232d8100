"""What a wheelhouse shows: wheels under the names that they are published by, and sources."""

from collections.abc import Iterable, Iterator

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen, replace


class Published(Frozen):
    """A wheel that is to be published."""

    artifact: Artifact
    install: bool
    """Whether it is in an install set; otherwise it was only used in builds."""
    least_tag: int = 0
    """The build tag that its name has at least."""
    variant: str = ""
    """The variant that it depends on; "" for a wheel that is the same in all of them."""


class Sdist(Frozen):
    """A source that was built, as an archive in the store."""

    filename: str
    digest: Digest


class Entry(Frozen):
    """One file name and the bytes that it stands for; one line of the ledger."""

    variant: str = ""
    """The one in whose index it is; "" for the index of all."""
    filename: str
    sha256: Digest
    base: str
    """The file name that the wheel was built with, without the build tag that it got here."""
    content: Digest
    """Content digest of the wheel as it was built."""


class Shelved(Frozen):
    """A wheel with the file name that it is published by."""

    name: NormalizedName
    version: Version
    filename: str
    digest: Digest
    """Of the published file, which is a copy with a build tag where `filename` is not `base`."""
    size: int
    """Bytes of the published file."""
    base: str
    """The file name that it was built with."""
    content: Digest
    """Content digest of the wheel as it was built."""
    metadata: Digest
    """Of its core metadata, which is in the store too."""
    statement: Digest | None = None
    """Of the file that says how it was made, likewise; None where nobody knows."""
    requires_python: str
    install: bool
    variant: str = ""
    """The variant that it depends on; "" for a wheel that is the same in all of them."""

    def entry(self, variant: str) -> Entry:
        """Its line in the ledger, for the index of a variant or of all ("")."""
        return Entry(
            variant=variant,
            filename=self.filename,
            sha256=self.digest,
            base=self.base,
            content=self.content,
        )

    @property
    def location(self) -> str:
        """Where it is below the wheelhouse."""
        return f"pool/{self.digest[:2]}/{self.digest}/{self.filename}"


class Passing(Frozen):
    """A wheel that was built on the way to others and is not published, but for how it was made."""

    wheel: Digest
    """Of its file."""
    statement: Digest


class View(Frozen):
    """All wheels and sources of a wheelhouse, or of one variant in it."""

    wheels: tuple[Shelved, ...] = ()
    """No two with one file name."""
    sdists: tuple[Sdist, ...] = ()
    passing: tuple[Passing, ...] = ()

    def joined(self, newer: "View") -> "View":
        """Both together; of two files with one name the newer, installed if either was."""
        installed = {wheel.filename for wheel in self.wheels if wheel.install}
        wheels = {wheel.filename: wheel for wheel in self.wheels}
        for wheel in newer.wheels:
            wheels[wheel.filename] = replace(
                wheel, install=wheel.install or wheel.filename in installed
            )
        sdists = {sdist.filename: sdist for sdist in (*self.sdists, *newer.sdists)}
        passing = {each.wheel: each for each in (*self.passing, *newer.passing)}
        return View(
            wheels=_by_filename(wheels.values()),
            sdists=tuple(sdists.values()),
            passing=tuple(passing.values()),
        )


class VariantFile(Frozen):
    """What labels there are of one version of a project, as a file of its page (PEP 825)."""

    project: NormalizedName
    filename: str
    content: bytes


class Front(Frozen):
    """What the index of all variants together shows."""

    wheels: tuple[Shelved, ...]
    """Plain ones, and ones whose names end in a label; no two with one file name."""
    files: tuple[VariantFile, ...]


class Showing(Frozen):
    """All that a wheelhouse shows."""

    views: dict[str, View]
    """By variant; "" alone where none is declared."""
    front: Front | None = None
    """None where no variant is declared: the one view is the front then."""

    @classmethod
    def alone(cls, view: View) -> "Showing":
        """What a wheelhouse shows where no variant is declared."""
        return cls(views={"": view})

    def entries(self) -> Iterator[Entry]:
        """A line of the ledger for every wheel in every index."""
        for name, view in self.views.items():
            yield from (wheel.entry(name) for wheel in view.wheels)
        if self.front is not None:
            yield from (wheel.entry("") for wheel in self.front.wheels)


def _by_filename(wheels: Iterable[Shelved]) -> tuple[Shelved, ...]:
    return tuple(sorted(wheels, key=lambda wheel: wheel.filename))
