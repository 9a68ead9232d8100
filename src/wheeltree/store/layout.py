"""Where in a wheelhouse everything of a view lies."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeAlias

from wheeltree.errors import StoreError
from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.model.frozen import Frozen
from wheeltree.store.pages import index_pages
from wheeltree.store.view import Shelved, Showing

_RESERVED = frozenset({"pool", "simple", "build", "sdists", "statements", "ledger.jsonl"})
STATEMENTS = ".intoto.jsonl"
"""How the file is named, after a wheel, that says how the wheel was made."""


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


def files(showing: Showing) -> tuple[Wanted, ...]:
    """Wheels with their core metadata, and sources: what the pages point to."""
    found: dict[str, Digest] = {}
    for variant, view in showing.views.items():
        top = f"{variant}/" if variant else ""
        for wheel in view.wheels:
            found.update(_wheel(wheel, top if wheel.install else f"{top}build/"))
        for sdist in view.sdists:
            found[f"{top}sdists/{_plain(sdist.filename)}"] = sdist.digest
        for each in view.passing:
            found[f"statements/{each.wheel}{STATEMENTS}"] = each.statement
    for wheel in showing.front.wheels if showing.front else ():
        found.update(_wheel(wheel, ""))
    written = (
        Written(name=_plain(file.filename), content=file.content)
        for file in (showing.front.files if showing.front else ())
    )
    return (*(Stored(name=name, digest=digest) for name, digest in found.items()), *written)


def pages(showing: Showing, documents: Mapping[str, bytes]) -> tuple[Wanted, ...]:
    """Index pages and documents; StoreError for a document that may not lie where it says."""
    variants = tuple(name for name in showing.views if name)
    return (
        *(Written(name=name, content=content) for name, content in _indexes(showing)),
        *(
            Written(name=_free(name, variants), content=content)
            for name, content in documents.items()
        ),
    )


def is_document(name: str) -> bool:
    """Whether what we published at a path is neither wheel nor source nor of an index."""
    folders = frozenset(PurePosixPath(name).parts[:-1])
    own = (".whl", "-variants.json", "ledger.jsonl")
    return not (folders & _RESERVED) and not name.endswith(own)


def _indexes(showing: Showing) -> Iterator[tuple[str, bytes]]:
    """Path below the wheelhouse and content of every page."""
    for variant, view in showing.views.items():
        top, up = (f"{variant}/", "../") if variant else ("", "")
        installed = [each for each in view.wheels if each.install]
        for name, content in index_pages(installed, to_pool=f"{up}../../"):
            yield f"{top}simple/{name}", content
        others = [each for each in view.wheels if not each.install]
        for name, content in index_pages(others, to_pool=f"{up}../../../"):
            yield f"{top}build/simple/{name}", content
    if (front := showing.front) is not None:
        for name, content in index_pages(front.wheels, to_pool="../../", files=front.files):
            yield f"simple/{name}", content


def _wheel(wheel: Shelved, folder: str) -> Iterator[tuple[str, Digest]]:
    yield wheel.location, wheel.digest
    yield f"{wheel.location}.metadata", wheel.metadata
    if wheel.statement is not None:
        yield f"{wheel.location}{STATEMENTS}", wheel.statement
    yield f"{folder}{_plain(wheel.filename)}", wheel.digest


def _plain(filename: str) -> str:
    if "/" in filename or filename.startswith(".") or not filename.isprintable():
        raise StoreError(f"{filename!r} is not a plain file name")
    return filename


def _free(name: str, variants: tuple[str, ...]) -> str:
    """The path of a document, if it is below the wheelhouse and nothing of ours can be there.

    That of a variant lies in the variant's folder, of which the same is true.
    """
    path = PurePosixPath(name)
    parts = path.parts[1:] if path.parts[:1] and path.parts[0] in variants else path.parts
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
