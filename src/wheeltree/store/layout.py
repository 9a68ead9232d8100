"""Where in a wheelhouse everything of a view lies."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeAlias

from wheeltree.errors import StoreError
from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.model.frozen import Frozen
from wheeltree.store.pages import index_pages
from wheeltree.store.view import Shelved, View

_RESERVED = frozenset({"pool", "simple", "build", "sdists", "ledger.jsonl"})


class Stored(Frozen):
    """A file of the store that is to stand in the wheelhouse."""

    name: str
    """Path below the wheelhouse."""
    digest: Digest


class Written(Frozen, dict=True):
    """Bytes that are to stand in the wheelhouse."""

    name: str
    """Path below the wheelhouse."""
    content: bytes

    @cached_property
    def digest(self) -> Digest:
        """Of the content."""
        return digest_bytes(self.content)


Wanted: TypeAlias = Stored | Written


def files(view: View) -> tuple[Wanted, ...]:
    """Wheels with their core metadata, and sources: what the pages point to."""
    wheels = (file for wheel in view.wheels for file in _wheel(wheel))
    sdists = (
        Stored(name=f"sdists/{_plain(sdist.filename)}", digest=sdist.digest)
        for sdist in view.sdists
    )
    return (*wheels, *sdists)


def pages(view: View, documents: Mapping[str, bytes]) -> tuple[Wanted, ...]:
    """Index pages and documents; StoreError for a document that may not lie where it says."""
    indexes = {
        "simple": index_pages([each for each in view.wheels if each.install], to_pool="../../"),
        "build/simple": index_pages(
            [each for each in view.wheels if not each.install], to_pool="../../../"
        ),
    }
    return (
        *(
            Written(name=f"{index}/{name}", content=content)
            for index, written in indexes.items()
            for name, content in written
        ),
        *(Written(name=_free(name), content=content) for name, content in documents.items()),
    )


def _wheel(wheel: Shelved) -> Iterator[Wanted]:
    folder = "" if wheel.install else "build/"
    yield Stored(name=wheel.location, digest=wheel.digest)
    yield Stored(name=f"{wheel.location}.metadata", digest=wheel.metadata)
    yield Stored(name=f"{folder}{_plain(wheel.filename)}", digest=wheel.digest)


def _plain(filename: str) -> str:
    if "/" in filename or filename.startswith(".") or not filename.isprintable():
        raise StoreError(f"{filename!r} is not a plain file name")
    return filename


def _free(name: str) -> str:
    """The path of a document, if it is below the wheelhouse and nothing of ours can be there."""
    path = PurePosixPath(name)
    parts = path.parts
    if (
        not parts
        or str(path) != name
        or parts[0] in _RESERVED
        or name.endswith(".whl")
        or any(part.startswith(".") for part in parts)
        or path.is_absolute()
        or not name.isprintable()
    ):
        raise StoreError(f"a document of a wheelhouse cannot be named {name!r}")
    return name
