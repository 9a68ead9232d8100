"""Plugins of a test that has none, whatever is installed beside it."""

from pathlib import Path

from wheeltree.plugins.installed import Installed
from wheeltree.plugins.overrides import Overrides
from wheeltree.plugins.registry import Plugins


class _Nothing(Installed):
    offers = ()


class NoPlugins(Plugins):
    """No overrides, and nobody is asked for more."""

    def __init__(self) -> None:
        super().__init__(Overrides(Path("/nonexistent")), _Nothing())
