"""Git repositories that tests make."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_WHEN = "2024-03-01T12:00:00+00:00"
EPOCH = 1_709_294_400
"""Of every commit."""


class Repository:
    """A repository in a folder, with one file system's work tree; `url` is a file URL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    @property
    def url(self) -> str:
        """As a file URL."""
        return self.folder.as_uri()

    def git(self, *arguments: str) -> str:
        """Run git in it, with no configuration but ours; what it printed."""
        environ = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            **{
                f"GIT_{who}_{what}": value
                for who in ("AUTHOR", "COMMITTER")
                for what, value in (("NAME", "n"), ("EMAIL", "n@e.test"), ("DATE", _WHEN))
            },
        }
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environ, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(
        self, files: Mapping[str, str | bytes], *tags: str, annotated: str | None = None
    ) -> str:
        """Write files, commit everything and tag it; the commit."""
        for path, content in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        for tag in tags:
            self.git("tag", tag)
        if annotated is not None:
            self.git("tag", "--annotate", "--message", annotated, annotated)
        return self.git("rev-parse", "HEAD")

    def add_submodule(self, other: "Repository", path: str, *, url: str | None = None) -> None:
        """Have another repository as a submodule; `url` is what .gitmodules says."""
        self.git("submodule", "--quiet", "add", other.url, path)
        if url is not None:
            self.git("config", "--file=.gitmodules", f"submodule.{path}.url", url)
