"""The toolkits of accelerators that this machine has, each read once while it stays as it is."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from wheeltree.errors import BuildError, SettingsError
from wheeltree.model.digest import Digest, digest_bytes, digest_file, key_of
from wheeltree.model.frozen import Frozen
from wheeltree.model.spec import BuildSpec
from wheeltree.model.toolkit import Toolkit
from wheeltree.sandbox.base import Bind
from wheeltree.store.local import Store

_MOST = 500_000
"""Files; more are no toolkit, but a whole system."""


class _Entry(Frozen):
    """A file or link in a toolkit, as far as it is seen without reading it."""

    path: str
    """Below the toolkit."""
    mode: str
    link: str
    """Where it points; "" for a file."""
    size: int
    stamp: int
    """When it was changed, in nanoseconds."""


def weighed(prefix: str, store: Store) -> Toolkit:
    """The toolkit in a folder; SettingsError if there is none, or if it cannot be read."""
    try:
        entries = tuple(_entries(Path(prefix)))
        if not entries:
            raise SettingsError(
                f"there is no toolkit in {prefix}",
                hint="install it there, or name its folder under `toolkits` in the settings",
            )
        return Toolkit(prefix=prefix, digest=_digest(prefix, entries, store))
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from error


def toolkits_of(spec: BuildSpec) -> tuple[Bind, ...]:
    """What shows a build its toolkits; BuildError if one is gone since it was planned."""
    for prefix in spec.recipe.toolkits:
        if not Path(prefix).is_dir():
            raise BuildError(
                f"{spec.subject} is built with the toolkit {prefix}, which is not there any more",
                hint="install it again, or plan anew with `builder bootstrap`",
            )
    return tuple(Bind(source=Path(each), target=each) for each in spec.recipe.toolkits)


def stamp_of_toolkit(prefix: str) -> str:
    """What changes whenever something in a toolkit may have changed; "" where there is none."""
    try:
        return key_of("toolkit", prefix, tuple(_entries(Path(prefix))))
    except (OSError, SettingsError):
        return ""


def _digest(prefix: str, entries: tuple[_Entry, ...], store: Store) -> Digest:
    """By the stamp of all files: to read gigabytes in each run takes seconds."""
    key = key_of("toolkit", prefix, entries)
    known = store.record("toolkit", key, str)
    if known is not None:
        return Digest(known)
    lines = (f"{each.path}\0{each.mode}\0{_content(prefix, each)}\n" for each in entries)
    digest = digest_bytes("".join(lines).encode(errors="surrogateescape"))
    return Digest(store.put_record("toolkit", key, digest, str))


def _content(prefix: str, entry: _Entry) -> str:
    return entry.link or digest_file(Path(prefix, entry.path))


def _entries(root: Path) -> Iterator[_Entry]:
    """Every file and link, in order of path; other kinds are left out, as no build can use them."""
    found = sorted(
        os.path.join(folder, name)  # noqa: PTH118 -- a Path for each takes a second
        for folder, folders, files in os.walk(root)
        for name in (*files, *(each for each in folders if os.path.islink(f"{folder}/{each}")))  # noqa: PTH114
    )
    if len(found) > _MOST:
        raise SettingsError(f"{root} has {len(found)} files, which is no toolkit")
    for path in found:
        about = os.lstat(path)
        if stat.S_ISREG(about.st_mode) or stat.S_ISLNK(about.st_mode):
            linked = stat.S_ISLNK(about.st_mode)
            yield _Entry(
                path=os.path.relpath(path, root),
                mode="link" if linked else ("x" if about.st_mode & stat.S_IXUSR else "-"),
                link=os.readlink(path) if linked else "",  # noqa: PTH115
                size=about.st_size,
                stamp=about.st_mtime_ns,
            )
