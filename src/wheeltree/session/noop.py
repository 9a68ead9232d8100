"""Whether anything that a run depends on changed since the last one: if not, it has nothing to do.

Everything that can change what is in the wheelhouse is in one digest: what was asked for, settings
and patches, the interpreter and the system. An index is not: the plan in the wheelhouse is kept
while it satisfies what is asked (`--upgrade` moves it).
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from wheeltree.model import codec
from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.plan import PLAN_SCHEMA
from wheeltree.model.platform import Platform
from wheeltree.model.spec import OUTPUT_SCHEMA
from wheeltree.resolution.wanted import Wanted
from wheeltree.session.asked import Asked
from wheeltree.store.files import explaining
from wheeltree.store.scratch import replace_file
from wheeltree.store.wheelhouse import current

_FILE = ".builder/run.json"


@dataclass(frozen=True, kw_only=True)
class LastRun:
    """What a finished run leaves for the next one to compare with."""

    inputs: Key
    installed: tuple[str, ...]
    """`name==version` of everything in an install set."""
    tools: tuple[str, ...]
    """The same for what was only used in builds."""
    seeds: tuple[str, ...]
    seconds: float
    """What its builds took, together: the time that a run with nothing to do saves."""


def fingerprint(
    asked: Asked, settings: Digest, variables: Iterable[str], platform: Platform, choices: object
) -> Key:
    """The key of everything that the content of the wheelhouse follows from.

    variables: names of environment variables that settings refer to. choices: further arguments
    that decide, such as whether seeds are allowed.
    """
    return key_of(
        "run",
        (PLAN_SCHEMA, OUTPUT_SCHEMA),
        [
            (
                (each.name, each.require_hashes),
                list(_spelled(each.wanted)),
                list(_spelled(each.constraints)),
            )
            for each in asked.sets
        ],
        list(_spelled(asked.build_constraints)),
        asked.pre,
        settings,
        {name: os.environ.get(name) for name in variables},
        platform,
        choices,
    )


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
    return found if current(wheelhouse) else None


def forget(wheelhouse: Path) -> None:
    """Take away what the last run left: a run that ends early must not pass for a finished one."""
    with explaining(wheelhouse):
        (wheelhouse / _FILE).unlink(missing_ok=True)


def remember(wheelhouse: Path, run: LastRun) -> None:
    """Leave `run` for the next one; StoreError if it cannot be written."""
    with explaining(wheelhouse):
        replace_file(wheelhouse / _FILE, codec.encode(run), by_way_of=(wheelhouse / _FILE).parent)


def _spelled(wanted: Iterable[Wanted]) -> Iterator[tuple[Requirement, frozenset[Digest]]]:
    for each in wanted:
        yield each.requirement, each.hashes
