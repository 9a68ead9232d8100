"""Symbolic links of a source tree: relative ones, into the tree, past no other link."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from wheeltree.sources.member import Refused


def check_links(links: Mapping[str, str], folders: AbstractSet[str]) -> None:
    """Refused, naming the link, if one could be followed out of the tree or round in circles.

    links: target by path below the root.
    folders: paths of all folders, with "" for the root.
    """
    for path, target in links.items():
        if cause := _objection(path, target, links, folders):
            raise Refused(f"the link {path!r} to {target[:200]!r} {cause}")


def _objection(path: str, target: str, links: Mapping[str, str], folders: AbstractSet[str]) -> str:
    if not target or target.startswith("/"):
        return "has no relative target"
    if not _is_utf8(target):
        return "has a target that is not UTF-8"
    here = path.split("/")[:-1]
    names = target.split("/")
    for name in names:
        if "/".join(here) not in folders:
            return "leads through something that is no folder"
        if name == "..":
            if not here:
                return "leaves the source tree"
            here.pop()
        elif name not in {"", "."}:
            here.append(name)
        if "/".join(here) in links:
            return "leads through another link"
    return ""


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def followed(path: str, links: Mapping[str, str]) -> str | None:
    """Where `path`, which may have `.` and `..`, leads to; None if that is out of the tree.

    links: as above, and checked.
    """
    here: list[str] = []
    rest = path.split("/")[::-1]
    while rest:
        name = rest.pop()
        if name == "..":
            if not here:
                return None
            here.pop()
        elif name not in {"", "."}:
            here.append(name)
            if (target := links.get("/".join(here))) is not None:
                here.pop()
                rest += target.split("/")[::-1]
    return "/".join(here)
