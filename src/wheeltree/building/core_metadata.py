"""METADATA: what a wheel says about itself, as far as resolution needs it."""

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.metadata import parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidName, NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from wheeltree.errors import BuildError
from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Licensing, Metadata, licensing

_LONGEST = 200
"""Characters of a licence's name; some put the whole text there."""
_EMPTY = frozenset({"License :: OSI Approved"})


def read_metadata(text: str, *, name: NormalizedName, version: Version, subject: str) -> Metadata:
    """The core metadata in `text`, which must be of this project and version.

    subject: the wheel or the hook, for messages. BuildError for another project and for a
    requirement, specifier or extra that is not one.
    """
    raw, _ = parse_email(text)
    _check_identity(raw.get("name", ""), raw.get("version", ""), name, version, subject=subject)
    try:
        return Metadata(
            requires_dist=tuple(str(Requirement(item)) for item in raw.get("requires_dist", [])),
            requires_python=str(SpecifierSet(raw.get("requires_python", ""))),
            extras=tuple(
                canonicalize_name(item, validate=True) for item in raw.get("provides_extra", [])
            ),
        )
    except (InvalidRequirement, InvalidSpecifier, InvalidName) as error:
        first = str(error).split("\n", 1)[0]
        raise BuildError(f"{subject}: METADATA is wrong: {first}") from error


class Licences(Frozen):
    """What a wheel says of its licence (PEP 639)."""

    expression: str = ""
    """In SPDX's words; "" if it says none, or none that is right."""
    names: tuple[str, ...] = ()
    """What it says in other words: the first line of `License`, and its classifiers."""
    files: tuple[str, ...] = ()
    """As `License-File` names them, below `licenses/` or beside METADATA."""


def read_licences(text: str) -> Licences:
    """The licences in the core metadata `text`; whatever is wrong with it is left out."""
    raw, _ = parse_email(text)
    said = raw.get("license", "").strip().partition("\n")[0].strip()[:_LONGEST]
    named = (
        each.rpartition(" :: ")[2].strip()[:_LONGEST]
        for each in raw.get("classifiers", [])
        if each.startswith("License :: ") and each not in _EMPTY
    )
    names = (said if said.upper() != "UNKNOWN" else "", *named)
    return Licences(
        expression=_expression(raw.get("license_expression", "")),
        names=tuple(dict.fromkeys(filter(None, names))),
        files=tuple(sorted(dict.fromkeys(raw.get("license_files", [])))),
    )


def _expression(text: str) -> str:
    try:
        return canonicalize_license_expression(text) if text else ""
    except InvalidLicenseExpression:
        return ""


def read_licensing(text: str) -> Licensing:
    """What the core metadata in `text` says of the licence."""
    raw, _ = parse_email(text)
    return licensing(
        raw.get("license_expression", ""), raw.get("license", ""), raw.get("classifiers", [])
    )


def _check_identity(
    found: str, spelled: str, name: NormalizedName, version: Version, *, subject: str
) -> None:
    try:
        right = (canonicalize_name(found), Version(spelled)) == (name, version)
    except InvalidVersion:
        right = False
    if not right:
        raise BuildError(
            f"{subject}: METADATA is of {found!r:.100} {spelled!r:.100}, not of {name} {version}",
            hint="the version may be computed from files or git tags that the sdist lacks",
        )
