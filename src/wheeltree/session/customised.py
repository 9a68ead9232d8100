"""The settings of a run with what plugins add to them."""

from dataclasses import replace

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.source import Preparation
from wheeltree.model.spec import Recipe
from wheeltree.plugins.registry import Plugins
from wheeltree.plugins.work import Package
from wheeltree.settings.rulebook import Rulebook


class Customised:
    """Settings and plugins as functions of one version, each evaluated once; errors as of both."""

    def __init__(self, book: Rulebook, plugins: Plugins) -> None:
        self._book = book
        self._plugins = plugins
        self._recipes: dict[tuple[NormalizedName, Version], Recipe] = {}
        self._preparations: dict[tuple[NormalizedName, Version], Preparation] = {}

    def recipe(self, name: NormalizedName, version: Version) -> Recipe:
        """How it is built; variables that settings say are stronger than those of a plugin."""
        key = (name, version)
        if key not in self._recipes:
            self._recipes[key] = self._recipe(name, version)
        return self._recipes[key]

    def _recipe(self, name: NormalizedName, version: Version) -> Recipe:
        plugin, said = self._plugins.of(name), self._book.recipe(name, version)
        package = Package(name=name, version=version, asks_for=said.variant)
        environ = {**plugin.environ(package), **dict(said.environ)}
        return replace(
            said,
            environ=tuple(sorted(environ.items())),
            plugin=plugin.builds(said.variant),
            prepared_by=plugin.prepares,
        )

    def preparation(self, name: NormalizedName, version: Version) -> Preparation:
        """What is done to its source."""
        key = (name, version)
        if key not in self._preparations:
            said, plugin = self._book.preparation(name, version), self._plugins.of(name)
            variant = self.recipe(name, version).variant if plugin.prepares else ""
            self._preparations[key] = replace(said, plugin=plugin.prepares, variant=variant)
        return self._preparations[key]
