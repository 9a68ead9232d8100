"""Index pages for wheels, as HTML (PEP 503, 658, 714) and as JSON (PEP 691, 700)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from urllib.parse import quote

from packaging.utils import NormalizedName

from wheeltree.model.codec import pretty
from wheeltree.model.digest import digest_bytes
from wheeltree.store.view import Shelved, VariantFile

_VERSION = "1.1"
_HEAD = (
    "<!DOCTYPE html>\n<html>\n<head>\n"
    f'<meta name="pypi:repository-version" content="{_VERSION}">\n'
    "<title>{title}</title>\n</head>\n<body>\n"
)
_FOOT = "</body>\n</html>\n"


@dataclass
class _Project:
    """What the page of one project links to."""

    wheels: list[Shelved] = field(default_factory=list)
    files: list[VariantFile] = field(default_factory=list)


def index_pages(
    wheels: Iterable[Shelved], *, to_pool: str, files: Iterable[VariantFile] = ()
) -> Iterator[tuple[str, bytes]]:
    """Path below the index and content of every page of an index that offers `wheels`.

    Each page comes after what it links to in the index itself.

    to_pool: relative URL from a project's page to the folder that holds `pool`, such as "../../".
    All links are relative, so that the index works from a folder, a file server and `file://`.
    files: stand beside the page of their project, and are linked from it.
    """
    projects: dict[NormalizedName, _Project] = defaultdict(_Project)
    for wheel in sorted(wheels, key=lambda wheel: (wheel.name, wheel.version, wheel.filename)):
        projects[wheel.name].wheels.append(wheel)
    for file in sorted(files, key=lambda file: file.filename):
        projects[file.project].files.append(file)
        yield f"{file.project}/{file.filename}", file.content
    for name, offered in projects.items():
        yield f"{name}/index.html", _project_html(name, offered, to_pool)
        yield f"{name}/index.v1_json", _project_json(name, offered, to_pool)
    yield "index.html", _root_html(projects)
    yield "index.v1_json", _root_json(projects)


def _root_html(names: Iterable[NormalizedName]) -> bytes:
    links = (f'<a href="{quote(name)}/">{escape(name)}</a><br>\n' for name in names)
    return "".join((_HEAD.format(title="Simple index"), *links, _FOOT)).encode()


def _root_json(names: Iterable[NormalizedName]) -> bytes:
    projects = [{"name": name} for name in names]
    return pretty({"meta": {"api-version": _VERSION}, "projects": projects})


def _project_html(name: str, offered: _Project, to_pool: str) -> bytes:
    links = (
        *(f"{_anchor(wheel, to_pool)}<br>\n" for wheel in offered.wheels),
        *(f"{_plain_anchor(file)}<br>\n" for file in offered.files),
    )
    title = f"Links for {escape(name)}"
    return "".join((_HEAD.format(title=title), *links, _FOOT)).encode()


def _plain_anchor(file: VariantFile) -> str:
    target = f"{quote(file.filename)}#sha256={digest_bytes(file.content)}"
    return f'<a href="{escape(target)}">{escape(file.filename)}</a>'


def _anchor(wheel: Shelved, to_pool: str) -> str:
    attributes = {
        "href": f"{to_pool}{quote(wheel.location)}#sha256={wheel.digest}",
        "data-core-metadata": f"sha256={wheel.metadata}",
        "data-dist-info-metadata": f"sha256={wheel.metadata}",
    }
    if wheel.requires_python:
        attributes["data-requires-python"] = wheel.requires_python
    if wheel.statement is not None:
        attributes["data-wheeltree-statement"] = f"sha256={wheel.statement}"
    spelled = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<a {spelled}>{escape(wheel.filename)}</a>"


def _project_json(name: str, offered: _Project, to_pool: str) -> bytes:
    versions = groupby(wheel.version for wheel in offered.wheels)
    return pretty(
        {
            "meta": {"api-version": _VERSION},
            "name": name,
            "versions": [str(version) for version, _ in versions],
            "files": [
                *(_file(wheel, to_pool) for wheel in offered.wheels),
                *map(_plain_file, offered.files),
            ],
        }
    )


def _plain_file(file: VariantFile) -> dict[str, object]:
    return {
        "filename": file.filename,
        "url": quote(file.filename),
        "hashes": {"sha256": digest_bytes(file.content)},
        "size": len(file.content),
    }


def _file(wheel: Shelved, to_pool: str) -> dict[str, object]:
    metadata = {"sha256": wheel.metadata}
    described: dict[str, object] = {
        "filename": wheel.filename,
        "url": f"{to_pool}{quote(wheel.location)}",
        "hashes": {"sha256": wheel.digest},
        "size": wheel.size,
        "core-metadata": metadata,
        "dist-info-metadata": metadata,
    }
    if wheel.requires_python:
        described["requires-python"] = wheel.requires_python
    if wheel.statement is not None:
        described["_wheeltree-statement"] = {"sha256": wheel.statement}
    return described
