"""What pyproject.toml and PKG-INFO declare, read as an attacker's input."""

import tomllib
from collections.abc import Mapping
from typing import Any

from packaging.markers import Marker
from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from wheeltree.errors import SourceError
from wheeltree.model.source import BuildSystem, Licensing, Metadata, licensing

PYPROJECT, PKG_INFO = "pyproject.toml", "PKG-INFO"
LARGEST = 4 << 20
"""Bytes of such a file; an honest one has a hundredth of it."""

_FIRST_STATIC = (2, 2)
"""The version of core metadata from which a field is static unless it is listed (PEP 643)."""


class Project:
    """The pyproject.toml of a source, or what takes its place where there is none.

    package: for messages, such as `requests 2.34.2`.
    content: of pyproject.toml.

    SourceError names the package and the key that is wrong.
    """

    def __init__(self, package: str, content: bytes) -> None:
        self._package = package
        self._table = self._parse(content)

    def _parse(self, content: bytes) -> dict[str, Any]:
        if len(content) > LARGEST:
            raise self._wrong(f"is larger than {LARGEST} bytes")
        try:
            return tomllib.loads(content.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise self._wrong(f"is not valid TOML: {error}") from error
        except RecursionError as error:
            raise self._wrong("is nested too deeply") from error

    def build_system(self) -> BuildSystem:
        """The `[build-system]` table with the defaults of PEP 517 and 518."""
        if "build-system" not in self._table:
            return BuildSystem()
        table = self._dict(self._table, "build-system", "build-system")
        if "requires" not in table:
            raise self._wrong("has no build-system.requires, which PEP 518 demands")
        default = BuildSystem()
        return BuildSystem(
            requires=self._requirements(table["requires"], "build-system.requires"),
            backend=self._text(table, "build-backend", "build-system.build-backend")
            or default.backend,
            backend_path=self._backend_path(table),
        )

    @property
    def name(self) -> NormalizedName | None:
        """`project.name`; None without a project table."""
        if "project" not in self._table:
            return None
        name = self._text(self._project, "name", "project.name")
        if not name:
            raise self._wrong("has no project.name, which PEP 621 demands")
        return canonicalize_name(name)

    @property
    def version(self) -> Version | None:
        """`project.version`; None where it is dynamic, or there is no project table."""
        text = self._text(self._project, "version", "project.version")
        if not text:
            return None
        try:
            return Version(text)
        except InvalidVersion as error:
            raise self._wrong(f"has the version {text!r}, which is none (PEP 440)") from error

    def tool(self, name: str) -> dict[str, Any]:
        """The table `[tool.NAME]`; {} where there is none."""
        return self._dict(self._dict(self._table, "tool", "tool"), name, f"tool.{name}")

    def metadata(self) -> Metadata | None:
        """What the project table (PEP 621) says; None where the backend has a word in it."""
        table = self._project
        asked = {"dependencies", "optional-dependencies", "requires-python"}
        if not table or asked & set(self._strings(table.get("dynamic", []), "project.dynamic")):
            return None
        requires = self._requirements(table.get("dependencies", []), "project.dependencies")
        optional = self._dict(table, "optional-dependencies", "project.optional-dependencies")
        extras = {canonicalize_name(extra): extra for extra in optional}
        for extra, spelled in extras.items():
            where = f"project.optional-dependencies.{spelled}"
            items = self._requirements(optional[spelled], where)
            requires += tuple(_for_extra(item, extra) for item in items)
        python = self._text(table, "requires-python", "project.requires-python")
        _check_specifiers(python, f"{self._package}: {PYPROJECT}")
        return Metadata(requires_dist=requires, requires_python=python, extras=tuple(extras))

    def licensing(self) -> Licensing:
        """What the project table says of the licence (PEP 621, PEP 639); of what is no text,
        nothing.
        """
        said, classifiers = self._project.get("license"), self._project.get("classifiers", [])
        text = said.get("text") if isinstance(said, dict) else ""
        return licensing(
            said if isinstance(said, str) else "",
            text if isinstance(text, str) else "",
            [each for each in classifiers if isinstance(each, str)]
            if isinstance(classifiers, list)
            else [],
        )

    @property
    def _project(self) -> dict[str, Any]:
        return self._dict(self._table, "project", "project")

    def _backend_path(self, table: Mapping[str, Any]) -> tuple[str, ...]:
        where = "build-system.backend-path"
        paths = self._strings(table.get("backend-path", []), where)
        for path in paths:
            if path.startswith("/") or ".." in path.split("/") or "\0" in path:
                raise self._wrong(f"has {where} {path!r}, which is outside the source (PEP 517)")
        return paths

    def _requirements(self, value: object, where: str) -> tuple[str, ...]:
        texts = self._strings(value, where)
        for text in texts:
            _requirement(text, f"{self._package}: {PYPROJECT} {where}")
        return texts

    def _strings(self, value: object, where: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(f"has {where} that is no list of strings")
        return tuple(value)

    def _text(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            raise self._wrong(f"has {where} that is no string")
        return value

    def _dict(self, table: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(f"has {where} that is no table")
        return value

    def _wrong(self, cause: str) -> SourceError:
        return SourceError(
            f"{self._package}: {PYPROJECT} {cause}", hint="mend it with a patch, or ask upstream"
        )


class PackageInfo:
    """The PKG-INFO file of an sdist.

    package: for messages. content: of the file.

    SourceError if it has no name or version.
    """

    def __init__(self, package: str, content: bytes) -> None:
        self._where = f"{package}: {PKG_INFO}"
        if len(content) > LARGEST:
            raise SourceError(f"{self._where} is larger than {LARGEST} bytes")
        self._raw: RawMetadata = parse_email(content)[0]

    @property
    def name(self) -> NormalizedName:
        """Name, normalised."""
        if "name" not in self._raw:
            raise SourceError(f"{self._where} has no Name")
        return canonicalize_name(self._raw["name"])

    @property
    def version(self) -> Version:
        """Version."""
        text = self._raw.get("version", "")
        try:
            return Version(text)
        except InvalidVersion as error:
            raise SourceError(f"{self._where} has the version {text!r}, which is none") from error

    def metadata(self) -> Metadata | None:
        """What the sdist promises of every wheel built of it (PEP 643); None without a promise."""
        dynamic = {field.lower() for field in self._raw.get("dynamic", [])}
        if self._standard < _FIRST_STATIC or dynamic & _ASKED:
            return None
        requires = tuple(self._raw.get("requires_dist", []))
        for text in requires:
            _requirement(text, f"{self._where} Requires-Dist")
        python = self._raw.get("requires_python", "")
        _check_specifiers(python, self._where)
        extras = tuple(canonicalize_name(extra) for extra in self._raw.get("provides_extra", []))
        return Metadata(requires_dist=requires, requires_python=python, extras=extras)

    def licensing(self) -> Licensing:
        """What it says of the licence."""
        return licensing(
            self._raw.get("license_expression", ""),
            self._raw.get("license", ""),
            self._raw.get("classifiers", []),
        )

    @property
    def _standard(self) -> tuple[int, ...]:
        parts = self._raw.get("metadata_version", "").split(".")
        return tuple(int(part) for part in parts) if all(map(_is_number, parts)) else (0,)


_ASKED = {"requires-dist", "requires-python", "provides-extra"}


def _requirement(text: str, where: str) -> Requirement:
    try:
        return Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        cause = str(error).partition("\n")[0]
        raise SourceError(
            f"{where} has {text[:200]!r}, which is no requirement (PEP 508): {cause}"
        ) from error


def _check_specifiers(text: str, where: str) -> None:
    try:
        SpecifierSet(text)
    except InvalidSpecifier as error:
        raise SourceError(f"{where} has Requires-Python {text[:200]!r}: {error}") from error


def _for_extra(text: str, extra: NormalizedName) -> str:
    """The requirement as core metadata spells one that an extra asks for."""
    requirement = Requirement(text)
    marker = f'extra == "{extra}"'
    if requirement.marker is not None:
        marker = f"({requirement.marker}) and {marker}"
    requirement.marker = Marker(marker)
    return str(requirement)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5  # noqa: PLR2004  # no version has more
