"""What the settings say about one version of one package. Pure: the environment is passed in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.plan import Seed
from wheeltree.model.source import Preparation
from wheeltree.model.spec import Recipe
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.problems import Origin, Problem, refuse
from wheeltree.settings.schema import IndexSettings, Rule, Settings, Treatment
from wheeltree.settings.template import Template, Unset
from wheeltree.settings.values import Pattern

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Index:
    """An index, and the packages that it may serve."""

    url: str
    """May carry credentials."""
    only: tuple[Pattern, ...]


def treatments(settings: Settings, name: NormalizedName, version: Version) -> tuple[Treatment, ...]:
    """Everything that is said about one version, the strongest last."""
    own = settings.packages.get(name)
    policies = [each for each in settings.policies if any(p.matches(name) for p in each.packages)]
    return (
        *(rule for rule in policies if _applies(rule, version)),
        *((own,) if own else ()),
        *(rule for rule in (own.rules if own else ()) if _applies(rule, version)),
    )


def recipe(
    settings: Settings, name: NormalizedName, version: Version, environ: Mapping[str, str]
) -> Recipe:
    """The recipe of one version.

    environ: what `${NAME}` stands for, usually the environment of `builder`. SettingsError, with
    all of them, if variables are not set.
    """
    said = treatments(settings, name, version)
    if not said:
        return Recipe()
    expand = _Expander(values={**environ, "__name__": name, "__version__": str(version)})
    made = Recipe(
        environ=expand.environ(said),
        config_settings=expand.config_settings(said),
        native=_last(said, lambda each: each.native),
        match_install=tuple(sorted(_last(said, lambda each: each.match_install) or ())),
        timeout=_last(said, lambda each: each.timeout),
    )
    expand.finish()
    return made


def preparation(
    settings: Settings, patches: PatchFolder, name: NormalizedName, version: Version
) -> Preparation:
    """What is done to the source of one version; SettingsError as `PatchFolder.patches`."""
    said = treatments(settings, name, version)
    return Preparation(
        patches=patches.patches(name, version),
        trust_metadata=_last(said, lambda each: each.metadata) != "backend",
    )


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


def variables(settings: Settings) -> frozenset[str]:
    """The names of all environment variables whose values can matter to a run."""
    return frozenset(name for text in _templates(settings) for name in text.names())


class _Expander:
    """Expands templates; notes variables without a value instead of stopping at the first."""

    def __init__(self, *, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[Problem] = []

    def text(self, template: Template, origin: Origin, key: str) -> str:
        try:
            return template.expand(self._values)
        except Unset as error:
            text = f"{error.name} is not set; export it, or write ${{{error.name}:-default}}"
            self._problems.append(origin.problem(key, text))
            return ""

    def url(self, template: Template, origin: Origin) -> str:
        url = self.text(template, origin, "url")
        if url and not url.lower().startswith(("https://", "http://", "file://")):
            self._problems.append(origin.problem("url", "expected an https, http or file URL"))
        return url

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

    def finish(self) -> None:
        """SettingsError if something was noted."""
        if self._problems:
            raise refuse(self._problems)

    def _one_or_many(
        self, value: Template | tuple[Template, ...], origin: Origin, key: str
    ) -> str | tuple[str, ...]:
        if isinstance(value, Template):
            return self.text(value, origin, key)
        return tuple(self.text(each, origin, key) for each in value)


def _index(each: IndexSettings, expand: _Expander) -> Index:
    return Index(url=expand.url(each.url, each.origin), only=each.only)


def _applies(rule: Rule, version: Version) -> bool:
    return rule.versions is None or rule.versions.contains(version, prereleases=True)


def _last(said: Sequence[Treatment], pick: Callable[[Treatment], T | None]) -> T | None:
    return next((value for each in reversed(said) if (value := pick(each)) is not None), None)


def _templates(settings: Settings) -> Iterator[Template]:
    packages = settings.packages.values()
    rules = (rule for package in packages for rule in package.rules)
    for each in (*settings.policies, *packages, *rules):
        yield from each.env.values()
        for value in each.config_settings.values():
            yield from (value,) if isinstance(value, Template) else value
    yield from (each.url for each in settings.seeds)
    yield from (each.url for each in settings.indexes)
