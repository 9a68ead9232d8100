"""An index that tells more than links do: upload times and the status of projects (PEP 691)."""

import hashlib
import json
from typing import Any

from small_server import Reply, Server

from support.projects import Project


class JsonIndex:
    """Sdists on a server, with JSON pages; `url` is what `--index-url` takes."""

    def __init__(self, server: Server, path: str = "/simple") -> None:
        self.url = server.url + path
        self._server = server
        self._path = path
        self._files: dict[str, dict[str, dict[str, Any]]] = {}
        self._statuses: dict[str, dict[str, str]] = {}

    def offer(self, project: Project, uploaded: str | None = "2020-01-01T00:00:00Z") -> None:
        """Offer a version; uploaded: as the page says it, None for a page that does not."""
        content, filename = project.sdist(), f"{project.stem}.tar.gz"
        url = self._server.answer(f"{self._path}/files/{filename}", Reply(body=content))
        entry: dict[str, Any] = {
            "filename": filename,
            "url": url,
            "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
        }
        if uploaded is not None:
            entry["upload-time"] = uploaded
        self._files.setdefault(project.name, {})[filename] = entry
        self._show(project.name)

    def mark(self, name: str, status: str, reason: str = "") -> None:
        """Say of a project that it is archived, deprecated or quarantined (PEP 792)."""
        self._statuses[name] = {"status": status, "reason": reason}
        self._show(name)

    def _show(self, name: str) -> None:
        page: dict[str, Any] = {
            "meta": {"api-version": "1.4"},
            "name": name,
            "files": list(self._files.get(name, {}).values()),
        }
        if name in self._statuses:
            page["project-status"] = self._statuses[name]
        self._server.answer(
            f"{self._path}/{name}/",
            Reply(
                body=json.dumps(page).encode(),
                headers={"Content-Type": "application/vnd.pypi.simple.v1+json"},
            ),
        )
