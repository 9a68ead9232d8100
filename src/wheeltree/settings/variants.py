"""The `variants:` of the settings: what is wrong with them, and what they come to."""

from collections.abc import Iterator, Mapping

from packaging.requirements import Requirement

from wheeltree.model.variant import (
    KNOWN_PROVIDERS,
    Provider,
    Variant,
    Vocabulary,
    properties,
)
from wheeltree.settings.problems import Origin, Problem
from wheeltree.settings.schema import ProviderSettings, Settings, VariantPackage
from wheeltree.settings.values import PropertyName


def packages(settings: Settings) -> Iterator[VariantPackage]:
    """What all variants say of single packages."""
    for variant in settings.variants.values():
        yield from variant.packages.values()


def problems(settings: Settings) -> Iterator[Problem]:
    """Everything that is wrong with variants taken together."""
    used = _used(settings)
    for namespace, origin in used.items():
        if settings.namespaces and namespace not in settings.namespaces:
            text = f"`namespaces` does not have {namespace}; add it at its end"
            yield origin.problem(f"properties.{namespace}", text)
        if namespace not in settings.providers and namespace not in KNOWN_PROVIDERS:
            text = f"say under `providers` which package tells what a machine has of {namespace}"
            yield origin.problem(f"properties.{namespace}", text)
    if len(set(settings.namespaces)) < len(settings.namespaces):
        yield settings.origin.problem("namespaces", "names one namespace twice")
    for said in settings.providers.values():
        yield from _provider_problems(said)
    for variant in settings.variants.values():
        for namespace, features in variant.properties.items():
            for feature, values in features.items():
                if not values or len(set(values)) < len(values):
                    text = f"{feature} takes one value or more, each once"
                    yield variant.origin.problem(f"properties.{namespace}", text)


def declared(settings: Settings) -> tuple[Variant, ...]:
    """The variants of settings without problems, in their order; () where none is declared."""
    return tuple(
        Variant(
            name=name, description=said.description, properties=properties(said.properties)
        )
        for name, said in settings.variants.items()
    )


def vocabulary(settings: Settings) -> Vocabulary:
    """The namespaces in their order, each with its provider."""
    names = settings.namespaces or tuple(_used(settings))
    return Vocabulary(providers=tuple(_provider(settings.providers, name) for name in names))


def _used(settings: Settings) -> Mapping[PropertyName, Origin]:
    """The namespaces that variants name, each with the first that does."""
    found: dict[PropertyName, Origin] = {}
    for variant in settings.variants.values():
        for namespace in variant.properties:
            found.setdefault(namespace, variant.origin)
    return found


def _provider(said: Mapping[PropertyName, ProviderSettings], name: PropertyName) -> Provider:
    own = said.get(name)
    if own is None:
        return KNOWN_PROVIDERS[name]
    return Provider(namespace=name, requires=own.requires, plugin_api=own.plugin_api)


def _provider_problems(said: ProviderSettings) -> Iterator[Problem]:
    if not said.requires:
        yield said.origin.problem("requires", "names no package")
    for text in said.requires:
        asked = Requirement(text)
        if asked.marker or asked.extras or asked.url:
            yield said.origin.problem("requires", f"{text}: takes no extras, markers or URLs")
