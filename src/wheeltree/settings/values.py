"""The single values that settings are made of, each with its name in the reference."""

import fnmatch
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NewType

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidName, NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from wheeltree.model.digest import Digest
from wheeltree.model.edits import toml_path
from wheeltree.settings.nodes import Items, Node, Scalar, Table
from wheeltree.settings.template import Template

EnvName = NewType("EnvName", str)
"""Name of an environment variable."""

EnvValue = NewType("EnvValue", Template)
"""Value of an environment variable, in which true is 1 and false is 0."""

HostPattern = NewType("HostPattern", str)
"""Names of hosts or addresses, with `*` for any run of characters."""

Seconds = NewType("Seconds", int)

Count = NewType("Count", int)

Bytes = NewType("Bytes", int)

ModuleName = NewType("ModuleName", str)
"""Name of a pkg-config module."""

RequirementText = NewType("RequirementText", str)
"""A requirement (PEP 508), in the spelling of `packaging`."""

TreePath = NewType("TreePath", str)
"""Path below the top of a source tree."""

VariantName = NewType("VariantName", str)
"""Name of an accelerator variant."""

VariantPattern = NewType("VariantPattern", str)
"""Names of variants, with `*` for any run of characters."""

PropertyName = NewType("PropertyName", str)
"""A namespace of wheel-variant properties, or a feature in one (PEP 825)."""

PropertyValue = NewType("PropertyValue", str)
"""A value of such a feature."""

PlatformTag = NewType("PlatformTag", str)
"""The last tag in the name of a wheel."""

DottedName = NewType("DottedName", str)
"""Name of a module of Python."""

Hours = NewType("Hours", int)

LicencePattern = NewType("LicencePattern", str)
"""Identifiers of licences (SPDX), with `*` for any run of characters."""

LicenceText = NewType("LicenceText", str)
"""An SPDX expression in its canonical spelling."""

AdvisoryName = NewType("AdvisoryName", str)
"""What a known vulnerability is called, such as `GHSA-…` or `CVE-…`."""

TomlKey = NewType("TomlKey", str)
"""A dotted key of TOML."""

TomlValue = NewType("TomlValue", str)
"""A value of TOML, as JSON; null removes what is there."""


@dataclass(frozen=True)
class Pattern:
    """Project names, with `*` for any run of characters."""

    text: str
    """In canonical spelling."""

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        """`text` as a pattern; ValueError if no project name could match it."""
        if not re.fullmatch(r"[A-Za-z0-9._*-]+", text):
            raise ValueError(f'expected a project name or a pattern such as "acme-*", not {text!r}')
        return cls(re.sub(r"[-_.]+", "-", text).lower())

    def matches(self, name: NormalizedName) -> bool:
        """Whether `name` is one of them."""
        return fnmatch.fnmatchcase(name, self.text)


@dataclass(frozen=True, kw_only=True)
class Value:
    """One kind of single value."""

    words: str
    """What the reference calls it."""
    read: Callable[[Scalar], object]
    """ValueError, with a sentence, if the scalar is none of it."""


def _text(node: Scalar) -> str:
    if node.plain and node.text.lower() in {"yes", "no", "on", "off"}:
        raise ValueError(f"{node.text} could be a switch or a word; write true, false or quotes")
    return node.text


def _switch(node: Scalar) -> bool:
    if not node.plain or node.text.lower() not in {"true", "false"}:
        raise ValueError(f"expected true or false, not {node.text!r}")
    return node.text.lower() == "true"


def _seconds(node: Scalar) -> Seconds:
    if not node.plain or not re.fullmatch(r"[1-9][0-9]{0,8}", node.text):
        raise ValueError(f"expected a whole number of seconds, not {node.text!r}")
    return Seconds(int(node.text))


def _env_name(node: Scalar) -> EnvName:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", node.text):
        raise ValueError(f"{node.text!r} is not the name of an environment variable")
    return EnvName(node.text)


def _env_value(node: Scalar) -> EnvValue:
    if node.plain and node.text.lower() in {"true", "false"}:
        return EnvValue(Template.parse("1" if _switch(node) else "0"))
    return EnvValue(Template.parse(_text(node)))


def _name(node: Scalar) -> NormalizedName:
    try:
        return canonicalize_name(node.text, validate=True)
    except InvalidName as error:
        raise ValueError(f"{node.text!r} is not a project name") from error


