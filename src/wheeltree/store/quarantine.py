"""Where damaged files of a store go: out of the way, but still there to be looked at."""

import secrets
from pathlib import Path

from wheeltree.store.files import make_folder


class Quarantine:
    """A folder of damaged files, made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def set_aside(self, path: Path) -> Path:
        """Moves a damaged file here; where it is now. OSError where that fails."""
        make_folder(self._folder)
        aside = self._folder / f"{path.name}-{secrets.token_hex(4)}"
        path.rename(aside)
        return aside
