"""Compilers that leave no trace of a random build folder in what they compile."""

from collections.abc import Iterable
from pathlib import Path
from string import Template

_NAMES = ("cc", "c++", "gcc", "g++", "clang", "clang++")
_PATTERNS = ("*-linux-gnu-gcc", "*-linux-gnu-g++")

# Some backends build in tempfile.mkdtemp(): its name would be in the debug information, and
# compiler flags in the environment cannot know it.
_WRAPPER = Template("""\
#!/bin/sh
case $$PWD/ in
  $source/*) folder=$source ;;
  *) folder=$$PWD ;;
esac
exec $compiler -ffile-prefix-map="$$folder"=$shown_as "$$@"
""")


def write_compilers(
    folder: Path, *, source: str, shown_as: str, system: Path = Path("/usr/bin")
) -> None:
    """Wrappers in `folder` for the C and C++ compilers of the system, under their own names.

    What is compiled from the folder that it is compiled in then names `shown_as` instead.
    source: where the build sees its source.
    """
    for compiler in _compilers(system):
        wrapper = folder / compiler.name
        wrapper.write_text(
            _WRAPPER.substitute(source=source, shown_as=shown_as, compiler=compiler),
            encoding="utf-8",
        )
        wrapper.chmod(0o755)


def _compilers(system: Path) -> Iterable[Path]:
    named = (system / name for name in _NAMES)
    found = (path for pattern in _PATTERNS for path in system.glob(pattern))
    return [path for path in (*named, *sorted(found)) if path.exists()]