def _version(node: Scalar) -> Version:
    try:
        return Version(node.text)
    except InvalidVersion as error:
        raise ValueError(f"{node.text!r} is not a version") from error


def _versions(node: Scalar) -> SpecifierSet:
    try:
        return SpecifierSet(node.text)
    except InvalidSpecifier as error:
        raise ValueError(f'expected versions such as ">=2,<3", not {node.text!r}') from error


def _sha256(node: Scalar) -> Digest:
    text = node.text.removeprefix("sha256:").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError("expected a SHA-256 digest of 64 hexadecimal digits")
    return Digest(text)


def _host(node: Scalar) -> HostPattern:
    if not re.fullmatch(r"[A-Za-z0-9*_.:-]{1,253}", node.text) or not node.text.strip("*."):
        raise ValueError(f"expected a host such as pool.ntp.org or *.acme.org, not {node.text!r}")
    return HostPattern(node.text.lower())


def _count(node: Scalar) -> Count:
    if not node.plain or not re.fullmatch(r"[1-9][0-9]{0,5}", node.text):
        raise ValueError(f"expected a whole number above 0, not {node.text!r}")
    return Count(int(node.text))


def _bytes(node: Scalar) -> Bytes:
    found = re.fullmatch(r"([1-9][0-9]{0,5}) ?([KMGT])i?B?", node.text)
    if found is None:
        raise ValueError(f"expected an amount of memory such as 2 GiB, not {node.text!r}")
    return Bytes(int(found[1]) << _POWERS[found[2]])


_POWERS = {"K": 10, "M": 20, "G": 30, "T": 40}


def _module(node: Scalar) -> ModuleName:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}", node.text):
        raise ValueError(f"{node.text!r} is not the name of a pkg-config module")
    return ModuleName(node.text)


def _requirement(node: Scalar) -> RequirementText:
    try:
        return RequirementText(str(Requirement(node.text)))
    except InvalidRequirement as error:
        raise ValueError(f"{node.text!r} is not a requirement") from error


def _tree_path(node: Scalar) -> TreePath:
    names = node.text.split("/")
    if not node.text.isprintable() or any(name in {"", ".", ".."} for name in names):
        raise ValueError(f"expected a path below the source, without dots, not {node.text!r}")
    return TreePath(node.text)


_RESERVED = frozenset(
    {"build", "logs", "null", "overrides", "patches", "pool", "sdists", "simple", "statements"}
)
"""What a folder beside those of variants is called, and the label of no properties."""


def _variant(node: Scalar) -> VariantName:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,39}", node.text) or node.text in _RESERVED:
        raise ValueError(
            f"{node.text!r} cannot be the name of a variant: it takes lower-case letters, digits "
            f"and _, and is none of {', '.join(sorted(_RESERVED))}"
        )
    return VariantName(node.text)


def _variant_pattern(node: Scalar) -> VariantPattern:
    if not re.fullmatch(r"[a-z0-9_*]+", node.text):
        raise ValueError(f"expected a variant or a pattern such as cuda*, not {node.text!r}")
    return VariantPattern(node.text)


def _property_name(node: Scalar) -> PropertyName:
    if not re.fullmatch(r"[a-z0-9_]+", node.text):
        raise ValueError(f"{node.text!r} takes lower-case letters, digits and _ only")
    return PropertyName(node.text)


def _property_value(node: Scalar) -> PropertyValue:
    if not re.fullmatch(r"[a-z0-9_.]+", node.text):
        raise ValueError(f"{node.text!r} takes lower-case letters, digits, _ and . only")
    return PropertyValue(node.text)


def _platform_tag(node: Scalar) -> PlatformTag:
    if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", node.text):
        raise ValueError(f"expected a tag such as manylinux_2_34_x86_64, not {node.text!r}")
    return PlatformTag(node.text)


def _dotted(node: Scalar) -> DottedName:
    if not all(part.isidentifier() for part in node.text.split(".")):
        raise ValueError(f"{node.text!r} is not the name of a module")
    return DottedName(node.text)


