"""METADATA: what a wheel says about itself, as far as resolution needs it."""

from packaging.metadata import parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidName, NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from wheeltree.errors import BuildError
from wheeltree.model.source import Licensing, Metadata, licensing


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
