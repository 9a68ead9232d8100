"""What was changed in a source tree by hand, as a patch file."""

import os
import subprocess
from pathlib import Path

from wheeltree.errors import SourceError
from wheeltree.sources.tree import Entry, link_target, walk

_DIFFERENT = 1
_HINT = "a patch can change, add and remove text files and nothing else"


def changes(before: Path, after: Path) -> bytes:
    """A unified diff that makes `after` of `before`, with the names a/PATH and b/PATH.

    b"" if they are the same. SourceError for a change that no patch can make: of a link, of the
    right to execute a file, of a file that is not text; and if `diff` is not installed.
    """
    old = {each.path: each for each in walk(before) if each.kind != "folder"}
    new = {each.path: each for each in walk(after) if each.kind != "folder"}
    pieces = []
    for path in sorted(old.keys() | new.keys()):
        _refuse(path, old.get(path), new.get(path), before, after)
        pieces.append(_change(path, before, after, old, new))
    return b"".join(pieces)


def _refuse(path: str, old: Entry | None, new: Entry | None, before: Path, after: Path) -> None:
    if not path.isprintable() or path.startswith('"') or "\\" in path:
        raise SourceError(f"{path!r}: a patch cannot name this file", hint=_HINT)
    kinds = {each.kind for each in (old, new) if each is not None}
    if "link" not in kinds and (old is None or new is None):
        if new is not None and new.kind == "program":
            raise SourceError(f"{path}: a patch cannot add a program", hint=_HINT)
        return
    if len(kinds) > 1:
        raise SourceError(f"{path} is not what it was: {' and '.join(sorted(kinds))}", hint=_HINT)
    if "link" in kinds:
        targets = {link_target(top / path) for top in (before, after) if (top / path).is_symlink()}
        if old is None or new is None or len(targets) > 1:
            raise SourceError(f"{path}: a patch cannot change a link", hint=_HINT)


def _change(
    path: str, before: Path, after: Path, old: dict[str, Entry], new: dict[str, Entry]
) -> bytes:
    both = path in old and path in new
    if both and (old[path].kind == "link" or _same(before / path, after / path)):
        return b""
    end = "\t" if " " in path else ""  # where a name with spaces ends is told by a tab
    first = (before / path, f"a/{path}{end}") if path in old else (Path(os.devnull), os.devnull)
    second = (after / path, f"b/{path}{end}") if path in new else (Path(os.devnull), os.devnull)
    return _diff(path, first, second)


def _same(first: Path, second: Path) -> bool:
    return first.read_bytes() == second.read_bytes()


def _diff(path: str, first: tuple[Path, str], second: tuple[Path, str]) -> bytes:
    labels = ("--label", first[1], "--label", second[1])
    command = ("diff", "-u", *labels, "--", first[0], second[0])
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, env={"LC_ALL": "C", "PATH": os.defpath}
        )
    except FileNotFoundError as error:
        raise SourceError("diff is not installed", hint="install diffutils") from error
    if done.returncode > _DIFFERENT or done.stdout.startswith(b"Binary files"):
        raise SourceError(f"{path} is not a text file", hint=_HINT)
    return done.stdout
