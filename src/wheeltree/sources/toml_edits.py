"""Keys of a source's pyproject.toml set and removed, as settings ask."""

import json
import tomllib
from collections.abc import Sequence
from typing import Any

from wheeltree.errors import SettingsError, SourceError
from wheeltree.model import toml
from wheeltree.model.edits import TomlEdit, changes_nothing, toml_path
from wheeltree.sources.declared import LARGEST, PYPROJECT
from wheeltree.sources.draft import Draft
from wheeltree.sources.member import Refused


def edit_pyproject(edits: Sequence[TomlEdit], draft: Draft, build_dir: str, package: str) -> None:
    """Make `edits`, in their order, in the pyproject.toml of `build_dir`; one is made if need be.

    Comments and the layout of a file that is changed are lost. SettingsError, with where the
    settings say so, for a key that cannot be set, and for an edit of the package itself that
    changes nothing; SourceError if the file is no TOML.
    """
    path = f"{build_dir}/{PYPROJECT}".lstrip("/")
    before = draft.read(path, LARGEST + 1)
    table = _parsed(before or b"", package)
    changed = [_apply(edit, table, package) for edit in edits]
    idle = [_idle(edit) for edit, done in zip(edits, changed, strict=True) if edit.own and not done]
    if idle:
        raise changes_nothing(package, idle)
    if any(changed):
        _write(table, draft, path, package)


def _parsed(content: bytes, package: str) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise SourceError(f"{package}: {PYPROJECT} is larger than {LARGEST} bytes")
    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError
        raise SourceError(f"{package}: {PYPROJECT} cannot be edited: {error}") from error


def _apply(edit: TomlEdit, table: dict[str, Any], package: str) -> bool:
    """Whether `table` is another one now."""
    *above, last = toml_path(edit.key)
    for name in above:
        if edit.value is None and name not in table:
            return False
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            raise SettingsError(
                f"{package}: {PYPROJECT} has no table {name!r} in which a key could be set or "
                "removed, but something else of that name",
                details=[edit.place],
            )
    if edit.value is None:
        return table.pop(last, None) is not None
    before, table[last] = table.get(last), json.loads(edit.value)
    return not _same(before, table[last])


def _same(before: object, now: object) -> bool:
    """Whether two values of TOML are one: for Python 1, 1.0 and True are equal."""
    first, second = (json.dumps(each, default=str, sort_keys=True) for each in (before, now))
    return first == second


def _idle(edit: TomlEdit) -> str:
    if edit.value is None:
        return f"{edit.place}: there is no such key in {PYPROJECT}"
    return f"{edit.place}: that is its value in {PYPROJECT} already"


def _write(table: dict[str, Any], draft: Draft, path: str, package: str) -> None:
    try:
        draft.replace(path, toml.spelled(table))
    except Refused as error:
        raise SourceError(f"{package}: {path} cannot be edited: {error.cause}") from error
