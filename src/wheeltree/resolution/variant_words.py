"""Machines in words, such as `cuda=13.1,sm=9.0`, and the properties that installers find on them.

What each provider would say is spelled here as uv 0.13.9 and the providers' own packages do it:
nvidia-variant-provider 0.0.1, x86-64-variant-provider 0.2.1, aarch64-variant-provider 0.2.0,
tpu-variant-provider 0.1.0, amd-variant-provider 0.0.2.
"""

import re
from collections.abc import Mapping

from wheeltree.errors import UsageError
from wheeltree.model.frozen import Frozen

_WORDS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    # Nobody has a driver for CUDA 50, and each version more is twenty values more.
    "cuda": ("13.1", re.compile(r"([1-4]?\d)(?:\.(\d\d?))?", re.ASCII)),
    "sm": ("9.0", re.compile(r"(\d\d?)\.(\d\d?)", re.ASCII)),
    "gfx": ("gfx90a", re.compile(r"(gfx[0-9a-f]{3,5})")),
    "rocm": ("6.4", re.compile(r"(\d\d?)\.(\d\d?)(?:\.\d+)*", re.ASCII)),
    "tpu": ("true", re.compile(r"(true|false)")),
    "x86_64": ("v3", re.compile(r"(v[1-4])")),
    "aarch64": ("8.2a", re.compile(r"(8a|8\.[1-4]a)")),
}
_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
_LEVELS = ("v4", "v3", "v2", "v1")
_VERSIONS = ("8.4a", "8.3a", "8.2a", "8.1a", "8a")
_USUAL = {"x86_64": "v2", "aarch64": "8a"}
"""What uv assumes of a machine that it cannot look at."""
_FIRST_CUDA, _LAST_CUDA, _LAST_MINOR = 11, 15, 20
_FIRST_SM = (5, 0)

_Features = dict[str, tuple[str, ...]]
_Said = Mapping[str, tuple[str, ...]]


class Supported(Frozen):
    """The properties that a machine has."""

    features: Mapping[str, Mapping[str, tuple[str, ...]]]
    """By namespace and feature the values, the best of each first."""

    def values(self, namespace: str, feature: str) -> tuple[str, ...]:
        """The values of one feature; () where the machine has none."""
        return self.features.get(namespace, {}).get(feature, ())


def supported(text: str, *, machine: str) -> Supported:
    """The properties of the machine that `text` describes: words with commas between them.

    text: "" for a machine without accelerators. machine: its architecture, as `platform.machine()`
    names it. UsageError, which names the words that there are, for anything else.
    """
    said = _said(text)
    found = {"nvidia": _nvidia(said), "tpu": _tpu(said), "amd": _amd(said)}
    architecture = _ARCHITECTURES.get(machine.lower(), "")
    for each in _USUAL:
        if each in said and each != architecture:
            raise UsageError(
                f"{each}={said[each][0]} cannot be: the interpreter is for {machine}",
                hint="name an interpreter of such a machine with --python",
            )
    found["x86_64"] = _from(_LEVELS, "level", "x86_64", said, architecture)
    found["aarch64"] = _from(_VERSIONS, "version", "aarch64", said, architecture)
    return Supported(features={name: features for name, features in found.items() if features})


def _said(text: str) -> _Said:
    said: dict[str, tuple[str, ...]] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        word, _, value = part.partition("=")
        known = _WORDS.get(word)
        found = known and known[1].fullmatch(value)
        if not found:
            raise _unknown(part)
        if word in said:
            raise UsageError(f"{word} is said twice: {text!r:.200}", hint="a machine has one")
        said[word] = tuple(each or "0" for each in found.groups())
    if "sm" in said and "cuda" not in said:
        raise UsageError(
            f"sm={'.'.join(said['sm'])} says nothing alone: no driver, no GPU",
            hint="say which CUDA the driver has, such as cuda=13.1",
        )
    return said


def _unknown(part: str) -> UsageError:
    known = ", ".join(f"{word}={example}" for word, (example, _) in _WORDS.items())
    return UsageError(f"{part!r:.100} describes no machine", hint=f"known are {known}")


def _nvidia(said: _Said) -> _Features:
    if "cuda" not in said:
        return {}
    found: _Features = {}
    major, minor = map(int, said["cuda"])
    if major >= _FIRST_CUDA:
        older = range(major - 1, _FIRST_CUDA - 1, -1)
        found["cuda_version_lower_bound"] = (
            *_series(major, minor),
            *(version for each in older for version in _series(each, _LAST_MINOR)),
        )
    newer = range(_LAST_CUDA, major, -1)
    above = (
        *(version for each in newer for version in _series(each, _LAST_MINOR)),
        *(f"{major}.{each}" for each in range(_LAST_MINOR, minor, -1) if major <= _LAST_CUDA),
    )
    if above:
        found["cuda_version_upper_bound"] = above
    if "sm" in said:
        found |= _sm_arch(*map(int, said["sm"]))
    return found


def _series(major: int, last: int) -> tuple[str, ...]:
    """The versions of one major version, newest first; alone, it stands for its beginning."""
    return (*(f"{major}.{minor}" for minor in range(last, -1, -1)), str(major))


def _sm_arch(major: int, minor: int) -> _Features:
    if (major, minor) < _FIRST_SM:
        return {}
    real = (f"{major}{each}_real" for each in range(minor, -1, -1))
    return {"sm_arch": (*real, f"{major}0_virtual")}


def _tpu(said: _Said) -> _Features:
    return {"present": said.get("tpu", ("false",))}


def _amd(said: _Said) -> _Features:
    found: _Features = {}
    if "gfx" in said:
        found["gfx_arch"] = said["gfx"]
    if "rocm" in said:
        found["rocm_version"] = (".".join(str(int(each)) for each in said["rocm"]),)
    return found


def _from(
    every: tuple[str, ...], feature: str, namespace: str, said: _Said, architecture: str
) -> _Features:
    """The best value and all after it: who has one has those, too."""
    if architecture != namespace:
        return {}
    (best,) = said.get(namespace, (_USUAL[namespace],))
    return {feature: every[every.index(best) :]}
