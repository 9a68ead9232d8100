"""The plugins of a run: which package has one, and who observes."""

from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from packaging.utils import NormalizedName

from wheeltree.plugins.guarded import PLAIN, Guarded
from wheeltree.plugins.installed import Installed
from wheeltree.plugins.overrides import Overrides
from wheeltree.plugins.watcher import Watcher


class Plugins:
    """Plugins by project, each loaded when its project is first met.

    An override is stronger than what a distribution offers. Any thread may ask.
    """

    def __init__(self, overrides: Overrides, installed: Installed) -> None:
        self._overrides = overrides
        self._installed = installed
        self._lock = Lock()
        self._loaded: dict[NormalizedName, Guarded] = {}

    @classmethod
    def beside(cls, folder: Path) -> "Plugins":
        """The overrides in `folder`, which need not exist, and what is installed beside builder.

        PluginError if a file in it is not named after a project.
        """
        return cls(Overrides(folder), Installed())

    def of(self, name: NormalizedName) -> Guarded:
        """The plugin of a project, or one that does nothing; PluginError if it is no plugin."""
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = self._load(name)
            return self._loaded[name]

    def _load(self, name: NormalizedName) -> Guarded:
        if name in self._overrides.files:
            return self._overrides.load(name)
        return self._installed.load(name) or PLAIN

    def observers(self) -> Iterator[Watcher]:
        """All observers; PluginError if one cannot be loaded."""
        yield from self._overrides.observers()
        yield from self._installed.observers()

    def stamp(self) -> tuple[object, ...]:
        """What of them can change a wheelhouse, without loading any; () if there are none."""
        return (*self._overrides.stamp(), *self._installed.stamp())
