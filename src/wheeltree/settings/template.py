"""Text with `${NAME}` in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

BUILT_IN = ("__name__", "__version__")

_DOLLAR = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<inside>[^}]*)\}|(?P<other>.?))", re.DOTALL)
_INSIDE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>.*))?", re.DOTALL)


class Unset(LookupError):
    """A variable that a text names has no value and no default."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """One `${NAME}` or `${NAME:-default}`."""

    name: str
    default: str | None
    """Taken where the variable is unset or empty; None makes an unset variable an error."""

    def value(self, values: Mapping[str, str]) -> str:
        """What it stands for among `values`; Unset if nothing."""
        if self.default is not None:
            return values.get(self.name) or self.default
        if self.name not in values:
            raise Unset(self.name)
        return values[self.name]


@dataclass(frozen=True, kw_only=True)
class Template:
    """Text in which `${NAME}` stands for a variable and `$$` for a dollar sign.

    Made by `Template.parse`.
    """

    text: str
    """As written."""
    parts: tuple[str | Lookup, ...] = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> "Template":
        """`text` taken apart; ValueError if a `$` in it means nothing, or would run a command."""
        if "\0" in text:
            raise ValueError("a NUL character cannot be passed on")
        parts: list[str | Lookup] = []
        end = 0
        for dollar in _DOLLAR.finditer(text):
            parts += [text[end : dollar.start()], _part(dollar)]
            end = dollar.end()
        return cls(text=text, parts=tuple(part for part in (*parts, text[end:]) if part != ""))

    def expand(self, values: Mapping[str, str]) -> str:
        """The text with every variable replaced; Unset if one has no value."""
        return "".join(part if isinstance(part, str) else part.value(values) for part in self.parts)

    def names(self) -> frozenset[str]:
        """The variables that it reads, built-in ones excluded."""
        found = {part.name for part in self.parts if isinstance(part, Lookup)}
        return frozenset(found.difference(BUILT_IN))


def _part(dollar: re.Match[str]) -> str | Lookup:
    if dollar["escaped"]:
        return "$"
    if dollar["inside"] is not None:
        return _lookup(dollar["inside"])
    if dollar["other"] == "(":
        raise ValueError("$(...) would run a command; settings run none")
    raise ValueError("a lone $; write ${NAME} for a variable and $$ for a dollar sign")


def _lookup(inside: str) -> Lookup:
    found = _INSIDE.fullmatch(inside)
    if found is None or "$" in inside:
        raise ValueError(f"${{{inside}}}: expected ${{NAME}} or ${{NAME:-default}}")
    if found["name"].startswith("__") and found["name"] not in BUILT_IN:
        known = " and ".join(f"${{{name}}}" for name in BUILT_IN)
        raise ValueError(f"${{{found['name']}}} is unknown; {known} are built in")
    return Lookup(name=found["name"], default=found["default"])
