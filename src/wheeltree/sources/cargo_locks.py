"""Which lock files of a source cargo goes by, found without running it."""

import posixpath
import tomllib
from collections.abc import Iterator
from typing import Any

from wheeltree.errors import SourceError
from wheeltree.model.source import BuildSystem
from wheeltree.sources.cargo import LARGEST, LOCK, MANIFEST
from wheeltree.sources.declared import Project
from wheeltree.sources.draft import Draft

_DEEPEST = 6
"""Folders in which a manifest is looked for that nothing names."""
_ASIDE = frozenset(
    {
        *("test", "tests", "testing", "fixtures", "example", "examples", "doc", "docs"),
        *("bench", "benches", "benchmarks", "fuzz", "template", "templates"),
        *("vendor", "vendored", "third_party", "target", "node_modules"),
    }
)


def manifests(project: Project, system: BuildSystem, draft: Draft, build_dir: str) -> list[str]:
    """Paths of the Cargo.toml files that are built: named in pyproject.toml, or else all there are.

    build_dir: the folder of `project`. What lies in folders for tests, examples and the like, or
    very deep, is not looked at. SourceError for a path that leaves the source.
    """
    named = [_inside(posixpath.join(build_dir, path)) for path in _named(project, system, draft)]
    there = [path for path in dict.fromkeys(named) if draft.has_file(path)]
    return there or sorted(path for path in draft.files if _is_manifest(path))


def lock_files(package: str, found: list[str], draft: Draft) -> tuple[str, ...]:
    """The Cargo.lock of each manifest: beside it, or at the top of its workspace.

    package: for messages. SourceError if there is none though a manifest has dependencies.
    """
    locks = {path: _nearest(path, draft) for path in found}
    lacking = [path for path, lock in locks.items() if lock is None and _depends(path, draft)]
    if lacking and not any(locks.values()):
        raise SourceError(
            f"{package}: there is no {LOCK} for {lacking[0]}",
            hint=f"its crates are fetched by the checksums in it: add one with a patch (made by "
            f"`cargo generate-lockfile` beside {MANIFEST}), or say `vendor: []` if the build needs "
            "no crates",
        )
    return tuple(sorted({lock for lock in locks.values() if lock is not None}))


def _named(project: Project, system: BuildSystem, draft: Draft) -> Iterator[str]:
    """What the tables of maturin and setuptools-rust name, relative to pyproject.toml."""
    path = project.tool("maturin").get("manifest-path")
    if isinstance(path, str):
        yield path
    elif system.backend.partition(".")[0] == "maturin":
        yield MANIFEST if draft.has_file(MANIFEST) else f"rust/{MANIFEST}"
    for key in ("ext-modules", "bins"):
        tables = project.tool("setuptools-rust").get(key, [])
        for table in tables if isinstance(tables, list) else ():
            said = table.get("path", MANIFEST) if isinstance(table, dict) else None
            if isinstance(said, str):
                yield said


def _inside(path: str) -> str:
    clean = posixpath.normpath(path)
    if clean.startswith(("/", "../")) or "\0" in clean:
        raise SourceError(
            f"pyproject.toml names {path[:200]!r}, which is outside the source",
            hint="do not build it; ask the project that publishes it",
        )
    return clean


def _is_manifest(path: str) -> bool:
    *folders, name = path.split("/")
    hidden = any(folder.startswith(".") for folder in folders)
    return (
        name == MANIFEST
        and len(folders) <= _DEEPEST
        and not hidden
        and _ASIDE.isdisjoint(folder.lower() for folder in folders)
    )


def _nearest(manifest: str, draft: Draft) -> str | None:
    folder = manifest.rpartition("/")[0]
    while folder:
        if draft.has_file(f"{folder}/{LOCK}"):
            return f"{folder}/{LOCK}"
        folder = folder.rpartition("/")[0]
    return LOCK if draft.has_file(LOCK) else None


def _depends(manifest: str, draft: Draft) -> bool:
    """Whether a manifest may need crates; cargo has the last word on one that cannot be read."""
    try:
        table = tomllib.loads((draft.read(manifest, LARGEST) or b"").decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return True
    return any(map(_says, table.items()))


def _says(entry: tuple[str, Any]) -> bool:
    key, value = entry
    return bool(value) and (key.endswith("dependencies") or key in {"target", "workspace"})
