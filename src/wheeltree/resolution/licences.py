"""Which licences are allowed: SPDX expressions (PEP 639), and what older words are read as."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Licensing

_LONGEST, _DEEPEST = 1000, 30
"""Characters and parentheses of an expression; one that is longer is nobody's honest licence."""
_TOKEN = re.compile(r"[()]|[^\s()]+")
_NO_LICENCE = "License :: OSI Approved"
"""A classifier that names no licence."""


class Reading(Frozen):
    """What a classifier, or the text of `License:`, is read as."""

    says: str
    means: str
    """An SPDX expression."""


class Licences(Frozen):
    """The licences that are allowed."""

    allowed: tuple[str, ...]
    """SPDX identifiers, with `*` for any run of characters; `X WITH Y` for one with an exception,
    which nothing else stands for."""
    readings: tuple[Reading, ...] = ()
    where: str
    """`file:line`."""

    def complaint(self, licensing: Licensing) -> tuple[str, str] | None:
        """What is wrong with the licence of a source, as the end of a sentence, and what to do;
        None if nothing is.
        """
        if not licensing.expression:
            return self._complaint_about_words(licensing)
        expression = canonical(licensing.expression)
        if expression is None:
            text = (
                f"declares the licence {licensing.expression[:80]!r}, which is no SPDX expression"
            )
            return f"{text}, and {self.where} asks for one (licences)", _EXCEPTION
        return self._judged(expression, f"is licensed under {expression}")

    def _judged(self, expression: str, told: str) -> tuple[str, str] | None:
        lacking = tuple(dict.fromkeys(not_allowed(expression, self.allowed)))
        if not lacking:
            return None
        text = f"{told}, and {self.where} does not allow {' and '.join(lacking)} (licences)"
        return text, f"allow {' and '.join(lacking)} in `admission.licences.allow`, or {_EXCEPTION}"

    def _complaint_about_words(self, licensing: Licensing) -> tuple[str, str] | None:
        words = stated(licensing)
        known = {_plain(each.says): each.means for each in self.readings}
        unread = [each for each in words if _plain(each) not in known]
        if words and not unread:
            means = " AND ".join(f"({known[_plain(each)]})" for each in words)
            expression = canonical(means)
            assert expression is not None  # settings refuse a reading that is none
            return self._judged(expression, f"is licensed under {expression}, as settings read it")
        if not words:
            text = "declares no licence"
            remedy = _EXCEPTION
        else:
            shown = " and ".join(repr(each[:60]) for each in unread)
            text = f"declares no licence expression, and says {shown}"
            remedy = f"say what that means in `admission.licences.read_as`, or {_EXCEPTION}"
        return f"{text}, and {self.where} asks for one (licences)", remedy


_EXCEPTION = (
    "make an exception in `admission.exceptions`: {packages: […], rules: [licences], because: …}"
)


def stated(licensing: Licensing) -> tuple[str, ...]:
    """What a source without an expression says of its licence, in words."""
    text = (licensing.text,) if licensing.text.strip() else ()
    return (*(each for each in licensing.classifiers if each != _NO_LICENCE), *text)


def canonical(expression: str) -> str | None:
    """An expression in the spelling of SPDX; None for what is none, or names unknown licences."""
    if len(expression) > _LONGEST or expression.count("(") > _DEEPEST:
        return None
    # Here, not above: its table of licences takes longer to load than a run with nothing to do.
    from packaging.licenses import (  # noqa: PLC0415
        InvalidLicenseExpression,
        canonicalize_license_expression,
    )

    try:
        return canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return None


def not_allowed(expression: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """The licences of a canonical expression that would have to be allowed; () if it is.

    OR asks for one side only, AND for both. `X+` is allowed where X is: who may choose a later
    version may choose this one. `X WITH Y` is a licence of its own: an exception may take away what
    X gives.
    """
    return _either(iter((*_TOKEN.findall(expression), "")), allowed)[0]


_Found = tuple[tuple[str, ...], str]
"""What is lacking, and the word behind."""


def _either(words: Iterator[str], allowed: Sequence[str]) -> _Found:
    lacking, word = _both(words, allowed)
    while word == "OR":
        other, word = _both(words, allowed)
        lacking = () if not lacking or not other else (*lacking, *other)
    return lacking, word


def _both(words: Iterator[str], allowed: Sequence[str]) -> _Found:
    lacking, word = _one(words, allowed)
    while word == "AND":
        other, word = _one(words, allowed)
        lacking = (*lacking, *other)
    return lacking, word


def _one(words: Iterator[str], allowed: Sequence[str]) -> _Found:
    first = next(words)
    if first == "(":
        lacking, _ = _either(words, allowed)  # up to the closing parenthesis
        return lacking, next(words)
    word = next(words)
    if word == "WITH":
        first, word = f"{first} WITH {next(words)}", next(words)
    return () if _is_allowed(first, allowed) else (first,), word


def _is_allowed(licence: str, allowed: Sequence[str]) -> bool:
    """A pattern without WITH is for licences without it only, however wide it is."""
    spellings = {licence.lower(), licence.lower().removesuffix("+")}
    return any(
        (" with " in pattern) == (" with " in licence.lower()) and fnmatchcase(each, pattern)
        for pattern in map(str.lower, allowed)
        for each in spellings
    )


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()
