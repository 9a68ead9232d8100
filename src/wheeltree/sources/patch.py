"""Patches applied to a source tree by GNU patch, without fuzz and without mercy."""

import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn, Protocol

from wheeltree.errors import DigestMismatch, PatchError
from wheeltree.model.digest import digest_bytes
from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Patch
from wheeltree.sources.diff import BadDiff, FileDiff, Hunk, parse_diff
from wheeltree.sources.tree import link_target

_COMMAND = (
    "patch",
    "--strip=1",
    "--batch",
    # Without it, --batch takes back a patch that seems to be applied already.
    "--forward",
    "--fuzz=0",
    # Otherwise a patch in the manner of ed would be run as a program.
    "--unified",
    "--binary",
    "--no-backup-if-mismatch",
    "--reject-file=-",
    "--quoting-style=literal",
)
_NOT_FOUND = 127
_FILE = re.compile(
    r"(?:patching|checking) (?:file|symbolic link) (.+?)(?: \((?:renamed|copied) from .+\))?"
)
_FAILED = re.compile(r"Hunk #(\d+) FAILED")
_SHOWN = 40


class Outcome(Frozen):
    """How a program ended."""

    returncode: int
    output: bytes
    """stdout and stderr together."""
    attempts: tuple[str, ...] = ()
    """What it tried to reach over the network, in words."""


class Runner(Protocol):
    """Runs a program where it can do no harm: in the sandbox, without network."""

    def __call__(self, argv: Sequence[str], *, cwd: Path, stdin: bytes) -> Outcome:
        """Run `argv` with the tree at `cwd` as its folder, writable; how it ended."""
        ...


def apply(patches: Sequence[Patch], tree: Path, *, package: str, run: Runner) -> frozenset[str]:
    """Apply `patches` in order to the tree at `tree`; the paths that they changed.

    package: for messages, such as `requests 2.34.2`.

    PatchError names the patch, the file and the hunk, for a patch that does not apply exactly, is
    applied already, changes nothing, or reaches out of the tree; DigestMismatch for one that is not
    the one that was planned.
    """
    changed: set[str] = set()
    for patch in patches:
        changed |= _apply(patch, tree, package, run)
    return frozenset(changed)


def _apply(patch: Patch, tree: Path, package: str, run: Runner) -> set[str]:
    content = _read(patch, package)
    try:
        files = parse_diff(content)
        for path in _paths(files):
            _check_inside(tree, path)
    except BadDiff as error:
        cause = f"{package}: patch {patch.path} {error.cause}"
        raise PatchError(cause, hint=error.hint) from error
    before = {path: _state(tree / path) for path in _paths(files)}
    outcome = run(_COMMAND, cwd=tree, stdin=content)
    if outcome.returncode:
        _fail(outcome, files, patch, package)
    changed = {path for path, state in before.items() if _state(tree / path) != state}
    if not changed:
        raise PatchError(
            f"{package}: patch {patch.path} changes nothing", hint="remove it, or make it again"
        )
    return changed


def _read(patch: Patch, package: str) -> bytes:
    try:
        content = Path(patch.path).read_bytes()
    except OSError as error:
        cause = f"{package}: cannot read patch {patch.path}: {error.strerror}"
        raise PatchError(cause) from error
    if digest_bytes(content) != patch.digest:
        raise DigestMismatch(
            f"{package}: patch {patch.path} is not the one that was planned: expected sha256 "
            f"{patch.digest}, got {digest_bytes(content)}",
            hint="it was edited during the run; run again",
        )
    return content


def _paths(files: Sequence[FileDiff]) -> Iterator[str]:
    return (path for file in files for path in file.paths)


def _check_inside(tree: Path, path: str) -> None:
    """BadDiff if a path that has no `..` leads through a link of the tree, or is one."""
    if path.startswith("/"):
        raise BadDiff(f"names the absolute path {path!r}")
    here = tree
    for name in path.split("/"):
        here /= name
        if here.is_symlink():
            link = here.relative_to(tree)
            raise BadDiff(f"changes {path!r} through the link {str(link)!r} of the tree")


def _state(path: Path) -> tuple[int, bytes]:
    """What a patch can change about a file: existence and mode, content or target."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0, b""
    if stat.S_ISLNK(mode):
        return mode, link_target(path).encode(errors="surrogateescape")
    return mode, path.read_bytes() if stat.S_ISREG(mode) else b""


def _fail(outcome: Outcome, files: Sequence[FileDiff], patch: Patch, package: str) -> NoReturn:
    output = outcome.output.decode(errors="replace")
    subject = f"{package}: patch {patch.path}"
    if outcome.returncode == _NOT_FOUND:
        raise PatchError(
            f"{subject}: there is no program patch", hint="install the system package patch"
        )
    details = [f"patch: {line}" for line in output.splitlines()[-_SHOWN:]]
    if "previously applied" in output:
        where = f" (in {_last_file(output)})" if _last_file(output) else ""
        hint = "remove the patch, or narrow it to the versions that need it"
        raise PatchError(f"{subject} is already applied{where}", hint=hint, details=details)
    for name, hunk in _rejected(output, files):
        at = f"{name}, hunk in line {hunk.line} of the patch"
        raise PatchError(
            f"{subject} does not apply to {at}",
            hint="make it again for this version of the source; no fuzz is allowed",
            details=[*hunk.text[:_SHOWN], *details],
        )
    raise PatchError(
        f"{subject} does not apply",
        hint="make it again for this version of the source, with paths a/FILE and b/FILE",
        details=details,
    )


def _last_file(output: str) -> str:
    names = [match[1] for line in output.splitlines() if (match := _FILE.fullmatch(line))]
    return names[-1] if names else ""


def _rejected(output: str, files: Sequence[FileDiff]) -> Iterator[tuple[str, Hunk]]:
    """The hunks that patch says it could not apply, with the file of each."""
    name = ""
    for line in output.splitlines():
        if match := _FILE.fullmatch(line):
            name = match[1]
        elif match := _FAILED.match(line):
            hunks = [hunk for file in files if name in file.paths for hunk in file.hunks]
            if int(match[1]) <= len(hunks):
                yield name, hunks[int(match[1]) - 1]
