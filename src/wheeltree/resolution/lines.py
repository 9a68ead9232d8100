"""Logical lines of a requirements file, as pip reads them: joined, without comments, expanded."""

import re
from collections.abc import Iterator, Mapping

from wheeltree.model.frozen import Frozen

_COMMENT = re.compile(r"(^|\s)#.*$")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")


class Line(Frozen):
    """One logical line that is not empty."""

    number: int
    """Of its first physical line, from 1."""
    text: str
    """With variables expanded: may hold a password, so no message shows it."""
    written: str
    """As it is in the file."""
    unset: tuple[str, ...]
    """Environment variables that it names and that are not set."""


def logical_lines(content: str, environ: Mapping[str, str]) -> Iterator[Line]:
    r"""The lines of a requirements file: `\` joins, ` #` begins a comment, `${NAME}` is expanded.

    A `#` inside a word is no comment, so that fragments of URLs survive. Only names in capitals
    are expanded.
    """
    for number, joined in _joined(content):
        written = _COMMENT.sub("", joined).strip()
        if written:
            names = dict.fromkeys(_VARIABLE.findall(written))
            yield Line(
                number=number,
                text=_VARIABLE.sub(lambda found: environ.get(found[1], found[0]), written),
                written=written,
                unset=tuple(name for name in names if name not in environ),
            )


def _joined(content: str) -> Iterator[tuple[int, str]]:
    parts: list[str] = []
    first = 1
    for number, line in enumerate(content.splitlines(), 1):
        if not parts:
            first = number
        # A comment ends a joined line even where it ends in a backslash itself.
        if line.endswith("\\") and not _COMMENT.match(line):
            parts.append(line.rstrip("\\"))
            continue
        yield first, "".join([*parts, f" {line}" if _COMMENT.match(line) else line])
        parts = []
    if parts:
        yield first, "".join(parts)
