"""What is built, addressed by everything that can change its bytes."""

from dataclasses import dataclass, field
from functools import cached_property

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.attempt import Tolerance
from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.edits import NO_EDITS, RequirementEdits
from wheeltree.model.frozen import Frozen
from wheeltree.model.ingredient import Ingredient
from wheeltree.model.platform import RUST_PART, Part, Platform, library_part
from wheeltree.model.schemas import OUTPUT_SCHEMA
from wheeltree.model.source import RUST, BuildSystem, Candidate, Metadata, SourceTree
from wheeltree.model.system import Library, Resources, SystemTool
from wheeltree.model.toolkit import toolkit_part
from wheeltree.model.variant import Properties


class ImportCheck(Frozen):
    """Whether a wheel is imported once everything is built that it requires."""

    on: bool = False
    modules: tuple[str, ...] = ()
    """Those that are imported; () for all that stand on top in the wheel."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Settings of one package, evaluated for one version, variant and platform."""

    variant: str = field(default="", compare=False)
    """The one that something of it depends on; "" where nothing does. Counts by what that is."""
    environ: tuple[tuple[str, str], ...] = ()
    """Environment variables of its hooks, sorted by name."""
    config_settings: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    """PEP 517 config settings, sorted by name."""
    native: bool | None = field(default=None, compare=False)
    """Whether the build takes the toolchain; None leaves it to the tree. Counts in the key by the
    parts of the platform that it takes."""
    match_install: tuple[NormalizedName, ...] = field(default=(), compare=False)
    """Build requirements that take the version of the install set. Counts by the environment."""
    build_dir: str = ""
    """The folder of the source that is built; "" for its top."""
    build_requires: RequirementEdits = field(default=NO_EDITS, compare=False)
    """Of what is declared and of what the backend adds. Counts by the environment, and in a
    question: they decide whether it can be answered in full."""
    requires_dist: RequirementEdits = NO_EDITS
    """Of what the wheel requires when it is installed."""
    tools: tuple[SystemTool, ...] = field(default=(), compare=False)
    """Programs of the system that stand for projects. Counts by the environment."""
    libraries: tuple[Library, ...] = ()
    """Of the system; their versions count by the parts of the platform that it takes."""
    toolkits: tuple[str, ...] = field(default=(), compare=False)
    """Absolute paths of the toolkits that the build sees; they count by the parts of the platform
    that it takes."""
    platform_tag: str = ""
    """What takes the place of the platform tag of its wheel; "" leaves it."""
    claims: Properties = field(default=(), compare=False)
    """What its variant declares of machines; compared with the code for devices in its wheel, which
    counts in no key: the same wheel may be right for one claim and wrong for another."""
    bundles: bool = True
    """Whether the wheel may bring shared libraries."""
    tolerances: tuple[Tolerance, ...] = field(default=(), compare=False)
    """What its build may try to reach in vain; nothing is reached, so that it changes nothing."""
    imports: ImportCheck = field(default=ImportCheck(), compare=False)
    """Changes nothing in the wheel."""
    resources: Resources = field(default=Resources(), compare=False)
    labels: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Words of the user, sorted."""
    changelog: tuple[str, ...] = field(default=(), compare=False)
    """Why it was released again; its wheel gets at least as high a build tag."""
    prebuilt: str = ""
    """File name of a wheel that somebody else built and that is taken as it is; its bytes are the
    "tree". Empty for everything that is built."""
    plugin: Key | None = None
    """Fingerprint of a plugin that takes part in building; None where none does."""
    prepared_by: Key | None = field(default=None, compare=False)
    """Fingerprint of a plugin that took part in preparing the source. Counts by the tree."""


class Input(Frozen):
    """One wheel of a build environment, known by the key of its own spec."""

    name: NormalizedName
    version: Version
    key: Key

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


@dataclass(frozen=True, kw_only=True)
class BuildSpec:
    """One wheel to build.

    `key` (the spec key) names the environment by spec keys and is known before anything is built.
    `build_key` names it by the content digests of its wheels, so that a tool which was rebuilt
    and came out the same rebuilds nothing above it.
    """

    name: NormalizedName
    version: Version
    tree: Digest
    epoch: int
    """Seconds since 1970, given to the backend as SOURCE_DATE_EPOCH."""
    ingredients: tuple[Ingredient, ...] = ()
    """What was laid into the tree: the SBOM in the wheel names it."""
    build_system: BuildSystem = field(compare=False)
    """Of the source, with its requirements edited. Follows from the tree, but for the requirements,
    which count by the environment."""
    environment: tuple[Input, ...]
    """Sorted by name."""
    platform: Platform
    recipe: Recipe
    variant: str = field(default="", compare=False)
    """The one that it depends on, by its recipe or by what it is built with; "" for a wheel that is
    the same in all of them."""

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def subject(self) -> str:
        """What people and logs call it: `name==version`, with the variant that it depends on."""
        return f"{self} [{self.variant}]" if self.variant else str(self)

    @property
    def stem(self) -> str:
        """How the files are named that tell of its build."""
        return "-".join(filter(None, (self.name, str(self.version), self.variant)))

    @cached_property
    def key(self) -> Key:
        """The spec key of the wheel."""
        return key_of("wheel", OUTPUT_SCHEMA, self)

    def build_key(self, contents: tuple[Digest, ...]) -> Key:
        """The build key of the wheel; `contents` in the order of `environment`."""
        return key_of("wheel-build", OUTPUT_SCHEMA, self._with(contents))

    @property
    def rust(self) -> str:
        """The digest of the Rust toolchain that the build sees; "" if it sees none."""
        return dict(self.platform.parts).get(RUST_PART, "")

    @property
    def native(self) -> bool:
        """Whether the build sees compilers and headers."""
        return any(part == "toolchain" for part, _ in self.platform.parts)

    def _with(self, contents: tuple[Digest, ...]) -> tuple[object, ...]:
        pairs = tuple(
            (str(item), content) for item, content in zip(self.environment, contents, strict=True)
        )
        return (
            self.name,
            self.version,
            self.tree,
            self.epoch,
            self.ingredients,
            pairs,
            self.platform,
            self.recipe,
        )


class Inquiry(Frozen, dict=True):
    """A question to a build backend, asked in the environment of `spec`.

    The spec is the one that the wheel has if the answer adds nothing to its environment.
    """

    spec: BuildSpec
    metadata: bool
    """Whether to prepare metadata too, where the tree has none that is static."""

    @property
    def subject(self) -> str:
        """What people and logs call it."""
        return self.spec.subject

    def __str__(self) -> str:
        return str(self.spec)

    def __hash__(self) -> int:
        return hash(self.key)

    @cached_property
    def key(self) -> Key:
        """The spec key of the answer."""
        return key_of("ask", self.metadata, self.spec.recipe.build_requires, self.spec)

    def build_key(self, contents: tuple[Digest, ...]) -> Key:
        """The build key of the answer; `contents` in the order of the spec's environment."""
        edits, spec = self.spec.recipe.build_requires, self.spec._with(contents)  # noqa: SLF001
        return key_of("ask-build", self.metadata, edits, spec)


