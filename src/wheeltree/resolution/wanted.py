"""One requirement that somebody asks for, and where it is written."""

import os
import re
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.errors import UsageError
from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen


class Wanted(Frozen, dict=True):
    """One requirement, and where it is written."""

    requirement: Requirement
    origin: str
    """`requirements.txt:3`, `command line`, or the `name==version` that asks for it."""
    hashes: frozenset[Digest] = frozenset()
    """Digests that its source may have; empty where any will do."""

    @cached_property
    def name(self) -> NormalizedName:
        """The project."""
        return canonicalize_name(self.requirement.name)

    @cached_property
    def text(self) -> str:
        """The requirement as it is shown, without its marker and without a URL's credentials."""
        asked = self.requirement
        extras = f"[{','.join(sorted(asked.extras))}]" if asked.extras else ""
        if asked.url:
            return f"{asked.name}{extras} @ {_shown(asked.url)}"
        return f"{asked.name}{extras}{asked.specifier}"

    def __str__(self) -> str:
        return f"{self.text} ({self.origin})"


class LocalPath(Frozen):
    """A folder or an sdist on this machine whose project name is not written down."""

    path: Path
    """Absolute."""
    extras: frozenset[NormalizedName] = frozenset()
    marker: Marker | None = None
    origin: str
    hashes: frozenset[Digest] = frozenset()

    def __str__(self) -> str:
        return f"{self.path} ({self.origin})"


class Unreadable(Exception):
    """A text that is no requirement; `hint` says how to write it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


_ARCHIVES = (".tar.gz", ".zip")
_EXTRAS = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?")
_NAMED_URL = re.compile(r"[A-Za-z0-9][\w.-]*\s*(\[[^\[\]]*\])?\s*@")
_EGG = re.compile(r"egg=([A-Za-z0-9._-]+)(\[[^\[\]]*\])?")
_SHA256 = re.compile(r"sha256=([0-9a-fA-F]{64})")


def parse(text: str, origin: str) -> Wanted | LocalPath:
    """One requirement as on the command line: PEP 508, or the path of a folder or an sdist.

    UsageError if it is neither.
    """
    try:
        return subject(text.strip(), origin, frozenset())
    except Unreadable as problem:
        raise UsageError(f"{origin}: {problem}", hint=problem.hint) from None


def subject(text: str, origin: str, hashes: frozenset[Digest]) -> Wanted | LocalPath:
    """The requirement or path that `text` spells; Unreadable if it spells none.

    Paths are relative to the current folder, as in pip.
    """
    if _is_path(text):
        return _local(text, origin, hashes)
    if "://" in text and not _NAMED_URL.match(text):
        text = _with_name(text)
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise Unreadable(f"not a requirement: {str(error).splitlines()[0]}") from None
    if not hashes and requirement.url:
        hashes = frozenset(
            Digest(each.lower()) for each in _SHA256.findall(urlsplit(requirement.url).fragment)
        )
    return Wanted(requirement=requirement, origin=origin, hashes=hashes)


def _is_path(text: str) -> bool:
    path = text.partition(";")[0].strip().partition("[")[0]
    if path.startswith((".", "/", "~", "file:")):
        return True
    return "@" not in path and "://" not in path and ("/" in path or path.endswith(_ARCHIVES))


def _local(text: str, origin: str, hashes: frozenset[Digest]) -> LocalPath:
    place, _, condition = text.partition(";")
    found = _EXTRAS.fullmatch(place.strip())
    if not found:
        raise Unreadable(f"not a path: {place.strip()!r}")
    path = Path(os.path.normpath(Path.cwd() / _path_of(found[1])))
    if not path.is_dir() and not (path.is_file() and path.name.endswith(_ARCHIVES)):
        raise Unreadable(
            f"{found[1]} is neither a folder nor an sdist",
            f"paths are relative to the current folder, {Path.cwd()}",
        )
    extras = (found[2] or "").split(",")
    return LocalPath(
        path=path,
        extras=frozenset(canonicalize_name(each.strip()) for each in extras if each.strip()),
        marker=_marker(condition.strip()) if condition.strip() else None,
        origin=origin,
        hashes=hashes,
    )


def _path_of(text: str) -> Path:
    if not text.startswith("file:"):
        return Path(text).expanduser()
    url = urlsplit(text)
    if url.netloc not in {"", "localhost"}:
        raise Unreadable(f"{text} names another machine", "write file:/// and the path")
    return Path(unquote(url.path))


def _marker(text: str) -> Marker:
    try:
        return Marker(text)
    except InvalidMarker as error:
        raise Unreadable(f"not a marker: {str(error).splitlines()[0]}") from None


def _with_name(url: str) -> str:
    """A bare URL as a named one, where its fragment tells the name."""
    place, _, condition = url.partition(" ;")
    egg = _EGG.search(urlsplit(place).fragment)
    if not egg:
        raise Unreadable("a URL does not tell its project's name", "write NAME @ URL")
    return f"{egg[1]}{egg[2] or ''} @ {place}{f' ;{condition}' if condition else ''}"


def _shown(url: str) -> str:
    """`url` without credentials and without its fragment."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()
