"""Which trees survived the last power cut: those of this boot, and those that were synced.

Waiting for the disk after each of a hundred trees costs seconds, and a tree that is lost is only
made again. So a run waits once, at its end. Until then a marker names the boot; a marker of
another boot means that the machine stopped before the wait was over, and no tree is trusted.
"""

import secrets
from pathlib import Path

from wheeltree.store.files import make_folder, sync_file_system, sync_folder

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Settling:
    """The marker of one process in `folder`; thread-safe, as its steps are idempotent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marker = folder / f"{_boot()}.{secrets.token_hex(8)}"
        self._marked = False

    def mark(self) -> None:
        """Say, durably, that trees are going to be kept without waiting for the disk."""
        if not self._marked:
            make_folder(self._folder)
            self._marker.touch()
            sync_folder(self._folder)
            self._marked = True

    def settle(self) -> None:
        """Wait once for everything that was kept."""
        if self._marked:
            self._marked = False
            sync_file_system(self._folder)
            self._marker.unlink(missing_ok=True)

    def unsettled(self) -> tuple[Path, ...]:
        """Markers of other boots: what was kept then may be torn."""
        if not self._folder.is_dir():
            return ()
        ours = _boot()
        return tuple(
            each for each in sorted(self._folder.iterdir()) if each.name.partition(".")[0] != ours
        )


def _boot() -> str:
    return _BOOT.read_text(encoding="ascii").strip()
