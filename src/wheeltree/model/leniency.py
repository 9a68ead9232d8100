"""How a requirement on a project is compared with the version of the system's program.

Projects that wrap a program number their own releases behind its version: ninja 1.11.1.4 is the
fourth package of ninja 1.11.1, cmake 3.18.4.post1 the second of cmake 3.18.4. The program of the
system has no such digits, so those of the requirement beyond its own count are not compared.
"""

from collections.abc import Callable
from functools import lru_cache

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

_CUT: dict[str, Callable[[Version, Version], bool]] = {
    "==": lambda has, asked: has == asked,
    "===": lambda has, asked: has == asked,
    # 1.11.1 may be the program of a package newer than 1.11.1.2, and of an older one.
    ">=": lambda has, asked: has >= asked,
    ">": lambda has, asked: has >= asked,
    "<=": lambda has, asked: has <= asked,
    "<": lambda has, asked: has <= asked,
    "!=": lambda _has, _asked: True,
}
"""What is left of each comparison when digits of the requirement were cut off."""


@lru_cache(maxsize=1 << 12)
def accepts_program(specifiers: str, version: Version) -> bool:
    """Whether a program of this version is what `specifiers` ask for."""
    return all(_holds(each, version) for each in SpecifierSet(specifiers))


def _holds(specifier: Specifier, version: Version) -> bool:
    operator, text = specifier.operator, specifier.version
    if operator == "~=":
        release = Version(text).release[:-1]
        family = ".".join(map(str, release))
        return _holds(Specifier(f">={text}"), version) and _matches(family, version)
    if text.endswith(".*"):
        return _matches(text.removesuffix(".*"), version) == (operator == "==")
    asked = _asked(text)
    cut = asked and _cut(asked, len(version.release))
    if asked is None or cut is None or cut == asked:
        return specifier.contains(version, prereleases=True)
    return _CUT[operator](version, cut)


def _matches(prefix: str, version: Version) -> bool:
    asked = Version(prefix).release[: len(version.release)]
    return version.release[: len(asked)] == asked


def _asked(text: str) -> Version | None:
    """None for what only `===` can ask for."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _cut(version: Version, digits: int) -> Version:
    """`version` with so many release digits at most, and without a number of the package."""
    release = ".".join(map(str, version.release[:digits]))
    pre = "".join(map(str, version.pre or ()))
    dev = "" if version.dev is None else f".dev{version.dev}"
    return Version(f"{version.epoch}!{release}{pre}{dev}")
