"""What may be written in settings; the reference page is generated from these docstrings.

To add a key, add a field with its docstring here and use it in `evaluate`; reading, messages and
the reference follow from its type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeVar

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.digest import Digest
from wheeltree.settings.problems import Origin
from wheeltree.settings.template import Template
from wheeltree.settings.values import EnvName, EnvValue, Pattern, Seconds

K = TypeVar("K")
V = TypeVar("V")


def _nothing() -> Mapping[K, V]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """How a package is built; every key may be left out.

    Mappings are merged key by key and everything else is replaced: policies come first, in their
    order, then what the package says, then its rules in their order; the later one wins.
    """

    env: Mapping[EnvName, EnvValue] = field(default_factory=_nothing)
    """Environment variables of the build. `${NAME}` is taken from the environment of `builder`
    and must be set there, `${NAME:-default}` need not be; `${__name__}` and `${__version__}` are
    the package's own; `$$` is a dollar sign. `true` becomes 1 and `false` 0."""
    config_settings: Mapping[str, Template | tuple[Template, ...]] = field(default_factory=_nothing)
    """Config settings of the build backend (PEP 517): a text or a list of texts each, with
    variables as in `env`."""
    native: bool | None = None
    """Whether the build sees compilers and headers. Left out, it does when the source has something
    to compile."""
    match_install: tuple[NormalizedName, ...] | None = None
    """Build requirements that take the version of the install set, because what is built must fit
    the binary interface of what is installed beside it, such as numpy or torch."""
    metadata: Literal["static", "backend"] | None = None
    """Who says what the package requires: `static` trusts what the source declares, where it does;
    `backend` always asks the build backend. Left out, it is static."""
    timeout: Seconds | None = None
    """How long one step of the build backend may take. Left out, there is no limit."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class Rule(Treatment):
    """A treatment of some versions of one package."""

    versions: SpecifierSet | None = None
    """The versions that the rule is for. Left out, all of them."""


@dataclass(frozen=True, kw_only=True)
class Policy(Rule):
    """A rule over all packages that match a pattern."""

    packages: tuple[Pattern, ...]
    """Names and patterns of the packages that it is for; `["*"]` for all."""


@dataclass(frozen=True, kw_only=True)
class PackageSettings(Treatment):
    """The treatment of one package, under `packages` or in a file `settings/NAME.yaml`."""

    rules: tuple[Rule, ...] = ()
    """What differs for some versions."""


@dataclass(frozen=True, kw_only=True)
class SeedSettings:
    """One exact wheel that breaks a build cycle.

    It is used in build environments only; the project itself is then rebuilt from source with it,
    and only that is published.
    """

    name: NormalizedName
    """The project."""
    version: Version
    """Its version."""
    url: Template
    """Where the wheel is: an https, http or file URL, with variables as in `env`."""
    sha256: Digest
    """Digest of the wheel file."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class IndexSettings:
    """One package index."""

    url: Template
    """The index's root, such as `https://host/simple`, with variables as in `env`. Passwords are
    better kept in a netrc file or a keyring."""
    only: tuple[Pattern, ...] = (Pattern("*"),)
    """The packages that it may serve. Left out, all of them."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The file `settings.yaml`."""

    packages: Mapping[NormalizedName, PackageSettings] = field(default_factory=_nothing)
    """The treatment of each package by its name. One package is described in one place: here, or
    in its file `settings/NAME.yaml`."""
    policies: tuple[Policy, ...] = ()
    """Rules over all packages; a later one wins over an earlier one, a package's own over both."""
    seeds: tuple[SeedSettings, ...] = ()
    """Wheels that break build cycles."""
    indexes: tuple[IndexSettings, ...] = ()
    """Package indexes, the preferred one first."""
    build_tag: Literal["auto", "none"] = "auto"
    """What happens when a wheel that was published is rebuilt with other bytes: `auto` gives it the
    next build tag, with `none` they replace the old ones, and the run says so."""
    origin: Origin = field(default_factory=Origin, compare=False)
