"""Wheel variants: properties, the labels that stand for them, and who can tell whether they hold.

Names and rules are those of the drafts PEP 825 (properties, labels) and PEP 850 (providers).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from packaging.requirements import InvalidRequirement, Requirement

from wheeltree.model.frozen import Frozen

NULL = "null"
"""The label of a wheel variant that asks for nothing."""

_NAME = re.compile(r"[a-z0-9_]+")
_VALUE = re.compile(r"[a-z0-9_.]+")
_LABEL = re.compile(r"[0-9a-z_.]+")
_DOTTED = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*"
_PLUGIN_API = re.compile(rf"{_DOTTED}(?::{_DOTTED})?")


class Property(Frozen):
    """One feature of a machine, and the values of it that will do: any one of them."""

    namespace: str
    feature: str
    values: tuple[str, ...]
    """Sorted, each once, at least one."""

    def __str__(self) -> str:
        return f"{self.namespace} :: {self.feature} :: {' or '.join(self.values)}"


Properties: TypeAlias = tuple[Property, ...]
"""What a machine must have, all of it; sorted by namespace and feature, each pair once."""


class Provider(Frozen):
    """The package that tells an installer which properties of a namespace its machine has."""

    namespace: str
    requires: tuple[str, ...]
    """What must be installed to ask it: requirements (PEP 508) without markers and extras."""
    plugin_api: str = ""
    """`module:object` of its plugin; "" for the module that is named like the first requirement."""


class Vocabulary(Frozen):
    """The namespaces that the wheel variants of a project may use, the most important one first."""

    providers: tuple[Provider, ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Their names, in the order of their priority."""
        return tuple(each.namespace for each in self.providers)

    def extends(self, older: "Vocabulary") -> bool:
        """Whether it says what `older` says, and perhaps more after that."""
        return self.providers[: len(older.providers)] == older.providers


class Label(Frozen):
    """The name of a wheel variant in file names, and what it stands for."""

    name: str
    properties: Properties


class Variant(Frozen):
    """An accelerator variant as the settings declare it."""

    name: str
    description: str
    properties: Properties
    """() for one that no installer can choose by itself."""


def properties(said: Mapping[str, Mapping[str, Iterable[str]]]) -> Properties:
    """The properties that `said` spells as {namespace: {feature: values}}.

    ValueError, with a sentence, for a name or value that PEP 825 does not allow, and for a
    namespace or feature with nothing in it.
    """
    return tuple(
        _property(namespace, feature, values)
        for namespace, features in sorted(said.items())
        for feature, values in _each(namespace, features)
    )


def provider(namespace: str, requires: Iterable[str], plugin_api: str = "") -> Provider:
    """The provider of a namespace; ValueError, with a sentence, for what PEP 850 does not allow."""
    _check(_NAME, namespace, "namespace")
    needed = tuple(requires)
    if not needed:
        raise ValueError(f"the provider of {namespace} names no requirement")
    for text in needed:
        _check_requirement(namespace, text)
    if plugin_api and not _PLUGIN_API.fullmatch(plugin_api):
        raise ValueError(
            f"the provider of {namespace} has the plugin {plugin_api!r:.100}, which is no"
            " module:object"
        )
    return Provider(namespace=namespace, requires=needed, plugin_api=plugin_api)


def vocabulary(providers: Iterable[Provider]) -> Vocabulary:
    """The vocabulary of these providers, the most important one first.

    ValueError, with a sentence, if two of them have one namespace.
    """
    found = Vocabulary(providers=tuple(providers))
    repeated = [name for name, times in Counter(found.namespaces).items() if times > 1]
    if repeated:
        raise ValueError(f"the namespace {repeated[0]} has two providers")
    return found


def label(name: str, properties: Properties) -> Label:
    """The label of that name; ValueError, with a sentence, if PEP 825 does not allow it.

    `null` is the one that has no properties.
    """
    _check(_LABEL, name, "label")
    if (name == NULL) != (not properties):
        said = f"has properties: {properties[0]}" if properties else "has no properties"
        raise ValueError(f"the label {name} {said}; {NULL} is the one without properties")
    return Label(name=name, properties=properties)


def is_label(name: str) -> bool:
    """Whether `name` may stand as a label in the name of a wheel file."""
    return _LABEL.fullmatch(name) is not None


def _each(
    namespace: str, features: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, Iterable[str]]]:
    _check(_NAME, namespace, "namespace")
    if not features:
        raise ValueError(f"the namespace {namespace} has no feature")
    yield from sorted(features.items())


def _property(namespace: str, feature: str, values: Iterable[str]) -> Property:
    where = f"{namespace} :: {feature}"
    _check(_NAME, feature, f"feature of {namespace}")
    if isinstance(values, str):  # it is iterable, too: letter by letter
        raise ValueError(f"{where} has the value {values!r:.100} where a list is needed")  # noqa: TRY004  # as everything that is wrong here
    wanted = tuple(sorted(set(values)))
    if not wanted:
        raise ValueError(f"{where} has no value")
    for value in wanted:
        _check(_VALUE, value, f"value of {where}")
    return Property(namespace=namespace, feature=feature, values=wanted)


def _check(pattern: re.Pattern[str], text: str, what: str) -> None:
    if not pattern.fullmatch(text):
        dots = " and periods" if "." in pattern.pattern else ""
        raise ValueError(
            f"{text!r:.100} is no {what}: it may have lower-case letters, digits, underscores{dots}"
        )


def _check_requirement(namespace: str, text: str) -> None:
    try:
        asked = Requirement(text)
    except InvalidRequirement:
        asked = None
    if asked is None or asked.marker or asked.extras or asked.url:
        raise ValueError(
            f"the provider of {namespace} requires {text!r:.100}, which is no NAME with versions"
        )


KNOWN_PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        each.namespace: each
        for each in (
            # uv asks its own copy of the first four, where they are spelled exactly so.
            provider(
                "nvidia",
                ["nvidia-variant-provider>=0.0.1,<1"],
                "nvidia_variant_provider.plugin:NvidiaVariantPlugin",
            ),
            provider(
                "tpu",
                ["tpu-variant-provider>=0.1,<1"],
                "tpu_variant_provider.plugin:TpuVariantPlugin",
            ),
            provider("x86_64", ["x86-64-variant-provider>=0.2,<1"]),
            provider("aarch64", ["aarch64-variant-provider>=0.2,<1"]),
            provider(
                "amd",
                ["amd-variant-provider>=0.0.2,<1"],
                "amd_variant_provider.plugin:AMDVariantPlugin",
            ),
            provider(
                "intel",
                ["intel-variant-provider>=0.0.3,<1"],
                "intel_variant_provider.plugin:IntelVariantPlugin",
            ),
        )
    }
)
"""The providers that are known, by namespace."""
