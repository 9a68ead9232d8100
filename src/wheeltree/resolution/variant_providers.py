"""Whom installers believe: the providers of variants whose answers are known (PEP 850)."""

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from wheeltree.model.variant import KNOWN_PROVIDERS, Provider, Vocabulary
from wheeltree.resolution.variant_words import Supported

_KNOWN_VERSIONS = {
    "nvidia": "0.0.1",
    "tpu": "0.1.0",
    "x86_64": "0.2.1",
    "aarch64": "0.2.0",
    "amd": "0.0.2",
}
"""The versions that `variant_words` speaks for; uv has its own copies of the first four."""


def heard(vocabulary: Vocabulary, supported: Supported) -> Supported:
    """What an installer finds out of a machine where it may ask these providers only.

    uv says nothing about one that it does not know: its namespace has no properties then.
    """
    names = {each.namespace for each in vocabulary.providers if is_known(each)}
    return Supported(
        features={name: found for name, found in supported.features.items() if name in names}
    )


def is_known(provider: Provider) -> bool:
    """Whether it is a provider whose answers are known, spelled so that uv knows it too."""
    known, version = (found.get(provider.namespace) for found in (KNOWN_PROVIDERS, _KNOWN_VERSIONS))
    if not isinstance(known, Provider) or not isinstance(version, str):
        return False
    if len(provider.requires) != 1:
        return False
    asked, usual = Requirement(provider.requires[0]), Requirement(known.requires[0])
    module = canonicalize_name(usual.name).replace("-", "_")
    return (
        canonicalize_name(asked.name) == canonicalize_name(usual.name)
        and asked.specifier.contains(version, prereleases=True)
        and (provider.plugin_api or module) == (known.plugin_api or module)
    )
