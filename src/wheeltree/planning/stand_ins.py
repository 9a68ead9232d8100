"""Stand-ins as facts: programs, looked at once while they stay, and their wheels in the store."""

from wheeltree.building.standin import stand
from wheeltree.host.tools import probe, stamp
from wheeltree.model.digest import key_of
from wheeltree.model.platform import Interpreter
from wheeltree.model.spec import Input, Recipe
from wheeltree.model.stand_in import StandIn
from wheeltree.model.system import SystemTool, tool_named
from wheeltree.store.local import Store


def stood(tool: SystemTool, *, store: Store, interpreter: Interpreter) -> StandIn:
    """What stands for a project on this machine; its wheel is then in the store.

    ResolutionError as of `probe`.
    """
    key = key_of("stand-in-stamp", tool, stamp(tool))
    found = store.record("stand-in", key, StandIn)
    if found is None:
        found = store.put_record("stand-in", key, probe(tool), StandIn)
    stand(found, store=store, interpreter=interpreter)
    return found


def renewed(item: Input, recipe: Recipe, *, store: Store, interpreter: Interpreter) -> Input:
    """A part of an environment; where a program of the system stands for it, the one of today.

    ResolutionError as of `probe`.
    """
    tool = tool_named(recipe.tools, item.name)
    if tool is None:
        return item
    found = stood(tool, store=store, interpreter=interpreter)
    return Input(name=found.name, version=found.version, key=found.key)
