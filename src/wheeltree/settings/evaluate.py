"""What the settings say about one version of one package. Pure: the environment is passed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TypeVar

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.attempt import Tolerance
from wheeltree.model.plan import Seed
from wheeltree.model.source import Preparation
from wheeltree.model.spec import ImportCheck, Recipe
from wheeltree.model.system import Library, Resources, SystemTool
from wheeltree.model.toolkit import is_toolkit_path
from wheeltree.model.variant import Properties
from wheeltree.settings import edits, variants
from wheeltree.settings.expander import Expander
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.problems import Origin
from wheeltree.settings.schema import (
    IndexSettings,
    LibrarySettings,
    Policy,
    Rule,
    Settings,
    Treatment,
    VariantPackage,
    VariantSettings,
)
from wheeltree.settings.template import Template
from wheeltree.settings.values import ModuleName, Pattern, VariantName

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Index:
    """An index, and the packages that it may serve."""

    url: str
    """May carry credentials."""
    only: tuple[Pattern, ...]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What settings are evaluated for: one version of one package, on one machine."""

    name: NormalizedName
    version: Version
    python: Version
    platform: str
    """System and machine, such as linux-x86_64."""
    variant: str = ""
    """"" where none is declared."""


def treatments(settings: Settings, subject: Subject) -> tuple[Treatment, ...]:
    """Everything that is said about one version, the strongest last.

    What a variant says of all packages is among it only for one that asks for the variant.
    """
    own = settings.packages.get(subject.name)
    policies = [each for each in settings.policies if _covers(each, subject.name)]
    rules = [rule for rule in (own.rules if own else ()) if _applies(rule, subject)]
    applying = [rule for rule in policies if _applies(rule, subject)]
    variant = settings.variants.get(VariantName(subject.variant))
    named = variant.packages.get(subject.name) if variant else None
    special = (*applying, *rules, *((named,) if named else ()))
    asks = any(asks_for_variant(each) for each in special)
    return (
        *((variant,) if variant and asks else ()),
        *applying,
        *((own,) if own else ()),
        *rules,
        *((named,) if named else ()),
    )


def variant_of(said: Sequence[Treatment], subject: Subject) -> str:
    """The variant that treatments ask for; "" if they ask for none."""
    return subject.variant if any(isinstance(each, VariantSettings) for each in said) else ""


def _claims(said: Sequence[Treatment]) -> Properties:
    """What the variant declares of machines, if it is asked for."""
    asked = next((each for each in said if isinstance(each, VariantSettings)), VariantSettings())
    return variants.declared_properties(asked)


def asks_for_variant(said: Treatment) -> bool:
    """Whether who is treated so asks for the variant; `version` alone asks for nothing."""
    if isinstance(said, VariantPackage):
        return not said.origin.lines or bool(said.origin.lines.keys() - {"version"})
    return isinstance(said, Rule) and said.variant is not None


def recipe(settings: Settings, subject: Subject, environ: Mapping[str, str]) -> Recipe:
    """The recipe of one version.

    environ: what `${NAME}` stands for, usually the environment of `builder`. SettingsError, with
    all of them, if variables are not set.
    """
    said = treatments(settings, subject)
    if not said:
        return Recipe()
    expand = _Expander(values=_values(environ, subject))
    made = Recipe(
        variant=variant_of(said, subject),
        claims=_claims(said),
        environ=expand.environ(said),
        config_settings=expand.config_settings(said),
        native=_last(said, lambda each: each.native),
        match_install=tuple(sorted(_last(said, lambda each: each.match_install) or ())),
        build_dir=edits.build_dir(said)[0],
        build_requires=edits.requirement_edits(said, lambda each: each.build_requires),
        requires_dist=edits.requirement_edits(said, lambda each: each.requires_dist),
        tools=_tools(said, expand),
        libraries=_libraries(said),
        toolkits=_toolkits(said, expand),
        platform_tag=_last(said, lambda each: each.platform_tag) or "",
        bundles=_last(said, lambda each: each.bundled) != "refuse",
        tolerances=_tolerances(said),
        imports=_imports(said, expand),
        resources=_resources(said),
        labels=tuple(sorted({k: v for each in said for k, v in each.labels.items()}.items())),
        changelog=tuple(text for each in said for text in each.changelog),
    )
    expand.finish()
    return made


def preparation(
    settings: Settings, patches: PatchFolder, subject: Subject, environ: Mapping[str, str]
) -> Preparation:
    """What is done to the source of one version; SettingsError as `PatchFolder.patches`."""
    said = treatments(settings, subject)
    expand = _Expander(values=_values(environ, subject))
    folder, folder_place = edits.build_dir(said)
    made = Preparation(
        patches=patches.patches(
            subject.name,
            subject.version,
            further=tuple(path for each in said for path in each.patches or ()),
            variant=subject.variant,
        ),
        trust_metadata=_last(said, lambda each: each.metadata) != "backend",
        build_dir=folder,
        build_dir_place=folder_place,
        pyproject=edits.toml_edits(said),
        extra_sources=edits.extra_sources(said, expand.url),
        vendoring=_last(said, lambda each: each.vendor),
    )
    expand.finish()
    return made


def seeds(settings: Settings, environ: Mapping[str, str]) -> tuple[Seed, ...]:
    """The seeds, in the order of the settings; `environ` and SettingsError as for `recipe`."""
    expand = _Expander(values=environ)
    made = tuple(
        Seed(
            name=each.name,
            version=each.version,
            url=expand.url(each.url, each.origin),
            digest=each.sha256,
        )
        for each in settings.seeds
    )
    expand.finish()
    return made


