"""Requirements and constraints files, in pip's syntax."""

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from wheeltree.errors import UsageError
from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.resolution.lines import Line, logical_lines
from wheeltree.resolution.wanted import LocalPath, Unreadable, Wanted, parse, subject

__all__ = ["LocalPath", "RequirementsFile", "Wanted", "parse", "read", "read_constraints"]


class RequirementsFile(Frozen):
    """A requirements file with everything that it includes."""

    wanted: tuple[Wanted, ...]
    paths: tuple[LocalPath, ...]
    constraints: tuple[Wanted, ...]
    index_url: str | None
    """The last `--index-url`; None leaves the choice to whoever reads the file."""
    extra_index_urls: tuple[str, ...]
    pre: bool
    require_hashes: bool
    """Given, or implied by one `--hash`: then everything must be hashed, dependencies too."""
    notices: tuple[str, ...]
    """Options that have no effect here, each with its place and the reason."""


def read(path: Path, environ: Mapping[str, str]) -> RequirementsFile:
    """The requirements file at `path`, in pip's syntax.

    UsageError with all problems of the file and of what it includes, each with file and line.
    """
    return _reading(path, environ, constraint=False)


def read_constraints(path: Path, environ: Mapping[str, str]) -> RequirementsFile:
    """The constraints file at `path`: what it holds is in `constraints`; UsageError as `read`."""
    return _reading(path, environ, constraint=True)


def _reading(path: Path, environ: Mapping[str, str], *, constraint: bool) -> RequirementsFile:
    reader = _Reader(environ)
    reader.file(path, chain=(), constraint=constraint)
    return reader.finished(path)


_VALUED = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-i": "--index-url",
    "-f": "--find-links",
    "-e": "--editable",
    "-C": "--config-settings",
}
_WITH_VALUE = frozenset(
    {
        *_VALUED.values(),
        "--extra-index-url",
        "--hash",
        "--only-binary",
        "--no-binary",
        "--trusted-host",
        "--use-feature",
        "--config-setting",
        "--global-option",
    }
)
_REFUSED = {
    "--editable": "an editable install is no wheel; write it as a path",
    "--find-links": "give the folder as an index: --extra-index-url file:///…/simple/",
    "--only-binary": "everything is built from source",
    "--hash": "write it behind its requirement",
    "--no-index": "use `builder bootstrap --offline`",
    "--config-settings": "write it in settings.yaml under the package",
    "--config-setting": "write it in settings.yaml under the package",
    "--global-option": "write it in settings.yaml under the package",
}
_WITHOUT_EFFECT = {
    "--no-binary": "everything is built from source",
    "--prefer-binary": "everything is built from source",
    "--trusted-host": "certificates are always verified",
    "--use-feature": "it is an option of pip",
}
_SHA256 = re.compile(r"sha256:([0-9a-fA-F]{64})")
_Option = tuple[str, str]


