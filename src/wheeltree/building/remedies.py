"""What mends a failed build, by its symptom: what to install, and what to declare.

Names were taken from a log, which a build writes: patterns take none that are long or strange.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from wheeltree.host import known_packages
from wheeltree.host.known_packages import KnownLibrary
from wheeltree.model.frozen import Frozen
from wheeltree.model.tools import project_of

_URL = re.compile(r"https?://[^\s'\"<>()`]{1,300}")
_INCLUDES = re.compile(r"/usr/include(/[\w.]+-linux-[\w.]+)?")
"""Where compilers look by themselves."""
_ASIDE = re.compile(r"/usr/(?:share|src)/.*")
"""Where no build should look."""
_RUST = ("cargo", "rustc")
_COMPILERS = ("cc", "gcc", "c++", "g++", "clang", "clang++", "gfortran", "ld", "ar", "make")


Having: TypeAlias = Callable[[str], Sequence[tuple[str, str]]]
"""The installed files whose paths end with a name, each with its package."""


class Found(Frozen):
    """A symptom in the log of one package's build."""

    package: str
    words: tuple[str, ...]
    """What the groups of the pattern matched, those that matched nothing left out."""
    around: str
    """What the log says before and after it."""
    having: Having

    @property
    def word(self) -> str:
        """The first of them; "" if there is none."""
        return self.words[0] if self.words else ""

    def setting(self, said: str) -> str:
        """`said` as it is written for the package in settings."""
        return f"`packages: {{{self.package}: {{{said}}}}}`"


# Libraries


def _library(known: KnownLibrary, found: Found) -> str:
    """How a library is installed and declared."""
    uses = known.module if not known.only_headers else f"{{name: {known.module}, link: headers}}"
    return f"{_install(known.debian, known.fedora)}, and declare {found.setting(f'uses: [{uses}]')}"


def _install(debian: str, fedora: str) -> str:
    return (
        f"install {debian} (Debian) or {fedora} (Fedora)"
        if debian
        else f"install {fedora} (Fedora)"
    )


def missing_header(found: Found) -> str:
    """A header that is not there, or not where the build looks."""
    header = found.word
    aside = [each for each in found.having(header) if _is_aside(each[0], header)]
    if len(aside) == 1:
        path, package = aside[0]
        flag = f"-I{_above(path, header)}"
        return (
            f"{header} is installed as {path} ({package}), where the build does not look: "
            f"{found.setting(f'env: {{CPPFLAGS: {flag}, CFLAGS: {flag}}}')}"
        )
    known = known_packages.by_header(header)
    if known is not None:
        return f"{header} is missing: {_library(known, found)}"
    if package := _with_others(header, found):
        return (
            f"{header} is not in {package}, which has the others of that folder: the system's "
            f"version does not fit {found.package}; constrain {found.package} to another version, "
            f"or install another of the library"
        )
    return (
        f"install the development package that has the header {header} "
        f"(`apt-file search /{header}` or `dnf provides '*/{header}'` tells which), and declare "
        f"{found.setting('uses: […]')}"
    )


def _with_others(header: str, found: Found) -> str:
    """The one package that has the folder of a header where compilers look; "" if none or more."""
    folder, inner, _ = header.partition("/")
    if not inner:
        return ""
    listed = found.having(folder)
    packages = {each for path, each in listed if _INCLUDES.fullmatch(_above(path, folder))}
    return packages.pop() if len(packages) == 1 else ""


def _is_aside(path: str, header: str) -> bool:
    """Whether a header lies where a compiler looks only if it is told to."""
    above = _above(path, header)
    return not (_INCLUDES.fullmatch(above) or _ASIDE.fullmatch(above))


def _above(path: str, header: str) -> str:
    return path.removesuffix(f"/{header}")


def missing_linked(found: Found) -> str:
    """A library that the linker does not find."""
    known = known_packages.by_linked(found.word)
    if known is not None:
        return f"lib{found.word}.so is missing: {_library(known, found)}"
    return (
        f"install the development package that has lib{found.word}.so, and declare "
        f"{found.setting(f'uses: [{found.word}]')}"
    )


