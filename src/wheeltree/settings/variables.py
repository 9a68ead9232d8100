"""Which environment variables settings refer to."""

from collections.abc import Iterator

from wheeltree.settings.schema import Settings
from wheeltree.settings.template import Template


def variables(settings: Settings) -> frozenset[str]:
    """The names of all environment variables whose values can matter to a run."""
    return frozenset(name for text in _templates(settings) for name in text.names())


def _templates(settings: Settings) -> Iterator[Template]:
    packages = settings.packages.values()
    rules = (rule for package in packages for rule in package.rules)
    for each in (*settings.policies, *packages, *rules):
        yield from each.env.values()
        for value in each.config_settings.values():
            yield from (value,) if isinstance(value, Template) else value
        yield from (extra.url for extra in each.extra_sources or ())
    for source in (each.source for each in packages if each.source):
        named = (source.git, source.url, source.folder, source.wheel)
        yield from (each for each in named if each is not None)
    yield from (each.url for each in settings.seeds)
    yield from (each.url for each in settings.indexes)
    yield from (settings.crates,) if settings.crates else ()
