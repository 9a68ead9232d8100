"""Projects in a few words, and the sdists and folders that they are."""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement

_BACKEND = (Path(__file__).parent / "tiny_backend.py").read_bytes()
_WHEN = 1_600_000_000


@dataclass(frozen=True, kw_only=True)
class Project:
    """One version of a project whose build backend is its own, in the source."""

    name: str
    version: str = "1.0"
    requires: tuple[str, ...] = ()
    """Requires-Dist."""
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    python: str = ""
    """Requires-Python."""
    licence: str = ""
    """`project.license` (PEP 639)."""
    build: tuple[str, ...] = ()
    """`[build-system].requires`."""
    asks: tuple[str, ...] = ()
    """What its backend adds to them."""
    dynamic: bool = False
    """Whether only the backend can tell what it requires."""
    prepared_requires: tuple[str, ...] | None = None
    """Requires-Dist in the prepared metadata, where it differs from `requires`."""
    built_requires: tuple[str, ...] | None = None
    """Requires-Dist in the wheel, where it differs from `requires`."""
    on_ask: str = ""
    """Python that the backend runs when it is asked; may change `asks`."""
    on_build: str = ""
    """Python that it runs when it builds; may change `files`."""
    scripts: Mapping[str, str] = field(default_factory=dict)
    """Console scripts."""
    body: str = ""
    """Python in its module, after VERSION."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Further files of the source."""

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def stem(self) -> str:
        """Of the names of its sdist."""
        return f"{self.module}-{self.version}"

    @property
    def module(self) -> str:
        """What it is imported as."""
        return self.name.replace("-", "_")

    def source(self) -> dict[str, bytes]:
        """The files of its source, by path."""
        texts = {
            "pyproject.toml": self._pyproject(),
            "PKG-INFO": self._pkg_info(),
            "tiny.json": json.dumps(self._tiny(), indent=1),
            **self.files,
        }
        return {
            "_backend/tiny.py": _BACKEND,
            **{path: text.encode() for path, text in texts.items()},
        }

    def write(self, folder: Path) -> Path:
        """The project as a folder; returns `folder`."""
        for path, content in self.source().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return folder

    def sdist(self) -> bytes:
        """The project as a .tar.gz, the same bytes each time."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path, content in sorted(self.source().items()):
                member = tarfile.TarInfo(f"{self.stem}/{path}")
                member.size, member.mtime = len(content), _WHEN
                archive.addfile(member, io.BytesIO(content))
        return gzip.compress(buffer.getvalue(), mtime=0)

    def _pyproject(self) -> str:
        lines = [
            "[build-system]",
            f"requires = {_array(self.build)}",
            'build-backend = "tiny"',
            'backend-path = ["_backend"]',
            "[project]",
            f'name = "{self.name}"',
            f'version = "{self.version}"',
        ]
        if self.licence:
            lines.append(f'license = "{self.licence}"')
        if self.dynamic:
            return "\n".join([*lines, 'dynamic = ["dependencies", "optional-dependencies"]', ""])
        lines.append(f"dependencies = {_array(self.requires)}")
        if self.python:
            lines.append(f'requires-python = "{self.python}"')
        lines.append("[project.optional-dependencies]")
        lines += [f"{extra} = {_array(needs)}" for extra, needs in self.extras.items()]
        return "\n".join([*lines, ""])

    def _pkg_info(self) -> str:
        return f"Metadata-Version: 2.1\nName: {self.name}\nVersion: {self.version}\n"

    def _tiny(self) -> dict[str, object]:
        scripts = "".join(f"{name} = {target}\n" for name, target in self.scripts.items())
        requires, prepared, built = self.requires, self.prepared_requires, self.built_requires
        return {
            "name": self.name,
            "version": self.version,
            "asks": self.asks,
            "on_ask": self.on_ask,
            "on_build": self.on_build,
            "files": {f"{self.module}/__init__.py": f"VERSION = {self.version!r}\n{self.body}"},
            "prepared": self._metadata(requires if prepared is None else prepared),
            "metadata": self._metadata(requires if built is None else built),
            "entry_points": f"[console_scripts]\n{scripts}" if scripts else "",
        }

    def _metadata(self, requires: tuple[str, ...]) -> str:
        lines = [f"Requires-Dist: {text}" for text in requires]
        for extra, needs in self.extras.items():
            lines.append(f"Provides-Extra: {extra}")
            lines += [f"Requires-Dist: {_for_extra(text, extra)}" for text in needs]
        if self.python:
            lines.append(f"Requires-Python: {self.python}")
        return "\n".join([self._pkg_info() + "\n".join(lines), ""])


def _array(texts: tuple[str, ...]) -> str:
    return json.dumps(list(texts))


def _for_extra(text: str, extra: str) -> str:
    requirement = Requirement(text)
    own = f" and ({requirement.marker})" if requirement.marker else ""
    requirement.marker = None
    return f'{requirement} ; extra == "{extra}"{own}'
