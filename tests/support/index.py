"""An index as a folder of files (PEP 503)."""

import hashlib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from support.projects import Project


@dataclass(frozen=True, kw_only=True)
class _Link:
    filename: str
    sha256: str
    python: str
    yanked: str | None

    def __str__(self) -> str:
        python = f' data-requires-python="{escape(self.python)}"' if self.python else ""
        yanked = "" if self.yanked is None else f' data-yanked="{escape(self.yanked)}"'
        href = f"../../files/{quote(self.filename)}#sha256={self.sha256}"
        return f'<a href="{href}"{python}{yanked}>{self.filename}</a>\n'


class IndexFolder:
    """Sdists with the pages that offer them; `url` is what `--index-url` takes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._links: dict[str, dict[str, _Link]] = {}
        (root / "files").mkdir(parents=True)
        (root / "simple").mkdir()

    @property
    def url(self) -> str:
        """As a file URL."""
        return (self.root / "simple").as_uri()

    def add(self, *projects: Project) -> None:
        """Offer versions of projects; one that is there already is replaced."""
        for each in projects:
            self.offer(each.name, f"{each.stem}.tar.gz", each.sdist(), python=each.python)

    def offer(
        self,
        name: str,
        filename: str,
        content: bytes,
        *,
        python: str = "",
        yanked: str | None = None,
        sha256: str = "",
    ) -> Path:
        """Offer one file of a project; returns where it lies. sha256: what the page promises."""
        path = self.root / "files" / filename
        path.write_bytes(content)
        found = sha256 or hashlib.sha256(content).hexdigest()
        link = _Link(filename=filename, sha256=found, python=python, yanked=yanked)
        self._links.setdefault(name, {})[filename] = link
        self._write(name)
        return path

    def yank(self, project: Project, reason: str = "") -> None:
        """Offer a version as withdrawn (PEP 592)."""
        self.offer(project.name, f"{project.stem}.tar.gz", project.sdist(), yanked=reason)

    def file(self, project: Project) -> Path:
        """Where the sdist of an offered project lies."""
        return self.root / "files" / f"{project.stem}.tar.gz"

    def _write(self, name: str) -> None:
        page = self.root / "simple" / name
        page.mkdir(exist_ok=True)
        links = "".join(map(str, self._links[name].values()))
        (page / "index.html").write_text(f"<!DOCTYPE html>\n<html><body>\n{links}</body></html>\n")
