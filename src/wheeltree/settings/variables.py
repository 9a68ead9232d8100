"""Which environment variables settings refer to."""

from collections.abc import Iterator

from wheeltree.settings.schema import Settings, SourceSettings, Treatment
from wheeltree.settings.template import Template
from wheeltree.settings.variants import packages


def variables(settings: Settings) -> frozenset[str]:
    """The names of all environment variables whose values can matter to a run."""
    return frozenset(name for text in _templates(settings) for name in text.names())


def _templates(settings: Settings) -> Iterator[Template]:
    for each in _treatments(settings):
        yield from _of_treatment(each)
    for source in _sources(settings):
        named = (source.git, source.url, source.folder, source.wheel, source.wheels)
        yield from (each for each in named if each is not None)
    yield from (each.url for each in settings.seeds)
    yield from (each.url for each in settings.indexes)
    yield from (url for each in settings.admission.indexes for url in each.only)
    yield from (settings.admission.vulnerabilities,) if settings.admission.vulnerabilities else ()
    yield from (settings.crates,) if settings.crates else ()
    yield from (settings.signing.key,) if settings.signing and settings.signing.key else ()


def _treatments(settings: Settings) -> Iterator[Treatment]:
    yield from settings.policies
    for package in settings.packages.values():
        yield from (package, *package.rules)
    for variant in settings.variants.values():
        yield from (variant, *variant.packages.values())


def _of_treatment(said: Treatment) -> Iterator[Template]:
    yield from said.env.values()
    for value in said.config_settings.values():
        yield from (value,) if isinstance(value, Template) else value
    yield from (extra.url for extra in said.extra_sources or ())
    yield from said.toolkits or ()


def _sources(settings: Settings) -> Iterator[SourceSettings]:
    own = [each.source for each in settings.packages.values()]
    of_variants = [each.source for each in packages(settings)]
    yield from (each for each in (*own, *of_variants) if each is not None)
