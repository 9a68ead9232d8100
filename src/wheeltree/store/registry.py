"""`variants.toml` of a wheelhouse: what every label that was ever published stands for.

A label must mean the same in all wheels of a version, and namespaces keep their order (PEP 825), so
that entries are only ever added: an installer may have seen what was published years ago.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wheeltree.errors import SettingsError, StoreError
from wheeltree.model import toml
from wheeltree.model.codec import convert
from wheeltree.model.frozen import Frozen, field
from wheeltree.model.variant import (
    Label,
    Provider,
    Variant,
    Vocabulary,
    label,
    properties,
    provider,
    vocabulary,
)
from wheeltree.store.files import explaining

FILE = "variants.toml"
_MOST = 4 << 20
"""Bytes; a larger one is not ours."""
_HEAD = b"""\
# Every label of this wheelhouse and what it stands for, for ever. Written by builder: entries are
# only added, since installers may know wheels with the old ones.

"""


class Registered(Frozen):
    """A label, and the variant that it is for."""

    variant: str
    label: Label


class Registry(Frozen):
    """All of `variants.toml`."""

    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(providers=()))
    labels: tuple[Registered, ...] = ()
    """In the order in which they were added."""

    def label_of(self, variant: Variant) -> Label | None:
        """The label that stands for what a variant asks for now; None if it has none."""
        found = (
            each.label
            for each in self.labels
            if each.variant == variant.name and each.label.properties == variant.properties
        )
        return next(found, None)


class _Provided(Frozen, forbid_unknown_fields=True):
    name: str
    requires: list[str]
    plugin_api: str = ""


class _Named(Frozen, forbid_unknown_fields=True):
    name: str
    variant: str
    properties: dict[str, dict[str, list[str]]]


class _Document(Frozen, forbid_unknown_fields=True):
    namespace: list[_Provided] = field(default_factory=list)
    label: list[_Named] = field(default_factory=list)


def extended(registry: Registry, variants: Iterable[Variant], spoken: Vocabulary) -> Registry:
    """The registry with everything that settings declare.

    spoken: the namespaces of the settings. A variant that asks for something else than before gets
    a new label. SettingsError if the namespaces have another order, or other providers.
    """
    known = registry.vocabulary
    if not (spoken.extends(known) or known.extends(spoken)):
        raise SettingsError(
            "the namespaces of wheel variants differ from those that are published",
            details=[
                f"the wheelhouse has {_spelled(known)}",
                f"the settings have {_spelled(spoken)}",
            ],
            hint="say `namespaces:` in the order of the wheelhouse, and add new ones at the end; "
            "with other providers, start a new wheelhouse",
        )
    labels = list(registry.labels)
    for each in variants:
        found = Registry(labels=tuple(labels))
        if each.properties and found.label_of(each) is None:
            name = _free(each.name, {one.label.name for one in labels})
            labels.append(Registered(variant=each.name, label=label(name, each.properties)))
    longer = spoken if spoken.extends(known) else known
    return Registry(vocabulary=longer, labels=tuple(labels))


def read_registry(root: Path) -> Registry:
    """The registry of the wheelhouse `root`; an empty one where there is none.

    StoreError if it is damaged.
    """
    path = root / FILE
    with explaining(path):
        try:
            with path.open("rb") as file:
                content = file.read(_MOST + 1)
        except FileNotFoundError:
            return Registry()
    try:
        return _registry(content)
    except ValueError as error:
        raise StoreError(
            f"{path} is damaged: {error}",
            hint="take it back from a copy: without it a label could come to mean something else",
        ) from error


def spelled(registry: Registry) -> bytes:
    """The registry as a file; equal registries give equal bytes."""
    table: dict[str, Any] = {
        "namespace": [_provided(each) for each in registry.vocabulary.providers],
        "label": [
            {
                "name": each.label.name,
                "variant": each.variant,
                "properties": _properties(each.label),
            }
            for each in registry.labels
        ],
    }
    return _HEAD + toml.spelled({name: value for name, value in table.items() if value})


def _registry(content: bytes) -> Registry:
    """ValueError for what is no registry; Malformed is one."""
    if len(content) > _MOST:
        raise ValueError(f"it is larger than {_MOST >> 20} MiB")
    document = convert(tomllib.loads(content.decode()), _Document)
    return Registry(
        vocabulary=vocabulary(
            provider(each.name, each.requires, each.plugin_api) for each in document.namespace
        ),
        labels=tuple(
            Registered(variant=each.variant, label=label(each.name, properties(each.properties)))
            for each in document.label
        ),
    )


def _provided(each: Provider) -> dict[str, Any]:
    said: dict[str, Any] = {"name": each.namespace, "requires": list(each.requires)}
    return {**said, "plugin_api": each.plugin_api} if each.plugin_api else said


def _properties(said: Label) -> Mapping[str, Mapping[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for each in said.properties:
        found.setdefault(each.namespace, {})[each.feature] = list(each.values)
    return found


def _free(name: str, taken: set[str]) -> str:
    """The variant's own name, or the first of its numbers that no label has."""
    if name not in taken:
        return name
    number = 2
    while f"{name}.{number}" in taken:
        number += 1
    return f"{name}.{number}"


def _spelled(said: Vocabulary) -> str:
    return ", ".join(f"{each.namespace} ({', '.join(each.requires)})" for each in said.providers)
