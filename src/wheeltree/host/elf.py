"""The shared libraries of the system that a wheel needs; the module that knows elfdeps."""

import zipfile
import zlib
from pathlib import Path, PurePosixPath

import elfdeps

from wheeltree.errors import BuildError

# pyelftools lets Python's own errors through where a file's tables point nowhere.
_MALFORMED = (
    *(OSError, zipfile.BadZipFile, zlib.error, RuntimeError, elfdeps.ELFError),
    *(ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError),
)
_SETTINGS = elfdeps.ELFAnalyzeSettings(soname_only=True)


def needed(wheel: Path) -> tuple[str, ...]:
    """The DT_NEEDED names of all programs and libraries in `wheel` that are not in it, sorted.

    BuildError if the wheel cannot be read.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            carried = {PurePosixPath(name).name for name in archive.namelist()}
            found = list(elfdeps.analyze_zipfile(archive, settings=_SETTINGS))
    except _MALFORMED as error:
        raise BuildError(f"{wheel}: its libraries cannot be read: {error}") from error
    names = {require.soname for elf in found for require in elf.requires}
    provided = {provide.soname for elf in found for provide in elf.provides}
    return tuple(sorted(names - provided - carried))
