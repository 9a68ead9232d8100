"""The tags of a git repository as versions."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from packaging.version import InvalidVersion, Version

from wheeltree.sources.git import Git

_LINE = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?)\trefs/tags/([^\x00-\x20\x7f]+)")
_VERSION = "[0-9A-Za-z][0-9A-Za-z.!+_-]*"
_PEELED = "^{}"


class Tagged(NamedTuple):
    """One version of a repository."""

    version: Version
    tag: str
    commit: str


def tags(git: Git, url: str) -> dict[str, str]:
    """The commit of each tag of the repository at `url`; FetchError if it cannot be read.

    A name that is not printable UTF-8 is left out: whatever a server sends is not repeated.
    """
    listed = git.ask(url, ("ls-remote", "--tags", "--", url))
    found: dict[str, str] = {}
    for name, commit in _lines(listed):
        if name.endswith(_PEELED):  # the commit behind an annotated tag, which comes after it
            found[name.removesuffix(_PEELED)] = commit
        else:
            found.setdefault(name, commit)
    return found


def _lines(listed: bytes) -> Iterator[tuple[str, str]]:
    for line in listed.split(b"\n"):
        if match := _LINE.fullmatch(line):
            name = match[2].decode(errors="replace")
            if name.isprintable() and "\ufffd" not in name:
                yield name, match[1].decode()


def versions(found: dict[str, str], pattern: str) -> tuple[Tagged, ...]:
    """The tags that are named as `pattern` says and have a version (PEP 440), newest first.

    pattern: with `{version}` in it once. Of two tags with one version the one counts that is
    spelled as the version is, else the first by name.
    """
    before, _, after = pattern.partition("{version}")
    named = re.compile(f"{re.escape(before)}({_VERSION}){re.escape(after)}")
    best: dict[Version, tuple[bool, str, Tagged]] = {}
    for tagged, spelled in _matching(found, named):
        rank = (spelled != str(tagged.version), tagged.tag, tagged)
        best[tagged.version] = min(best.get(tagged.version, rank), rank)
    return tuple(best[version][2] for version in sorted(best, reverse=True))


def _matching(found: dict[str, str], named: re.Pattern[str]) -> Iterable[tuple[Tagged, str]]:
    for tag, commit in found.items():
        if match := named.fullmatch(tag):
            try:
                yield Tagged(Version(match[1]), tag, commit), match[1]
            except InvalidVersion:
                continue