class BackendAnswer(Frozen):
    """What a build backend said (PEP 517), before any edits."""

    requires: tuple[str, ...]
    """`get_requires_for_build_wheel`."""
    metadata: Metadata | None
    """`prepare_metadata_for_build_wheel`; None where it was not asked for."""


def spec_of(
    *,
    name: NormalizedName,
    version: Version,
    tree: SourceTree,
    environment: tuple[Input, ...],
    platform: Platform,
    recipe: Recipe,
    variant: str = "",
) -> BuildSpec:
    """The spec of one wheel, with the parts of the platform that its build takes and no more.

    variant: see `BuildSpec`.
    """
    parts = parts_taken(recipe, native=_is_native(tree, recipe))
    if "toolchain" in parts and _is_rust(tree, environment):
        parts += (RUST_PART,)
    taken = platform.taking(*parts)
    return BuildSpec(
        name=name,
        version=version,
        tree=tree.digest,
        epoch=tree.epoch,
        ingredients=tuple(each for each in tree.ingredients if each.is_inside),
        build_system=tree.build_system,
        environment=environment,
        platform=taken,
        recipe=recipe,
        variant=variant,
    )


def recipe_of(candidate: Candidate, said: Recipe) -> Recipe:
    """The recipe of a candidate: what settings say, but of a wheel that is taken as it is nothing
    of it can hold.
    """
    if candidate.kind != "wheel":
        return said
    return Recipe(
        variant=said.variant,
        claims=said.claims,
        prebuilt=candidate.filename,
        imports=said.imports,
        labels=said.labels,
        changelog=said.changelog,
    )


def parts_taken(recipe: Recipe, *, native: bool) -> tuple[Part, ...]:
    """The parts of the platform that a build takes; `native`: whether it compiles.

    Whoever declares libraries takes these, and not all development packages together.
    """
    libraries = tuple(library_part(each.name) for each in recipe.libraries)
    toolkits = tuple(map(toolkit_part, recipe.toolkits))
    if not native:
        return ("base", *libraries, *toolkits)
    return ("base", "toolchain", *(libraries or ("headers",)), *toolkits)


def _is_rust(tree: SourceTree, environment: tuple[Input, ...]) -> bool:
    """Whether rustc and cargo are asked for."""
    return "cargo" in tree.vendored or any(item.name in RUST for item in environment)


def _is_native(tree: SourceTree, recipe: Recipe) -> bool:
    if recipe.native is not None:
        return recipe.native
    linked = any(each.link != "dlopen" for each in recipe.libraries)
    return tree.native or linked or bool(recipe.toolkits)
