"""Loads an override as builder does."""

from os import PathLike
from pathlib import Path

from wheeltree.plugins.loading import load
from wheeltree.plugins.package import PackagePlugin


def load_override(path: str | PathLike[str]) -> PackagePlugin:
    """The plugin in a file such as `overrides/banner.py`.

    PluginError, with the line, if it is none. What its methods raise is not wrapped, so that a test
    shows it as it is.
    """
    return load(Path(path)).plugin
