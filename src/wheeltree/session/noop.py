"""Whether anything that a run depends on changed since the last one: if not, it has nothing to do.

Everything that can change what is in the wheelhouse is in `Inputs`. An index is not: the plan in
the wheelhouse is kept while it satisfies what is asked (`--upgrade` moves it).
"""

from pathlib import Path

from wheeltree.host.tools import stamp_of
from wheeltree.model import codec
from wheeltree.model.event import VariantShare
from wheeltree.model.frozen import Frozen
from wheeltree.session.asked import Asked
from wheeltree.session.inputs import Inputs
from wheeltree.store.files import explaining
from wheeltree.store.scratch import replace_file
from wheeltree.store.wheelhouse import current

_FILE = ".builder/run.json"


class Program(Frozen):
    """What of the system stood for a project."""

    described: str
    """Project, version and path, for people."""
    paths: tuple[str, ...]
    stamp: str
    """Of the files at these paths."""

    @property
    def stands(self) -> bool:
        """Whether they are the same files still."""
        return stamp_of(self.paths) == self.stamp


class LastRun(Frozen):
    """What a finished run leaves for the next one to compare with."""

    inputs: Inputs
    installed: tuple[str, ...]
    """`name==version` of everything in an install set."""
    tools: tuple[str, ...]
    """The same for what was only used in builds."""
    seeds: tuple[str, ...]
    prebuilt: tuple[str, ...] = ()
    system: tuple[Program, ...]
    toolkits: tuple[tuple[str, str], ...] = ()
    """Path and stamp of each."""
    variants: tuple[VariantShare, ...] = ()
    seconds: float
    """What its builds took, together: the time that a run with nothing to do saves."""


def has_folders(asked: Asked) -> bool:
    """Whether something asked for is a folder or file of this machine, which may change."""
    return any(
        (each.requirement.url or "").startswith("file:")
        for found in asked.sets
        for each in found.wanted
    )


def last_run(wheelhouse: Path) -> LastRun | None:
    """What the last finished run left, if the wheelhouse is still as it was published."""
    try:
        found = codec.decode((wheelhouse / _FILE).read_bytes(), LastRun)
    except (OSError, codec.Malformed):
        return None
    stands = all(each.stands for each in found.system) and _stand(found.toolkits)
    return found if stands and current(wheelhouse) else None


def _stand(toolkits: tuple[tuple[str, str], ...]) -> bool:
    """Whether they are the same still; most runs have none, and do not load what looks at them."""
    if not toolkits:
        return True
    from wheeltree.building.toolkits import stamp_of_toolkit  # noqa: PLC0415

    return all(stamp == stamp_of_toolkit(prefix) for prefix, stamp in toolkits)


def forget(wheelhouse: Path) -> None:
    """Take away what the last run left: a run that ends early must not pass for a finished one."""
    with explaining(wheelhouse):
        (wheelhouse / _FILE).unlink(missing_ok=True)


def remember(wheelhouse: Path, run: LastRun) -> None:
    """Leave `run` for the next one; StoreError if it cannot be written."""
    with explaining(wheelhouse):
        replace_file(wheelhouse / _FILE, codec.encode(run), by_way_of=(wheelhouse / _FILE).parent)
