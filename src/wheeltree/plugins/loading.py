"""Plugins made of modules and classes of the user."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from wheeltree.errors import PluginError, WheeltreeError
from wheeltree.plugins.blame import Origin, blamed
from wheeltree.plugins.contract import breaches
from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.modules import Modules
from wheeltree.plugins.observer import Observer
from wheeltree.plugins.package import PackagePlugin
from wheeltree.plugins.watcher import Watcher

C = TypeVar("C")


def load(file: Path) -> Guarded:
    """The override in `file`; PluginError, with the line, if it is none."""
    modules = Modules(file.parent)
    origin = Origin(where=str(file), owns=modules.owns)
    found = _classes(_imported(modules, file, origin), PackagePlugin)
    if len(found) != 1:
        names = ", ".join(each.__name__ for each in found) or "none"
        raise PluginError(
            f"{file}: an override has one class derived from PackagePlugin, and this has {names}",
            hint="from wheeltree.plugins import PackagePlugin; modules whose names begin with _ "
            "may have any number of classes",
        )
    return guarded(found[0], origin, modules.digests)


def observers(file: Path) -> Iterator[Watcher]:
    """The observers in `file`; PluginError, with the line, if it cannot be imported."""
    modules = Modules(file.parent)
    origin = Origin(where=str(file), owns=modules.owns)
    for each in _classes(_imported(modules, file, origin), Observer):
        yield Watcher(made(each, origin), origin)


def guarded(plugin: type[PackagePlugin], origin: Origin, code: object) -> Guarded:
    """A plugin of this class; PluginError if it is no class that can be used as one."""
    for each in breaches(plugin):
        line = f":{each.line}" if each.line else ""
        raise PluginError(f"{origin.where}{line}: {plugin.__name__} {each.text}")
    return Guarded(made(plugin, origin), origin, code)


def made(kind: Callable[[], C], origin: Origin) -> C:
    """An instance of a user's class; PluginError if making it fails."""
    try:
        return kind()
    except WheeltreeError:
        raise
    except (Exception, SystemExit) as error:
        name = getattr(kind, "__name__", "class")
        raise blamed(error, origin, action=f"making a {name}", fallback=origin.where) from error


def _imported(modules: Modules, file: Path, origin: Origin) -> ModuleType:
    try:
        return modules.load(file)
    except WheeltreeError:
        raise
    except (Exception, SystemExit) as error:
        raise blamed(error, origin, action="importing it", fallback=str(file)) from error


def _classes(module: ModuleType, base: type[C]) -> list[type[C]]:
    """The classes that are written in a module and derive from `base`."""
    return [
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, base)
        and value.__module__ == module.__name__
    ]