def indexes(settings: Settings, environ: Mapping[str, str]) -> tuple[Index, ...]:
    """The indexes, the preferred one first; `environ` and SettingsError as for `recipe`."""
    expand = _Expander(values=environ)
    made = tuple(_index(each, expand) for each in settings.indexes)
    expand.finish()
    return made


def crates(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """URL of the index of crates, if one is named; `environ` and SettingsError as for `recipe`."""
    if settings.crates is None:
        return None
    expand = _Expander(values=environ)
    made = expand.url(settings.crates, settings.origin, key="crates")
    expand.finish()
    return made


class _Expander(Expander):
    """Expands what treatments say, too."""

    def environ(self, said: Sequence[Treatment]) -> tuple[tuple[str, str], ...]:
        merged = {name: (value, each) for each in said for name, value in each.env.items()}
        return tuple(
            (str(name), self.text(value, each.origin, f"env.{name}"))
            for name, (value, each) in sorted(merged.items())
        )

    def config_settings(
        self, said: Sequence[Treatment]
    ) -> tuple[tuple[str, str | tuple[str, ...]], ...]:
        merged = {
            name: (value, each) for each in said for name, value in each.config_settings.items()
        }
        return tuple(
            (name, self._one_or_many(value, each.origin, f"config_settings.{name}"))
            for name, (value, each) in sorted(merged.items(), key=lambda item: item[0])
        )

    def _one_or_many(
        self, value: Template | tuple[Template, ...], origin: Origin, key: str
    ) -> str | tuple[str, ...]:
        if isinstance(value, Template):
            return self.text(value, origin, key)
        return tuple(self.text(each, origin, key) for each in value)


def _index(each: IndexSettings, expand: Expander) -> Index:
    return Index(url=expand.url(each.url, each.origin), only=each.only)


def _values(environ: Mapping[str, str], subject: Subject) -> dict[str, str]:
    return {**environ, "__name__": subject.name, "__version__": str(subject.version)}


def _tools(said: Sequence[Treatment], expand: Expander) -> tuple[SystemTool, ...]:
    found = {name: tool for each in said for name, tool in each.system.items()}
    for tool in found.values():
        if tool.version is not None and not tool.because:
            expand.note(tool.origin.problem("version", "say why it is taken for it: `because:`"))
    return tuple(
        SystemTool(
            name=name,
            version=str(tool.version or ""),
            because=tool.because,
            required=tool.required,
        )
        for name, tool in sorted(found.items())
        if not tool.off
    )


def _imports(said: Sequence[Treatment], expand: _Expander) -> ImportCheck:
    found = _last(said, lambda each: each.import_check)
    if found is None:
        return ImportCheck()
    for key, narrows in (("off", found.off), ("modules", found.modules)):
        if narrows and not found.because.strip():
            expand.note(found.origin.problem(key, "say why: `because:`"))
    return ImportCheck(on=not found.off, modules=tuple(found.modules))


def _toolkits(said: Sequence[Treatment], expand: Expander) -> tuple[str, ...]:
    """The folders that the strongest treatment names which names any."""
    strongest = next((each for each in reversed(said) if each.toolkits is not None), None)
    if strongest is None:
        return ()
    found = []
    for template in strongest.toolkits or ():
        path = expand.text(template, strongest.origin, "toolkits")
        if path and not is_toolkit_path(path):
            text = f"{path} cannot be a toolkit: name a folder of its own, such as /opt/cuda-13.0"
            expand.note(strongest.origin.problem("toolkits", text))
        found.append(path)
    return tuple(found)


def _libraries(said: Sequence[Treatment]) -> tuple[Library, ...]:
    """What the strongest treatment that says anything about libraries says, sorted by name."""
    strongest = next((each for each in reversed(said) if each.uses is not None), Treatment())
    found = {each.name: each for each in map(_library, strongest.uses or ())}
    origin = strongest.origin.at("uses")
    return tuple(replace(each, origin=origin) for _, each in sorted(found.items()))


def _library(said: ModuleName | LibrarySettings) -> Library:
    if isinstance(said, LibrarySettings):
        return Library(name=said.name, link=said.link)
    return Library(name=said)


def _tolerances(said: Sequence[Treatment]) -> tuple[Tolerance, ...]:
    network = _last(said, lambda each: each.network)
    found = network.tolerate if network else ()
    return tuple(Tolerance(host=each.host, because=each.because) for each in found)


def _resources(said: Sequence[Treatment]) -> Resources:
    asked = [each.resources for each in said if each.resources is not None]
    usual = Resources()
    return Resources(
        cores=_last(asked, lambda each: each.cores),
        memory=_last(asked, lambda each: each.memory),
        exclusive=_last(asked, lambda each: each.exclusive) or False,
        timeout=_last(said, lambda each: each.timeout),
        silence=_last(asked, lambda each: each.silence),
        most_memory=_last(asked, lambda each: each.most_memory),
        most_processes=_last(asked, lambda each: each.most_processes) or usual.most_processes,
        most_disk=_last(asked, lambda each: each.most_disk) or usual.most_disk,
        most_log=_last(asked, lambda each: each.most_log) or usual.most_log,
    )


def _covers(policy: Policy, name: NormalizedName) -> bool:
    return any(pattern.matches(name) for pattern in policy.packages)


def _applies(rule: Rule, subject: Subject) -> bool:
    return (
        (rule.versions is None or rule.versions.contains(subject.version, prereleases=True))
        and (rule.python is None or rule.python.contains(subject.python, prereleases=True))
        and (rule.platform is None or fnmatchcase(subject.platform, rule.platform))
        and (rule.variant is None or fnmatchcase(subject.variant, rule.variant))
    )


def _last(said: Sequence[S], pick: Callable[[S], T | None]) -> T | None:
    return next((value for each in reversed(said) if (value := pick(each)) is not None), None)
