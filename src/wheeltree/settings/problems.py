"""Everything that is wrong with settings, told at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from wheeltree.errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, and where."""

    file: str
    line: int
    """From 1; 0 for the file as a whole."""
    key: str
    """Dotted, such as `packages.torch.env.CFLAGS`; "" for the file as a whole."""
    text: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.key}: {self.text}" if self.key else f"{where}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a part of the settings is written."""

    file: str = ""
    line: int = 0
    path: str = ""
    """Dotted key of the part in its file; "" for a whole file."""
    lines: dict[str, int] = field(default_factory=dict)
    """Line of each key below it, such as `env` and `env.CFLAGS`."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def at(self, key: str) -> str:
        """`file:line` of one key, for `builder explain`."""
        return f"{self.file}:{self.lines.get(key, self.line)}"

    def problem(self, key: str, text: str) -> Problem:
        """`text` as a problem of one key."""
        dotted = ".".join(part for part in (self.path, key) if part)
        return Problem(file=self.file, line=self.lines.get(key, self.line), key=dotted, text=text)


def refuse(problems: Iterable[Problem]) -> SettingsError:
    """The one error that tells all `problems`, in order of file and line."""
    ordered = sorted(set(problems), key=_place)
    files = sorted({problem.file for problem in ordered})
    count = "one problem" if len(ordered) == 1 else f"{len(ordered)} problems"
    return SettingsError(
        f"{', '.join(files)}: {count} in the settings",
        details=tuple(str(problem) for problem in ordered),
        hint="docs/reference/settings.md lists every key and what it takes",
    )


def _place(problem: Problem) -> tuple[str, int, str, str]:
    return (problem.file, problem.line, problem.key, problem.text)


def advice(name: str, known: Iterable[str]) -> str:
    """What the user may have meant by a name that is not `known`, or all that is."""
    from difflib import get_close_matches  # noqa: PLC0415  a run without problems asks for none

    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(names)}"