def _hours(node: Scalar) -> Hours:
    found = re.fullmatch(r"([1-9][0-9]{0,4}) (hour|day|week)s?", node.text)
    if found is None:
        raise ValueError(f"expected a time such as 7 days, not {node.text!r}")
    return Hours(int(found[1]) * {"hour": 1, "day": 24, "week": 168}[found[2]])


def _licence_pattern(node: Scalar) -> LicencePattern:
    pattern = re.fullmatch(r"([A-Za-z0-9.*+-]+)(?: [Ww][Ii][Tt][Hh] ([A-Za-z0-9.*-]+))?", node.text)
    if pattern is None or ("*" not in node.text and _licence(node.text) is None):
        raise ValueError(f'expected a licence of SPDX such as MIT or "BSD-*", not {node.text!r}')
    return LicencePattern(node.text)


def _licence_text(node: Scalar) -> LicenceText:
    found = _licence(node.text)
    if found is None:
        raise ValueError(f"expected an SPDX expression such as MIT OR Zlib, not {node.text!r}")
    return LicenceText(found)


def _licence(text: str) -> str | None:
    # Here, not above: few settings have licences, and the table of them takes time to load.
    from packaging.licenses import (  # noqa: PLC0415
        InvalidLicenseExpression,
        canonicalize_license_expression,
    )

    try:
        return canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return None


def _advisory(node: Scalar) -> AdvisoryName:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9._-]{2,99}", node.text):
        raise ValueError(f"{node.text!r} is not the name of an advisory")
    return AdvisoryName(node.text)


def _toml_key(node: Scalar) -> TomlKey:
    toml_path(node.text)
    return TomlKey(node.text)


def toml_value(node: Node) -> TomlValue:
    """A node as a value of TOML; words without quotes are numbers and switches if they can be."""
    if isinstance(node, Scalar) and node.empty:
        return TomlValue("null")
    return TomlValue(json.dumps(_plain(node)))


def _plain(node: Node) -> object:
    match node:
        case Table():
            return {entry.key.text: _plain(entry.value) for entry in node.entries}
        case Items():
            return [_plain(each) for each in node.items]
        case Scalar() if node.empty:
            raise ValueError("TOML has no null; alone, it removes the whole key")
        case Scalar() if not node.plain:
            return node.text
        case Scalar() if node.text.lower() in {"true", "false"}:
            return node.text.lower() == "true"
        case Scalar() if re.fullmatch(r"[-+]?(0|[1-9][0-9]{0,17})", node.text):
            return int(node.text)
        case Scalar():
            return _text(node)


VALUES: Mapping[object, Value] = {
    str: Value(words="text", read=_text),
    bool: Value(words="true or false", read=_switch),
    Seconds: Value(words="seconds", read=_seconds),
    Template: Value(words="text", read=lambda node: Template.parse(_text(node))),
    EnvName: Value(words="variable", read=_env_name),
    EnvValue: Value(words="text, number, true or false", read=_env_value),
    NormalizedName: Value(words="project name", read=_name),
    Version: Value(words="version", read=_version),
    SpecifierSet: Value(words="version range", read=_versions),
    Pattern: Value(words="project name or pattern", read=lambda node: Pattern.parse(node.text)),
    Digest: Value(words="SHA-256", read=_sha256),
    HostPattern: Value(words="host or pattern", read=_host),
    Count: Value(words="number", read=_count),
    Bytes: Value(words="amount such as 2 GiB", read=_bytes),
    ModuleName: Value(words="pkg-config module", read=_module),
    RequirementText: Value(words="requirement", read=_requirement),
    TomlKey: Value(words="dotted key", read=_toml_key),
    TreePath: Value(words="path", read=_tree_path),
    VariantName: Value(words="variant", read=_variant),
    VariantPattern: Value(words="variant or pattern", read=_variant_pattern),
    PropertyName: Value(words="name", read=_property_name),
    PropertyValue: Value(words="value", read=_property_value),
    PlatformTag: Value(words="platform tag", read=_platform_tag),
    DottedName: Value(words="module", read=_dotted),
    Hours: Value(words="time such as 7 days", read=_hours),
    LicencePattern: Value(words="licence or pattern", read=_licence_pattern),
    LicenceText: Value(words="SPDX expression", read=_licence_text),
    AdvisoryName: Value(words="name of an advisory", read=_advisory),
}
"""By the type that a field of the schema is annotated with."""
