"""The `variants:` of the settings: what is wrong with them, and what they come to."""

from collections.abc import Iterator, Mapping

from wheeltree.model.variant import (
    KNOWN_PROVIDERS,
    Properties,
    Provider,
    Variant,
    Vocabulary,
    properties,
    provider,
    vocabulary,
)
from wheeltree.settings.problems import Origin, Problem
from wheeltree.settings.schema import ProviderSettings, Settings, VariantPackage, VariantSettings
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
    for namespace, said in settings.providers.items():
        try:
            provider(namespace, said.requires, said.plugin_api)
        except ValueError as error:
            yield said.origin.problem("requires", str(error))
    yield from _property_problems(settings)


def _property_problems(settings: Settings) -> Iterator[Problem]:
    known: dict[Properties, str] = {}
    for name, said in settings.variants.items():
        try:
            found = declared_properties(said)
        except ValueError as error:
            yield said.origin.problem("properties", str(error))
            continue
        if found and known.setdefault(found, name) != name:
            text = f"are those of {known[found]}, too: no installer could tell them apart"
            yield said.origin.problem("properties", text)


def declared(settings: Settings) -> tuple[Variant, ...]:
    """The variants of settings without problems, in their order; () where none is declared."""
    return tuple(
        Variant(name=name, description=said.description, properties=declared_properties(said))
        for name, said in settings.variants.items()
    )


def declared_properties(said: VariantSettings) -> Properties:
    """The properties of one variant; ValueError for some that PEP 825 does not allow."""
    return properties(
        {namespace: dict(features.items()) for namespace, features in said.properties.items()}
    )


def spoken(settings: Settings) -> Vocabulary:
    """The namespaces in their order, each with its provider."""
    names = settings.namespaces or tuple(_used(settings))
    return vocabulary(_provider(settings.providers, name) for name in names)


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
    return provider(name, own.requires, own.plugin_api)
