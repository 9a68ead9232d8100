"""Imports one Python file of the user with the modules beside it, and remembers what it read."""

import importlib
import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.plugins.blame import PRIVATE


class Modules(MetaPathFinder, Loader):
    """A file, and the modules of its folder that it imports by `from . import NAME`.

    What runs is what was read and is in `digests`: byte code is neither read nor written. After
    `load` no further module of the folder can be imported, since its bytes would not count.
    """

    def __init__(self, folder: Path) -> None:
        self.digests: dict[str, Digest] = {}
        """SHA-256 of what was read, by path below the folder."""
        self._folder = folder
        self._package = f"{PRIVATE}{os.urandom(16).hex()}"
        self._files: dict[str, Path] = {}

    def load(self, file: Path) -> ModuleType:
        """The module of a file in the folder; raises what its code raises."""
        package = ModuleType(self._package)
        package.__path__ = []
        # A dot in the name of a file is none between modules.
        name = f"{self._package}.{file.stem.replace('.', '-')}"
        self._files[name] = file
        sys.modules[self._package] = package
        sys.meta_path.insert(0, self)
        try:
            return importlib.import_module(name)
        finally:
            sys.meta_path.remove(self)

    def owns(self, file: str) -> bool:
        """Whether the code of a traceback's frame was read from here."""
        folder = str(self._folder)
        return any(file == str(Path(folder, path)) for path in self.digests)

    # What the import system asks.

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  the package has no path that others could follow
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """See `MetaPathFinder.find_spec`."""
        if not fullname.startswith(f"{self._package}."):
            return None
        place = self._folder.joinpath(*fullname.split(".")[1:])
        inside = place / "__init__.py"
        if inside.is_file():
            return self._spec(fullname, inside, ())
        file = self._files.get(fullname, place.with_name(f"{place.name}.py"))
        return self._spec(fullname, file, None) if file.is_file() else None

    def _spec(self, name: str, file: Path, inside: Sequence[str] | None) -> ModuleSpec | None:
        self._files[name] = file
        below = None if inside is None else list(inside)
        return spec_from_file_location(name, file, loader=self, submodule_search_locations=below)

    def exec_module(self, module: ModuleType) -> None:
        """See `Loader.exec_module`."""
        file = self._files[module.__name__]
        source = file.read_bytes()
        self.digests[file.relative_to(self._folder).as_posix()] = digest_bytes(source)
        code = compile(source, str(file), "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  the user's own code, as an import runs it
