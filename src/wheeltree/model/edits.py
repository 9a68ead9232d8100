"""Changes that settings make to what a source says of itself, and what they put into its tree."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.errors import SettingsError
from wheeltree.model.digest import Digest

_Part = Literal["remove", "replace", "add"]


@dataclass(frozen=True, kw_only=True)
class RequirementEdits:
    """Changes of a list of requirements, in the order: remove, replace, add."""

    remove: tuple[NormalizedName, ...] = ()
    """Every requirement on these projects goes."""
    replace: tuple[str, ...] = ()
    """Takes the place of every requirement on the same project, and has the marker of the old one
    unless it has its own."""
    add: tuple[str, ...] = ()
    places: tuple[tuple[_Part, str], ...] = field(default=(), compare=False)
    """Where each part is written, such as `settings.yaml:4: packages.qdldl.build_requires.add`."""
    own: bool = field(default=False, compare=False)
    """Whether they are said of the package itself, not of many: then each must change something."""

    def __bool__(self) -> bool:
        return bool(self.remove or self.replace or self.add)

    def apply(self, requires: tuple[str, ...]) -> tuple[str, ...]:
        """The edited list; what is not touched keeps its place and its spelling."""
        return (*self.apply_to_more(requires), *self.added(requires))

    def apply_to_more(self, requires: tuple[str, ...]) -> tuple[str, ...]:
        """The same of a list that comes on top of an edited one: nothing is added to it again."""
        return tuple(filter(None, self.fates(requires))) if self else requires

    def fates(self, requires: tuple[str, ...]) -> Iterator[str]:
        """What becomes of each requirement; "" for one that goes."""
        seen = set()
        for text in requires:
            edited = self._edited(text)
            yield edited if edited == text or edited not in seen else ""
            seen.add(edited)

    def added(self, requires: tuple[str, ...]) -> tuple[str, ...]:
        """What comes after them."""
        if not self.add:
            return ()
        there = set(map(spelled, self.apply_to_more(requires)))
        return tuple(text for text in self.add if spelled(text) not in there)

    def _edited(self, text: str) -> str:
        name = name_of(text)
        if name in self.remove:
            return ""
        instead = next((each for each in self.replace if name_of(each) == name), None)
        return text if instead is None else _with_marker(instead, of=text)

    def useless(self, requires: Iterable[str]) -> tuple[str, ...]:
        """What changes none of `requires`, each with its place; () of what is said of many."""
        if not (self and self.own):
            return ()
        return tuple(self._useless({spelled(text): name_of(text) for text in requires}))

    def _useless(self, there: dict[str, NormalizedName]) -> Iterator[str]:
        for name in self.remove:
            if name not in there.values():
                yield f"{self._place('remove')}: there is no requirement on {name}"
        for text in self.replace:
            before = [each for each, name in there.items() if name == name_of(text)]
            if not before:
                yield f"{self._place('replace')}: there is no requirement on {name_of(text)}"
            elif name_of(text) in self.remove:
                yield f"{self._place('replace')}: {name_of(text)} is removed before"
            elif all(spelled(self._edited(each)) == each for each in before):
                yield f"{self._place('replace')}: {text} is required already"
        for text in self.add:
            if spelled(text) in there and name_of(text) not in self.remove:
                yield f"{self._place('add')}: {text} is required already"

    def place_of(self, text: str) -> str:
        """Where a requirement of the edited list is written; "" if no edit made it."""
        if not self:
            return ""
        if spelled(text) in map(spelled, self.add):
            return self._place("add")
        if any(spelled(_with_marker(each, of=text)) == spelled(text) for each in self.replace):
            return self._place("replace")
        return ""

    def _place(self, part: _Part) -> str:
        return dict(self.places).get(part, "")


NO_EDITS = RequirementEdits()


def name_of(requirement: str) -> NormalizedName:
    """The project that a valid requirement is on."""
    return canonicalize_name(Requirement(requirement).name)


def spelled(requirement: str) -> str:
    """A valid requirement in one spelling: equal texts mean the same."""
    made = Requirement(requirement)
    made.name = canonicalize_name(made.name)
    return str(made)


def _with_marker(text: str, *, of: str) -> str:
    made = Requirement(text)
    if made.marker is not None:
        return text
    made.marker = Requirement(of).marker
    return str(made)


@dataclass(frozen=True, kw_only=True)
class ExtraSource:
    """An archive or file that is placed in a source tree, so that its build need not fetch it."""

    url: str = field(compare=False)
    digest: Digest
    path: str
    """Where it is unpacked, or put, below the root of the tree; with `/`."""
    unpack: bool = True
    """Whether it is an archive of one top folder, which is stripped, or is left as it is."""
    place: str = field(default="", compare=False)
    """Where the settings say so, as `file:line: key`."""


@dataclass(frozen=True, kw_only=True)
class TomlEdit:
    """One key of pyproject.toml that is set, or removed."""

    key: str
    """Dotted, such as tool.scikit-build.cmake.version."""
    value: str | None
    """As JSON; None removes the key."""
    own: bool = False
    """Whether it is said of the package itself, not of many: then it must change something."""
    place: str = field(default="", compare=False)
    """Where the settings say so, as `file:line: key`."""


_NAME = r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\[^\n])*"|'[^'\n]*'"""
_DOTTED = re.compile(rf"(?:{_NAME})(?:\.(?:{_NAME}))*")


def toml_path(key: str) -> tuple[str, ...]:
    """A dotted key of TOML as its parts; ValueError if it is none."""
    if not _DOTTED.fullmatch(key):
        raise ValueError(f'expected a dotted key such as tool.black or tool."a.b", not {key!r}')
    import tomllib  # noqa: PLC0415  # hardly used

    return tuple(tomllib.loads(f"x = {_quoted(part)}")["x"] for part in re.findall(_NAME, key))


def _quoted(part: str) -> str:
    return part if part[0] in "\"'" else f'"{part}"'


def changes_nothing(package: str, problems: Iterable[str]) -> SettingsError:
    """The error that tells of edits that were selected for `package` and change nothing."""
    return SettingsError(
        f"{package}: an edit in the settings changes nothing",
        details=tuple(problems),
        hint="take it out, or narrow it to the versions that need it with a rule",
    )
