"""Direct references: which project and version a URL, an sdist file or a folder is."""

import re
from collections.abc import Callable, Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit
from urllib.request import url2pathname

from packaging.requirements import Requirement
from packaging.utils import (
    InvalidName,
    InvalidSdistFilename,
    NormalizedName,
    canonicalize_name,
    parse_sdist_filename,
)
from packaging.version import InvalidVersion, Version

from wheeltree.errors import SourceError
from wheeltree.model.digest import Digest
from wheeltree.model.source import Candidate
from wheeltree.sources.archive import read_files
from wheeltree.sources.declared import LARGEST, PKG_INFO, PYPROJECT, PackageInfo, Project
from wheeltree.sources.folder import folder_digest
from wheeltree.sources.written_version import Place, places
from wheeltree.transport import Transport, redact

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_ARCHIVES = (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz")
_STATIC_FILES = frozenset({PYPROJECT, PKG_INFO, "setup.cfg"})


class Identity(NamedTuple):
    """What a source says it is."""

    name: NormalizedName | None
    version: Version | None


_NOBODY = Identity(None, None)

Read: TypeAlias = Callable[[frozenset[str]], Mapping[str, bytes]]
"""The content of files of a source, by their paths; those that are not there are left out."""


def locate(transport: Transport, requirement: Requirement, into: Path) -> Candidate:
    """The candidate that `NAME @ URL` refers to: an archive (https, http, file) or a folder (file).

    into: where the archive is downloaded to. It may not be needed: with `#sha256=` and a file name
    that tells name and version, nothing is fetched.

    SourceError if the URL is no source that can be built, is another project than NAME, or has a
    version that only its build backend knows; FetchError.
    """
    link = requirement.url or ""
    place = urlsplit(link)
    _check_kind(requirement, place.scheme, place.path, place.fragment)
    url = transport.learn(link)
    folder = Path(url2pathname(place.path))
    if place.scheme == "file" and folder.is_dir():
        return _from_folder(requirement, folder, url)
    promised = _fragment_digest(requirement, place.fragment)
    filename = unquote(place.path.rpartition("/")[2])
    identity = _by_filename(filename)
    if promised is None or identity == _NOBODY:
        digest = transport.download(link, into)
        identity = identity if identity != _NOBODY else _by_content(into)
    else:
        digest = promised
    name, version = _checked(requirement, identity, redact(link))
    return Candidate(
        name=name, version=version, filename=filename, url=url, digest=promised or digest
    )


def name_of_folder(path: Path) -> NormalizedName:
    """The project whose folder this is; SourceError if it does not say so without being run."""
    name = identity_of_folder(path).name
    if name is None:
        raise SourceError(
            f"{path}: its name is not written in pyproject.toml or setup.cfg",
            hint=f"write NAME @ {path.absolute().as_uri()} instead",
        )
    return name


def name_of_sdist(path: Path) -> NormalizedName:
    """The project whose sdist this file is; SourceError if neither file name nor PKG-INFO tell."""
    identity = _by_filename(path.name)
    name = identity.name or _by_content(path).name
    if name is None:
        raise SourceError(
            f"{path}: neither its file name nor a PKG-INFO in it tells which project it is",
            hint=f"write NAME @ {path.absolute().as_uri()} instead",
        )
    return name


def _check_kind(requirement: Requirement, scheme: str, path: str, fragment: str) -> None:
    shown = redact(requirement.url or "")
    if "+" in scheme:
        raise SourceError(
            f"{requirement.name} @ {shown}: version control is not supported",
            hint="use the URL of an archive of that revision, or of its sdist",
        )
    if path.endswith(".whl"):
        raise SourceError(
            f"{requirement.name} @ {shown} is a wheel, and wheels are built from source here",
            hint="use the URL of the sdist",
        )
    if "subdirectory" in dict(parse_qsl(fragment)):
        raise SourceError(
            f"{requirement.name} @ {shown}: a subdirectory of an archive is not supported",
            hint="unpack it and use the folder, or make an sdist of it",
        )


def _fragment_digest(requirement: Requirement, fragment: str) -> Digest | None:
    value = dict(parse_qsl(fragment)).get("sha256")
    if value is None:
        return None
    if not _SHA256.fullmatch(value):
        shown = redact(requirement.url or "")
        raise SourceError(f"{requirement.name} @ {shown}: sha256 is no 64 hexadecimal digits")
    return Digest(value.lower())


def _from_folder(requirement: Requirement, folder: Path, url: str) -> Candidate:
    name, version = _checked(requirement, identity_of_folder(folder), str(folder))
    return Candidate(
        name=name,
        version=version,
        kind="folder",
        filename=folder.resolve().name,
        url=url,
        digest=folder_digest(folder),
    )


def _checked(
    requirement: Requirement, identity: Identity, where: str
) -> tuple[NormalizedName, Version]:
    """Name and version, if it is what was asked for and both are known."""
    asked = canonicalize_name(requirement.name)
    if identity.name not in {None, asked}:
        raise SourceError(
            f"{requirement.name} @ {where} is {identity.name}, another project",
            hint=f"write {identity.name} @ … if that is what you want",
        )
    if identity.version is None:
        raise SourceError(
            f"{requirement.name} @ {where}: its version is known only to its build backend",
            hint="say where it is and which version in settings.yaml "
            f"(packages: {{{asked}: {{source: {{folder: …, versions: […]}}}}}}), or make an sdist "
            "of it (python -m build --sdist) and use that",
        )
    return asked, identity.version


def _by_filename(filename: str) -> Identity:
    """By the name of an sdist (PEP 625, or the older spellings); nobody for another name."""
    stem = next((filename[: -len(end)] for end in _ARCHIVES if filename.endswith(end)), "")
    try:
        name, version = parse_sdist_filename(f"{stem}.tar.gz")
        return Identity(canonicalize_name(name, validate=True), version)
    except (InvalidSdistFilename, InvalidName, InvalidVersion):
        return _NOBODY


def _by_content(archive: Path) -> Identity:
    return _by_files(archive.name, partial(read_files, archive, package=archive.name))


def identity_of_folder(folder: Path) -> Identity:
    """What a project folder says it is; SourceError if it contradicts itself or cannot be read."""
    try:
        return _by_files(str(folder), partial(_files_below, folder.resolve()))
    except OSError as error:
        raise SourceError(f"{folder}: cannot read the project folder: {error}") from error


def _files_below(top: Path, paths: frozenset[str]) -> Mapping[str, bytes]:
    """The content of those files that are there, and not led to from outside by a link."""
    real = {path: (top / path).resolve() for path in paths}
    return {
        path: file.read_bytes()
        for path, file in real.items()
        if file.is_relative_to(top) and file.is_file() and file.stat().st_size <= LARGEST
    }


def _by_files(where: str, read: Read) -> Identity:
    """By PKG-INFO, which a backend wrote; else by the project table, Poetry's, or setup.cfg; else
    the version by the file that a backend would read.
    """
    files = read(_STATIC_FILES)
    if content := files.get(PKG_INFO):
        written = PackageInfo(where, content)
        return Identity(written.name, written.version)
    project, setup_cfg = Project(where, files.get(PYPROJECT, b"")), files.get("setup.cfg", b"")
    poetry, configured = project.tool("poetry"), _in_setup_cfg(setup_cfg)
    name = project.name or configured.name or _name(poetry.get("name"))
    version = project.version or configured.version or _version(poetry.get("version"))
    return Identity(name, version or _read_elsewhere(places(project, setup_cfg), read))


def _read_elsewhere(found: Sequence[Place], read: Read) -> Version | None:
    if not found:
        return None
    files = read(frozenset(each.path for each in found))
    for each in found:
        if content := files.get(each.path):
            return _version(each.find(content.decode(errors="replace")))
    return None


def _name(value: object) -> NormalizedName | None:
    return canonicalize_name(value) if isinstance(value, str) and value else None


def _version(value: object) -> Version | None:
    try:
        return Version(value) if isinstance(value, str) else None
    except InvalidVersion:
        return None


def _in_setup_cfg(content: bytes) -> Identity:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(content.decode())
    except (ConfigError, UnicodeDecodeError):
        # The backend reads it and will say more; here it only tells nothing.
        return _NOBODY
    said = (parser.get("metadata", key, fallback="") for key in ("name", "version"))
    return Identity(_name(next(said)), _version(next(said)))
