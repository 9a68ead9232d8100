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
from wheeltree.settings.values import (
    AdvisoryName,
    Bytes,
    Count,
    DottedName,
    EnvName,
    EnvValue,
    HostPattern,
    Hours,
    LicencePattern,
    LicenceText,
    ModuleName,
    Pattern,
    PlatformTag,
    PropertyName,
    PropertyValue,
    RequirementText,
    Seconds,
    TomlKey,
    TomlValue,
    TreePath,
    VariantName,
    VariantPattern,
)

K = TypeVar("K")
V = TypeVar("V")


def _nothing() -> Mapping[K, V]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class EditSettings:
    """Changes of a list of requirements, in this order.

    One that is said of a package itself and changes nothing is an error; a policy's is not.
    """

    remove: tuple[NormalizedName, ...] = ()
    """Every requirement on these projects goes."""
    replace: tuple[RequirementText, ...] = ()
    """Each takes the place of the requirements on the same project. It has the marker of the one
    that it replaces, unless it has its own."""
    add: tuple[RequirementText, ...] = ()
    """Further requirements."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class ToolSettings:
    """A program of the system that stands for a project in build environments."""

    version: Version | None = None
    """The version that it is taken for, where its own is older than what a requirement needlessly
    asks for. Left out, the program is asked."""
    because: str = ""
    """Why that version is said; must be given with it."""
    required: bool = False
    """Whether the build gets it although nobody requires it, because it runs the program without
    saying so."""
    off: bool = False
    """Whether nothing stands for the project after all, against what a policy says: it is built
    from source where it is required."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class LibrarySettings:
    """A library of the system that a build uses."""

    name: ModuleName
    """Its pkg-config module, such as `libsodium`."""
    link: Literal["dynamic", "headers", "dlopen"] = "dynamic"
    """`dynamic`: the wheel must load it, and a wheel that does not, because it bundles its own, is
    refused. `headers`: only its headers are used. `dlopen`: it is loaded by name at run time."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class ExtraSourceSettings:
    """An archive or file that is laid into the source tree, so that the build need not fetch it."""

    url: Template
    """Where it is: an https, http or file URL, with variables as in `env`."""
    sha256: Digest
    """Digest of the file."""
    path: TreePath
    """Where it goes, below the top of the source tree. An archive becomes a folder of that name,
    without its own top folder."""
    unpack: bool = True
    """Whether it is an archive. `false` for a file that is put there as it is, such as an archive
    that the build unpacks itself."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class SourceSettings:
    """Where the source of a package comes from, if not as an sdist from an index.

    Exactly one of `git`, `url`, `folder`, `wheel` and `wheels` is given.
    """

    git: Template | None = None
    """URL of a git repository (https or file); its tags are the versions there are."""
    tag: str = "v{version}"
    """How its tags are named, with `{version}` in the place of the version."""
    submodules: bool = True
    """Whether its submodules are fetched too."""
    url: Template | None = None
    """URL of an sdist or of any archive with one top folder; `${__version__}` stands for each of
    `versions`."""
    folder: Template | None = None
    """A folder on this machine, absolute or relative to the settings file."""
    wheel: Template | None = None
    """URL of a wheel that somebody else built; it is published as it is. The last resort."""
    wheels: Template | None = None
    """URL of a package index whose wheels of this package are published as they are; of each
    version the one that fits the interpreter best. The last resort, as `wheel` is."""
    versions: tuple[Version, ...] = ()
    """The versions that there are, for `url` and `wheel`."""
    sha256: Mapping[Version, Digest] = field(default_factory=_nothing)
    """The digest of the file of each version, for `url` and `wheel`."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class ResourceSettings:
    """How much of the machine a build takes; nothing of it changes a wheel."""

    cores: Count | None = None
    """The most cores that it can use. Left out, a native build gets its share of all."""
    memory: Bytes | None = None
    """Memory that each of its parallel jobs takes, such as `2 GiB`: it gets as many as fit."""
    exclusive: bool | None = None
    """Whether nothing else is built beside it."""
    silence: Seconds | None = None
    """How long it may print nothing before it counts as hung."""
    most_memory: Bytes | None = None
    """Memory that it may take, with all that it starts. Left out, there is no limit."""
    most_processes: Count | None = None
    """How many processes it may have at once. Left out, 4096."""
    most_disk: Bytes | None = None
    """How much it may write to its folders, the temporary ones included. Left out, 100 GiB."""
    most_log: Bytes | None = None
    """How much it may print. Left out, 100 MiB."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class ToleratedSettings:
    """A destination that a build may try to reach. It never does reach it."""

    host: HostPattern
    """Its name or address, such as `pool.ntp.org`, or a pattern such as `*.example.org`."""
    because: str
    """Why the build is the same although it fails there."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """What a build may try to reach over the network, which it does not have."""

    tolerate: tuple[ToleratedSettings, ...] = ()
    """Attempts that do not fail the package. They fail all the same, and are recorded."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class ImportCheckSettings:
    """Whether and how a finished wheel is imported; `{}` imports all that stands on top in it."""

    modules: tuple[DottedName, ...] = ()
    """The modules that are imported instead, dotted."""
    off: bool = False
    """Whether it is not imported after all, against what a policy says."""
    because: str = ""
    """Why it is narrowed or turned off; must be given with `modules` and `off`."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """How a package is built; every key may be left out.

    Mappings are merged key by key, entries of `changelog` are added up, and everything else is
    replaced: policies come first, in their
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
    patches: tuple[TreePath, ...] | None = None
    """Folders below `patches/NAME` whose patches are applied too, such as `["before-2"]` in a rule
    for `versions: "<2"`."""
    build_dir: TreePath | None = None
    """The folder of the source that is built, if that is not its top."""
    build_requires: EditSettings | None = None
    """Changes of the build requirements, of those that are declared and those that the backend
    adds."""
    requires_dist: EditSettings | None = None
    """Changes of what the wheel requires when it is installed (`Requires-Dist`)."""
    pyproject: Mapping[TomlKey, TomlValue] = field(default_factory=_nothing)
    """Keys of pyproject.toml to set, dotted, with their values; `null` removes a key. They are set
    after patches, in `build_dir`; a file is made if there is none."""
    extra_sources: tuple[ExtraSourceSettings, ...] | None = None
    """Archives and files that are laid into the source tree, before it is patched. They are part of
    the sdist that is published."""
    system: Mapping[NormalizedName, ToolSettings] = field(default_factory=_nothing)
    """Programs of the system that satisfy the build requirements on projects of their names, such
    as `{cmake: {}, ninja: {}}`. Nothing else makes these programs visible to a build."""
    uses: tuple[ModuleName | LibrarySettings, ...] | None = None
    """Libraries of the system that it is built against, by the names of their pkg-config modules.
    They are checked before the build, and the wheel is checked for loading them."""
    toolkits: tuple[Template, ...] | None = None
    """Folders outside /usr with compilers and libraries of an accelerator, such as
    `["${CUDA_TOOLKIT:-/opt/cuda-13.0}"]`. The build sees them at their own paths, read-only, and
    their `bin` stands in its PATH; nothing else sees them."""
    platform_tag: PlatformTag | None = None
    """The platform tag that its wheel gets if it is not `any`, such as `manylinux_2_34_x86_64`; one
    that promises an older glibc than its files need is refused."""
    bundled: Literal["allow", "refuse"] | None = None
    """Whether the wheel may bring shared libraries of its own. Left out, it may."""
    vendor: tuple[Literal["cargo"], ...] | None = None
    """What is fetched by a lock file of the source before the build. Left out, `cargo` is where the
    build needs it; `[]` for a source that has its crates already."""
    import_check: ImportCheckSettings | None = None
    """Has the wheel imported in the sandbox, with everything that it requires installed beside it;
    one that cannot be imported has failed. Left out, it is not."""
    resources: ResourceSettings | None = None
    """How much of the machine its build takes."""
    network: NetworkSettings | None = None
    """Which attempts to reach the network do not fail the package; all others do."""
    labels: Mapping[str, str] = field(default_factory=_nothing)
    """Words of your own, which are in the plan and change nothing."""
    changelog: tuple[str, ...] = ()
    """Why it is released again, oldest first, of all that applies together: the wheel gets a build
    tag that is at least the number of entries, which are in the plan. Nothing is built for it."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class Rule(Treatment):
    """A treatment of some versions of one package, or on some machines."""

    versions: SpecifierSet | None = None
    """The versions that the rule is for. Left out, all of them."""
    python: SpecifierSet | None = None
    """The versions of Python that it is for."""
    platform: str | None = None
    """The machines that it is for, such as `linux-aarch64` or `*-x86_64`."""
    variant: VariantPattern | None = None
    """The variants that it is for, such as `cuda130` or `cuda*`. Who is given such a rule asks for
    the variant: it is treated as the variant says, and built for it alone."""


@dataclass(frozen=True, kw_only=True)
class Policy(Rule):
    """A rule over all packages that match a pattern."""

    packages: tuple[Pattern, ...]
    """Names and patterns of the packages that it is for; `["*"]` for all."""


@dataclass(frozen=True, kw_only=True)
class PackageSettings(Treatment):
    """The treatment of one package, under `packages` or in a file `settings/NAME.yaml`."""

    source: SourceSettings | None = None
    """Where its source comes from. Left out, from an index."""
    rules: tuple[Rule, ...] = ()
    """What differs for some versions."""


@dataclass(frozen=True, kw_only=True)
class VariantPackage(Treatment):
    """What a variant says of one package.

    A package that is named here asks for the variant, unless only `version` is said of it.
    """

    source: SourceSettings | None = None
    """Where its source, or its wheel, comes from in this variant."""
    version: SpecifierSet | None = None
    """The versions that the variant takes, if not those of the others."""


@dataclass(frozen=True, kw_only=True)
class VariantSettings(Treatment):
    """One accelerator variant: how those packages are treated that ask for it, and no others.

    What it says of a treatment is weaker than what policies and packages say.
    """

    description: str = ""
    """For whom it is, in a few words."""
    properties: Mapping[PropertyName, Mapping[PropertyName, tuple[PropertyValue, ...]]] = field(
        default_factory=_nothing
    )
    """What a machine must have for its wheels to be chosen there (PEP 825): namespace, feature and
    values, such as `{nvidia: {cuda_version_lower_bound: ["13.0"]}}`. Without any, its wheels are in
    its own index only, unless it is the first variant."""
    packages: Mapping[NormalizedName, VariantPackage] = field(default_factory=_nothing)
    """What differs for single packages; stronger than everything else that is said of them."""


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """Who tells an installer what a machine has of one namespace of properties (PEP 850)."""

    requires: tuple[RequirementText, ...]
    """The package that tells, such as `acme-variant-provider>=1`."""
    plugin_api: str = ""
    """The object in it that tells, as `module:object`, where that does not follow from its name."""
    origin: Origin = field(default_factory=Origin, compare=False)


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
class SigningSettings:
    """Who signs the statements of how wheels were made: exactly one of `key` and `command`."""

    key: Template | None = None
    """A file with a private key that `builder attest keygen` made, absolute or relative to the
    settings file. No build can see it."""
    command: tuple[str, ...] = ()
    """A command and its arguments: it reads what is signed from its input and writes the signature,
    raw or as base64. It runs where `builder` does, and never in a sandbox."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class ReadAsSettings:
    """What older words about a licence are read as, where a package has no SPDX expression."""

    says: str
    """A classifier such as `License :: OSI Approved :: MIT License`, or the whole text of
    `License:`."""
    means: LicenceText
    """The licence that it stands for."""
    because: str
    """How you know."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class LicenceSettings:
    """Which licences are allowed, by what the prepared source declares (PEP 639).

    Of `A OR B` one must be allowed, of `A AND B` both. A package that declares nothing is refused.
    """

    allow: tuple[LicencePattern, ...]
    """Identifiers of SPDX, with `*` for any run of characters, such as `[MIT, "BSD-*"]`. A licence
    with an exception is allowed only where it is named with one, such as `Apache-2.0 WITH
    LLVM-exception`."""
    read_as: tuple[ReadAsSettings, ...] = ()
    """What classifiers and texts mean. If a package has several, all of them must be listed here,
    and all that they mean must be allowed."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class RestrictionSettings:
    """Packages that may come from certain indexes only; others are not even asked for them."""

    packages: tuple[Pattern, ...]
    """Names and patterns of the packages that it is for."""
    only: tuple[Template, ...]
    """URLs of indexes, with variables as in `env`; a password in them does not matter."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class ExceptionSettings:
    """What is let in although a rule of `admission` speaks against it, and why."""

    packages: tuple[Pattern, ...]
    """Names and patterns of the packages that it is for."""
    versions: SpecifierSet | None = None
    """Their versions. Left out, all of them."""
    rules: tuple[
        Literal[
            "cooldown", "archived", "deprecated", "licences", "indexes", "vulnerabilities", "files"
        ],
        ...,
    ]
    """The rules that do not hold; `files` is the rule that a file never changes, which needs no
    setting to be on."""
    advisories: tuple[AdvisoryName, ...] = ()
    """For `vulnerabilities`: the advisories that do not matter, by any of their names."""
    because: str
    """Why; it must say something."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class AdmissionSettings:
    """What may be taken at all, to be installed or to build with.

    A version that a rule speaks against is passed over as if it were not offered. Projects that
    their index has quarantined, and files that have changed since they were first taken, are
    refused without any setting.
    """

    cooldown: Hours | None = None
    """How long ago a version must have been uploaded, such as `7 days`. One without an upload time
    (PEP 700) is refused. What an earlier plan chose stays."""
    archived: Literal["tell", "refuse"] = "tell"
    """What happens to projects that their index calls archived (PEP 792)."""
    deprecated: Literal["tell", "refuse"] = "tell"
    """What happens to projects that their index calls deprecated."""
    licences: LicenceSettings | None = None
    """Which licences are allowed. Left out, any."""
    indexes: tuple[RestrictionSettings, ...] = ()
    """Where packages may come from; of several that are for a package the first holds."""
    vulnerabilities: Template | None = None
    """An OSV file, or a folder with such files in it, absolute or relative to the settings file.
    Versions that it calls vulnerable are refused, also those of an earlier plan."""
    exceptions: tuple[ExceptionSettings, ...] = ()
    """What is let in all the same."""
    origin: Origin = field(default_factory=Origin, compare=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The file `settings.yaml`."""

    packages: Mapping[NormalizedName, PackageSettings] = field(default_factory=_nothing)
    """The treatment of each package by its name. One package is described in one place: here, or
    in its file `settings/NAME.yaml`."""
    policies: tuple[Policy, ...] = ()
    """Rules over all packages; a later one wins over an earlier one, a package's own over both."""
    variants: Mapping[VariantName, VariantSettings] = field(default_factory=_nothing)
    """Accelerator variants, by name. The first is the default: its wheels are what an installer
    gets that knows nothing of variants."""
    namespaces: tuple[PropertyName, ...] = ()
    """The namespaces of variants' properties, the most important first. Left out, in the order in
    which variants name them. Append only: published wheels name them in this order."""
    providers: Mapping[PropertyName, ProviderSettings] = field(default_factory=_nothing)
    """Who tells what a machine has, by namespace. Left out, the one that is known for nvidia,
    amd, intel, tpu, x86_64 and aarch64."""
    seeds: tuple[SeedSettings, ...] = ()
    """Wheels that break build cycles."""
    indexes: tuple[IndexSettings, ...] = ()
    """Package indexes, the preferred one first."""
    admission: AdmissionSettings = field(default_factory=AdmissionSettings)
    """What may be taken at all."""
    crates: Template | None = None
    """The sparse index that crates are fetched from, with variables as in `env`. Left out, it is
    the one that cargo's own configuration names (`~/.cargo/config.toml`), else cargo's default."""
    signing: SigningSettings | None = None
    """Who signs what says how each wheel was made. Left out, nobody does."""
    build_tag: Literal["auto", "none"] = "auto"
    """What happens when a wheel that was published is rebuilt with other bytes: `auto` gives it the
    next build tag, with `none` they replace the old ones, and the run says so."""
    origin: Origin = field(default_factory=Origin, compare=False)
