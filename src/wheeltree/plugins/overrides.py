"""The folder `overrides`: one file for each project that needs one."""

from collections.abc import Iterator
from pathlib import Path

from packaging.utils import InvalidName, NormalizedName, canonicalize_name

from wheeltree.errors import PluginError
from wheeltree.model.digest import digest_file
from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.watcher import Watcher

_OBSERVERS = "_observers.py"
"""No project has such a name, so that it is no override."""


class Overrides:
    """The overrides of one folder, which need not exist.

    A file whose name begins with `_` is none: it is for what several of them share.
    PluginError if a file is not named after a project, or two after the same.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: dict[NormalizedName, Path] = {}
        """The override of each project."""
        for file in sorted(folder.glob("*.py")):
            if not file.name.startswith("_"):
                self._add(file)

    def _add(self, file: Path) -> None:
        try:
            name = canonicalize_name(file.stem, validate=True)
        except InvalidName as error:
            raise PluginError(
                f"{file}: an override is named after its project, and that is no project name",
                hint="what overrides share lies in files whose names begin with _",
            ) from error
        if name in self.files:
            raise PluginError(
                f"{self.files[name]} and {file} are overrides of the same project",
                hint="keep one of them",
            )
        self.files[name] = file

    def load(self, name: NormalizedName) -> Guarded:
        """The override of a project that has one; PluginError, with the line, if it is none."""
        from wheeltree.plugins.loading import load  # noqa: PLC0415  only where there is one

        return load(self.files[name])

    def observers(self) -> Iterator[Watcher]:
        """The observers of `_observers.py`; PluginError as for `load`."""
        file = self._folder / _OBSERVERS
        if file.is_file():
            from wheeltree.plugins.loading import observers  # noqa: PLC0415  as above

            yield from observers(file)

    def stamp(self) -> list[tuple[str, str]]:
        """Path and SHA-256 of every Python file, to compare with those of an earlier run."""
        files = sorted(self._folder.rglob("*.py"))
        return [(each.relative_to(self._folder).as_posix(), digest_file(each)) for each in files]
