"""What a build tried to reach: what of it is tolerated, and how to declare the rest."""

import re
import shlex
from collections.abc import Sequence
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from wheeltree.building import remedies
from wheeltree.building.remedies import Found
from wheeltree.building.workbench import SOURCE
from wheeltree.errors import AttemptedNetwork
from wheeltree.model.attempt import Attempt, Tolerance, Tolerated

_OURS = "/build/inside.py"
"""Among the arguments of the process that calls hooks, whose parents are nobody's business."""
_WIDTH = 160
_SHOWN = 6
_PARENTS = 4
_GIT = re.compile(r"/(?:info/refs|git-upload-pack)(?:\?.*)?$")
_PROJECT = re.compile(r"/simple/([\w.-]{1,60})/?$")


def judged(
    attempts: Sequence[Attempt], tolerances: Sequence[Tolerance]
) -> tuple[tuple[Tolerated, ...], tuple[Attempt, ...]]:
    """Those that are tolerated, each with the reason, and those that are not."""
    tolerated, refused = [], []
    for attempt in attempts:
        if reason := next((each.because for each in tolerances if _fits(attempt, each)), ""):
            tolerated.append(Tolerated(attempt=attempt, because=reason))
        else:
            refused.append(attempt)
    return tuple(tolerated), tuple(refused)


def _fits(attempt: Attempt, tolerance: Tolerance) -> bool:
    """Whether all that is known of where it went is tolerated: a URL may name another host."""
    hosts = {attempt.host.lower(), _url_host(attempt) or attempt.host.lower()}
    return bool(attempt.host) and all(fnmatchcase(host, tolerance.host) for host in hosts)


def _url_host(attempt: Attempt) -> str:
    try:
        return urlsplit(attempt.url).hostname or ""
    except ValueError:
        return ""


def described(attempt: Attempt) -> str:
    """An attempt in one line: where to, by which processes, in which folder."""
    chain = " < ".join(map(_command, _told(attempt)[:_PARENTS]))
    by = f" by {chain}" if chain else ""
    return f"{where(attempt)}{by}{_inside(attempt)}"


def where(attempt: Attempt) -> str:
    """Where it went, as a person would say it: of git the repository, not what it asks there."""
    return _printable(_GIT.sub("", attempt.destination))


def refusal(
    subject: str, package: str, refused: Sequence[Attempt], *, details: Sequence[str]
) -> AttemptedNetwork:
    """What to say of attempts that are not tolerated.

    subject: who made them, for messages. package: whose settings declare what is needed. details:
    lines to add.
    """
    first = refused[0]
    more = f", and {len(refused) - 1} more" if len(refused) > 1 else ""
    lines = [f"tried {described(each)}" for each in refused[:_SHOWN]]
    return AttemptedNetwork(
        f"{subject}: its build tried to reach {where(first)}{more}",
        hint=_advice(first, package),
        details=(*lines, *details),
    )


def _advice(attempt: Attempt, package: str) -> str:
    found = Found(package=package, words=(_project(attempt),), around="", having=lambda _: ())
    programs = {words[0].rpartition("/")[2] for words in attempt.processes if words}
    if found.word:
        advice = remedies.installs(found)
    elif "cargo" in programs:
        advice = remedies.missing_crates(found)
    else:
        advice = remedies.wanted(found, where(attempt) if attempt.url else "", _path(attempt))
    harmless = f"network: {{tolerate: [{{host: '{_printable(attempt.host)}', because: …}}]}}"
    return f"{advice}; if it is built the same without: {found.setting(harmless)}"


def _project(attempt: Attempt) -> str:
    """The Python project that was asked for; "" if it was none."""
    found = _PROJECT.search(attempt.url)
    return found[1] if found else ""


def _path(attempt: Attempt) -> str:
    """Where below the source the build wanted to have it; "" if that cannot be told.

    What git clones into is its last argument, if that is no URL.
    """
    if attempt.folder != SOURCE and not attempt.folder.startswith(f"{SOURCE}/"):
        return ""
    folder = attempt.folder.removeprefix(SOURCE).strip("/")
    for words in attempt.processes:
        if len(words) > 2 and words[0].endswith("git") and "clone" in words:  # noqa: PLR2004
            last = words[-1].rstrip("/").removesuffix(".git").rpartition("/")[2]
            return _printable(f"{folder}/{last}".strip("/"))
    return ""


def _told(attempt: Attempt) -> list[tuple[str, ...]]:
    """Its processes up to the one that calls hooks."""
    found = []
    for words in attempt.processes:
        if any(word == _OURS for word in words):
            break
        found.append(words)
    return found


def _command(words: tuple[str, ...]) -> str:
    text = _printable(shlex.join(words))
    return f"`{text}`" if len(text) <= _WIDTH else f"`{text[:_WIDTH]}…`"


def _inside(attempt: Attempt) -> str:
    return f", in {_printable(attempt.folder)}" if attempt.folder else ""


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
