"""What the disk under a store has to offer."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Literal

from wheeltree.model.frozen import Frozen
from wheeltree.store.files import clone, explaining

Placing = Literal["reflink", "hardlink", "copy"]
"""How a file gets from a store into a wheelhouse; the first two take no room."""


class Room(Frozen):
    """What was found out about the disk under a folder."""

    free: int
    """Bytes."""
    placing: Placing | None
    """How files get from there into another folder; None if that cannot be written."""


def room(store: Path, wheelhouse: Path) -> Room:
    """What there is for a store and a wheelhouse, neither of which need exist yet.

    StoreError if the store cannot be written. Nothing stays behind.
    """
    folder = _standing(store)
    with explaining(folder), tempfile.NamedTemporaryFile(dir=folder) as probe:
        probe.write(b"x" * 8192)
        probe.flush()
        free = shutil.disk_usage(folder).free
        return Room(free=free, placing=_placing(Path(probe.name), _standing(wheelhouse)))


def _standing(path: Path) -> Path:
    """The folder itself, or the nearest path above it where there is something, a file perhaps."""
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.exists())


def _placing(probe: Path, folder: Path) -> Placing | None:
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".builder-") as scratch:
            placed = Path(scratch, "probe")
            clone(probe, placed)
            if probe.samefile(placed):
                return "hardlink"
            # `clone` takes a hardlink where it can have no reflink.
            return "reflink" if _is_linked(probe, Path(scratch, "link")) else "copy"
    except OSError:
        return None


def _is_linked(probe: Path, link: Path) -> bool:
    try:
        os.link(probe, link)
    except OSError:
        return False
    return True
