"""A JSON page of an index (PEP 691, PEP 700, PEP 792) as links."""

from typing import NotRequired, TypedDict

from wheeltree.model import codec
from wheeltree.resolution.index_page import Link, RawPage

_File = TypedDict(
    "_File",
    {
        "filename": str,
        "url": str,
        "hashes": NotRequired[dict[str, str]],
        "requires-python": NotRequired[str | None],
        "upload-time": NotRequired[str | None],
        "yanked": NotRequired[bool | str | None],
    },
)


class _Status(TypedDict):
    """What an index says of a project as a whole."""

    status: NotRequired[str]
    reason: NotRequired[str | None]


_Meta = TypedDict("_Meta", {"api-version": NotRequired[str]})
_Page = TypedDict(
    "_Page",
    {"meta": NotRequired[_Meta], "project-status": NotRequired[_Status], "files": list[_File]},
)


def read(content: bytes, url: str, suffixes: tuple[str, ...]) -> RawPage:
    """The page that was read from `url`, with the links to files whose names end so.

    codec.Malformed if it is no such page.
    """
    page = codec.decode(content, _Page)
    status = page.get("project-status", {})
    files = page["files"]
    return RawPage(
        links=tuple(_link(each) for each in files if each["filename"].endswith(suffixes)),
        wheels=tuple(each["filename"] for each in files if each["filename"].endswith(".whl")),
        base=url,
        version=page.get("meta", {}).get("api-version", "1.0"),
        status=status.get("status", "active"),
        reason=status.get("reason") or "",
    )


def _link(entry: _File) -> Link:
    yanked = entry.get("yanked") or None
    return Link(
        filename=entry["filename"],
        url=entry["url"],
        sha256=entry.get("hashes", {}).get("sha256"),
        requires_python=entry.get("requires-python"),
        yanked="" if yanked is True else yanked,
        upload_time=entry.get("upload-time"),
    )
