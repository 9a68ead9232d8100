"""Which index a project comes from."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Protocol

from packaging.utils import NormalizedName

from wheeltree.model.frozen import Frozen
from wheeltree.resolution.index import Listing, parse_page
from wheeltree.resolution.offered import ACCEPT
from wheeltree.resolution.rules import Restriction, restriction_on
from wheeltree.resolution.system_listing import ToldListing
from wheeltree.transport import NotFound, Page, redact


class Expecting(Protocol):
    """The part of `transport.Transport` that takes notice of what will be asked."""

    def expect(self, url: str, *, accept: str | None = None) -> None:
        """Begin to ask for the page at `url`."""
        ...


class Pages(Protocol):
    """The part of `transport.Transport` that reading an index takes."""

    def learn(self, url: str) -> str:
        """`url` without credentials; they are kept for its origin."""
        ...

    def get(self, url: str, *, accept: str | None = None) -> Page:
        """The page at `url`; NotFound if there is none."""
        ...


class Index(Frozen):
    """One package index (PEP 503), such as a company's own."""

    url: str
    """The folder above the projects' pages, https, http or file, with or without a last slash."""
    only: tuple[str, ...] = ()
    """Patterns such as `acme-*` of the names it serves; none stand for every name.

    They are a claim: a name that fits is asked of no index that does not claim it.
    """
    restrictions: tuple[Restriction, ...] = ()
    """Of all indexes: which of them projects may come from."""

    def claims(self, project: NormalizedName) -> bool:
        """Whether the project is one of those that this index was named for."""
        return any(fnmatchcase(project, _normalized(pattern)) for pattern in self.only)

    def may_serve(self, project: NormalizedName) -> bool:
        """Whether the project may come from here."""
        found = restriction_on(project, self.restrictions)
        return found is None or redact(self.url).rstrip("/") in found.urls

    def page_of(self, project: NormalizedName) -> str:
        """The URL of a project's page."""
        return f"{self.url.rstrip('/')}/{project}/"


def serving(indexes: Sequence[Index], project: NormalizedName) -> tuple[Index, ...]:
    """The indexes that may serve a project, in their order: those that claim it, and where none
    does, those that claim nothing; of these, those that no restriction excludes.
    """
    claiming = tuple(each for each in indexes if each.claims(project))
    found = claiming or tuple(each for each in indexes if not each.only)
    return tuple(each for each in found if each.may_serve(project))


def offers(pages: Pages, indexes: Sequence[Index], project: NormalizedName) -> Listing:
    """What the first index that may serve the project and has it offers of it.

    The first index wins, whatever versions the others have: if versions were gathered from all,
    anybody could replace a private project by publishing a higher version of its name elsewhere.
    A Listing without an index where none has the project. FetchError if an index cannot be asked:
    going on to the next would be such a replacement too.
    """
    asked = serving(indexes, project)
    for index in asked:
        url = pages.learn(index.url)
        try:
            page = pages.get(index.page_of(project), accept=ACCEPT)
        except NotFound:
            continue
        return parse_page(page.url, page.content_type, page.content, project, index=url)
    if not asked:
        return _excluded(indexes, project)
    return Listing(name=project)


def _excluded(indexes: Sequence[Index], project: NormalizedName) -> Listing:
    """What is offered of a project that no index may serve: nothing, and why."""
    known = (restriction_on(project, each.restrictions) for each in indexes)
    found = next(filter(None, known), None)
    if found is None:
        return Listing(name=project)
    return ToldListing(
        name=project,
        says=f"{found.where} takes it from {' or '.join(found.urls)} only, and no such index is "
        "asked in this run (indexes)",
        remedy="name that index in `indexes:` or with --extra-index-url",
    )


def expect(pages: Expecting, indexes: Sequence[Index], projects: Iterable[NormalizedName]) -> None:
    """Begin to ask for the pages that `offers` will read first."""
    for project in projects:
        for index in serving(indexes, project)[:1]:
            pages.expect(index.page_of(project), accept=ACCEPT)


def _normalized(pattern: str) -> str:
    return pattern.lower().replace("_", "-").replace(".", "-")
