"""How a requirement on a project is compared with the version of the system's program.

Projects that wrap a program number their own releases behind its version: ninja 1.11.1.4 is the
fourth package of ninja 1.11.1, cmake 3.18.4.post1 the second of cmake 3.18.4. The program of the
system has no such digits, so those of the requirement beyond its own count are not compared.
"""

from collections.abc import Callable
from functools import lru_cache

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version

_TESTS: dict[str, Callable[[Version, Version], bool]] = {
    "==": lambda has, asked: has == asked,
    "===": lambda has, asked: has == asked,
    ">=": lambda has, asked: has >= asked,
    "<=": lambda has, asked: has <= asked,
    ">": lambda has, asked: has > asked,
    "<": lambda has, asked: has < asked,
    "!=": lambda has, asked: has != asked,
}
_CUT_SHORT = {">": ">=", "<": "<="}
"""1.11.1 may well be the program of what is newer than package 1.11.1.2, and of what is older."""


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
    return _compared(operator, Version(text), version)


def _matches(prefix: str, version: Version) -> bool:
    asked = Version(prefix).release[: len(version.release)]
    return version.release[: len(asked)] == asked


def _compared(operator: str, asked: Version, version: Version) -> bool:
    cut = _cut(asked, len(version.release))
    if cut == asked:
        return _TESTS[operator](version, asked)
    if operator == "!=":
        return True  # another package of the same program
    return _TESTS[_CUT_SHORT.get(operator, operator)](version, cut)


def _cut(version: Version, digits: int) -> Version:
    """`version` with so many release digits at most; a pre-release stays one."""
    release = ".".join(map(str, version.release[:digits]))
    pre = "".join(map(str, version.pre or ()))
    return Version(f"{version.epoch}!{release}{pre}")