class _Reader:
    """Gathers what a file and its includes say, and every problem in them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._read: set[tuple[str, bool]] = set()
        self._wanted: list[Wanted] = []
        self._paths: list[LocalPath] = []
        self._constraints: list[Wanted] = []
        self._index_url: str | None = None
        self._extra_index_urls: list[str] = []
        self._flags: set[str] = set()
        self._notices: list[str] = []
        self._problems: list[str] = []

    def finished(self, path: Path) -> RequirementsFile:
        hashed = bool(self._flags & {"--require-hashes", "--hash"})
        if hashed:
            self._problems += map(_unhashed, self._without_hash())
        if self._problems:
            count = len(self._problems)
            raise UsageError(
                f"{path}: {count} problem{'s' if count > 1 else ''} in requirements",
                details=self._problems,
            )
        return RequirementsFile(
            wanted=tuple(self._wanted),
            paths=tuple(self._paths),
            constraints=tuple(self._constraints),
            index_url=self._index_url,
            extra_index_urls=tuple(self._extra_index_urls),
            pre="--pre" in self._flags,
            require_hashes=hashed,
            notices=tuple(self._notices),
        )

    def _without_hash(self) -> Iterator[Wanted | LocalPath]:
        constrained = {each.name for each in self._constraints if each.hashes}
        for each in self._wanted:
            if not each.hashes and each.name not in constrained:
                yield each
        yield from (each for each in self._paths if not each.hashes)

    def file(self, path: Path, chain: tuple[str, ...], *, constraint: bool) -> None:
        name = os.path.normpath(path)
        if (name, constraint) in self._read:
            return
        self._read.add((name, constraint))
        content = _content(Path(name))
        for line in logical_lines(content, self._environ):
            try:
                self._line(line, (*chain, name), constraint=constraint)
            except Unreadable as problem:
                hint = f" ({problem.hint})" if problem.hint else ""
                self._problems.append(f"{name}:{line.number}: {problem}{hint}")

    def _line(self, line: Line, chain: tuple[str, ...], *, constraint: bool) -> None:
        if line.unset:
            names = " and ".join(line.unset)
            raise Unreadable(f"environment variable {names} is not set", "it is named on this line")
        text, options = _split(line.text)
        if text:
            self._requirement(text, options, f"{chain[-1]}:{line.number}", constraint=constraint)
            return
        for option in options:
            self._option(option, line.number, chain, constraint=constraint)

    def _requirement(
        self, text: str, options: list[_Option], origin: str, *, constraint: bool
    ) -> None:
        for name, _ in options:
            if name != "--hash":
                raise _refusal(name, "cannot follow a requirement")
        hashes = frozenset(_digest(value) for _, value in options)
        self._flags.update(name for name, _ in options)
        found = subject(text, origin, hashes)
        if not constraint and isinstance(found, LocalPath):
            self._paths.append(found)
        elif constraint:
            self._constraints.append(_constraint(found))
        elif isinstance(found, Wanted):
            self._wanted.append(found)

    def _option(
        self, option: _Option, number: int, chain: tuple[str, ...], *, constraint: bool
    ) -> None:
        match option:
            case "--requirement", _ if constraint:
                raise Unreadable("a constraints file cannot include requirements", "use -c")
            case ("--requirement" | "--constraint") as name, value:
                self._include(value, chain, constraint=name == "--constraint")
            case "--index-url", value:
                self._index_url = value
            case "--extra-index-url", value:
                self._extra_index_urls.append(value)
            case ("--pre" | "--require-hashes") as name, _:
                self._flags.add(name)
            case name, _ if name in _WITHOUT_EFFECT:
                reason = _WITHOUT_EFFECT[name]
                self._notices.append(f"{chain[-1]}:{number}: {name} has no effect: {reason}")
            case name, _:
                raise _refusal(name, "is not supported in a requirements file")

    def _include(self, value: str, chain: tuple[str, ...], *, constraint: bool) -> None:
        if "://" in value:
            raise Unreadable("requirements cannot be read from a URL", "download the file first")
        path = os.path.normpath(Path(chain[-1]).parent / value)
        if path in chain:
            raise Unreadable(f"the file includes itself: {' -> '.join([*chain, path])}")
        try:
            self.file(Path(path), chain, constraint=constraint)
        except UsageError as error:
            raise Unreadable(error.message) from None


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} cannot be read: it is not UTF-8") from error


def _split(text: str) -> tuple[str, list[_Option]]:
    """The requirement of a line and the options behind it, as pip finds them."""
    words = text.split(" ")
    start = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    try:
        rest = shlex.split(" ".join(words[start:]))
    except ValueError as error:
        raise Unreadable(f"options cannot be read: {error}") from None
    return " ".join(words[:start]).strip(), list(_options(rest))


def _options(words: list[str]) -> Iterator[_Option]:
    waiting = iter(words)
    for word in waiting:
        name, value = _named(word)
        if name not in _WITH_VALUE:
            yield name, value
            continue
        value = value or next(waiting, "")
        if not value:
            raise Unreadable(f"{name} lacks its value")
        yield name, value


def _named(word: str) -> _Option:
    if not word.startswith("-"):
        raise Unreadable(f"{word!r} is not expected behind an option")
    if word.startswith("--"):
        name, _, value = word.partition("=")
        return name, value
    return _VALUED.get(word[:2], word), word[2:].removeprefix("=")


def _refusal(name: str, reason: str) -> Unreadable:
    return Unreadable(f"{name} {reason}", _REFUSED.get(name, ""))


def _digest(value: str) -> Digest:
    found = _SHA256.fullmatch(value)
    if not found:
        raise Unreadable(
            f"--hash={value.partition(':')[0]} is not a SHA-256 hash",
            "write --hash=sha256: and 64 hexadecimal digits",
        )
    return Digest(found[1].lower())


def _constraint(found: Wanted | LocalPath) -> Wanted:
    if isinstance(found, LocalPath):
        raise Unreadable("a constraint needs a name", "write NAME @ file:///…")
    if found.requirement.extras:
        raise Unreadable("a constraint cannot have extras", f"write {found.name} without them")
    return found


def _unhashed(wanted: Wanted | LocalPath) -> str:
    if isinstance(wanted, LocalPath):
        return f"{wanted.origin}: {wanted.path} has no hash, and others have (a folder cannot)"
    return f"{wanted.origin}: {wanted.text} has no hash, and others have (--require-hashes)"