def missing_module(found: Found) -> str:
    """A module that pkg-config does not find."""
    known = known_packages.by_module(found.word)
    if known is not None:
        return f"{found.word}.pc is missing: {_library(known, found)}"
    return (
        f"install the development package that has {found.word}.pc (for pkg-config; on Fedora: dnf "
        f"install 'pkgconfig({found.word})'), and declare {found.setting(f'uses: [{found.word}]')}"
    )


def missing_cmake_package(found: Found) -> str:
    """What `find_package` does not find."""
    known = known_packages.by_cmake(found.word)
    if known is not None:
        return f"CMake did not find {found.word}: {_library(known, found)}"
    return (
        f"CMake did not find {found.word}: install its development package and declare "
        f"{found.setting('uses: […]')}, or if it is a Python project, "
        f"{found.setting(f'build_requires: {{add: [{found.word.lower()}]}}')}"
    )


def old_library(found: Found) -> str:
    """A library that is older than what is asked for: its name, its version, the one wanted."""
    name, has, wanted = (*found.words, "", "")[:3]
    return (
        f"the system's {name} is {has}, and {wanted} is wanted: constrain {found.package} to an "
        f"older version, or let it bundle its own"
    )


# Programs


def missing_program(found: Found) -> str:
    """A program that a build does not see."""
    name = found.word
    if name in _RUST:
        return missing_rust(found)
    debian, fedora = known_packages.programs().get(name, ("", ""))
    if project := project_of(name):
        setting = found.setting(f"system: {{{project}: {{required: true}}}}")
        return (
            f"the program {name} is seen only by builds that say so: {setting}; "
            f"{_install(debian, fedora)}"
        )
    if name in _COMPILERS:
        return (
            f"the program {name} is seen only by builds that compile: "
            f"{found.setting('native: true')}; {_install(debian, fedora)}"
        )
    where = f": {_install(debian, fedora)}" if debian else ""
    return f"the program {name} is missing{where}; builds see /usr, but not /usr/local"


def old_program(found: Found) -> str:
    """A program that is too old: its name, the version wanted, its own where it is told."""
    name, wanted, has = (*found.words, "", "")[:3]
    known = "" if not has else f"; it found {has}"
    required = f"build_requires: {{add: ['{name.lower()}>={wanted}']}}"
    return (
        f"{name} {wanted} or later is wanted{known}: install a newer one (a distribution's "
        f"backports may have it), constrain {found.package} to an older version, or have it "
        f"built: {found.setting(required)}"
    )


def missing_rust(found: Found) -> str:
    """No Rust toolchain, which only builds see whose sources have crates."""
    return (
        f"{found.package} has Rust in it: have its crates fetched, and rustc and cargo seen, with "
        f"{found.setting('vendor: [cargo]')}; if this machine has none, "
        f"{_install('rustc and cargo', 'rust and cargo')}"
    )


# Downloads


def download(found: Found) -> str:
    """An attempt to download, of a URL where it is told."""
    return wanted(found, next(iter(_URL.findall(found.around)), "").rstrip(".,;:"), "")


def wanted(found: Found, url: str, path: str) -> str:
    """How to declare what a build would have fetched.

    url: where from, path: where to, below the top of its source; each "" if it is not known.
    """
    said = f"it wanted {url}: " if url else ""
    place = f"{{url: '{url or '…'}', sha256: …, path: {path or '…'}}}"
    return (
        f"builds have no network; {said}if it is a library, have the build take the system's "
        f"(`uses:`), else have its source laid into the tree: "
        f"{found.setting(f'extra_sources: [{place}]')}"
    )


def missing_crates(found: Found) -> str:
    """An attempt to download crates."""
    return (
        "builds have no network, and its crates are not in the source: "
        f"{found.setting('vendor: [cargo]')} has them fetched by its Cargo.lock"
    )


def installs(found: Found) -> str:
    """An attempt to install a Python project."""
    name = re.split(r"[^\w.-]", found.word, maxsplit=1)[0]
    return (
        f"builds have no network, and it wanted to install {name}: "
        f"{found.setting(f'build_requires: {{add: [{name}]}}')}"
    )


def missing_python_module(found: Found) -> str:
    """A Python module that is not in the build environment."""
    return (
        f"the build needs the Python module {found.word}: add the project that has it to its build "
        f"requirements, {found.setting('build_requires: {add: […]}')}"
    )
