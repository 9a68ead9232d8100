"""What the content of a wheelhouse follows from, as one key."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement

from wheeltree.model.digest import Digest, Key, key_of
from wheeltree.model.frozen import Frozen
from wheeltree.model.platform import Platform
from wheeltree.model.schemas import OUTPUT_SCHEMA, PLAN_SCHEMA
from wheeltree.resolution.wanted import Wanted
from wheeltree.session.asked import Asked
from wheeltree.session.invocation import Invocation
from wheeltree.settings import files


class Inputs(Frozen):
    """Everything that decides what is in the wheelhouse: made by `inputs_of`."""

    key: Key
    variables: tuple[str, ...]
    """Names of the environment variables that settings refer to; the key has their values, too.
    They follow from the settings, and are kept so that these need not be read to be compared."""
    advisories: str = ""
    """Path of the advisories that the settings name, kept for the same reason; "" for none."""


def inputs_of(
    invocation: Invocation,
    asked: Asked,
    variables: Iterable[str],
    platform: Platform,
    *,
    plugins: tuple[object, ...],
    advisories: Path | None,
) -> Inputs:
    """The inputs of a run: what was asked for, settings, patches, interpreter and system.

    variables: names of environment variables that settings refer to. plugins: their stamp.
    advisories: the file or folder of those that the settings name. SettingsError if the settings
    cannot be read.
    """
    names = tuple(sorted(variables))
    key = key_of(
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
        [name for name, _ in asked.own],
        [name for name, _ in invocation.variants],
        list(_spelled(asked.build_constraints)),
        asked.pre,
        files.digest(invocation.places.settings),
        plugins,
        {name: os.environ.get(name) for name in names},
        platform,
        _decisions(invocation),
        *_stamp_of_advisories(advisories),
    )
    return Inputs(key=key, variables=names, advisories=os.fspath(advisories) if advisories else "")


def _stamp_of_advisories(advisories: Path | None) -> Iterator[str]:
    """Of the advisories; most runs have none, and do not load what looks at them."""
    if advisories is not None and advisories.exists():
        from wheeltree.resolution.advisory_files import stamp  # noqa: PLC0415

        yield stamp(advisories)


def _decisions(invocation: Invocation) -> tuple[object, ...]:
    """Further arguments that decide what is in the wheelhouse."""
    plan, key = map(_stamp, (invocation.locked, invocation.signing_key))
    return (invocation.seeds, invocation.add, *plan, *key)


def _stamp(path: Path | None) -> tuple[object, ...]:
    return (os.fspath(path), path.stat().st_mtime_ns) if path and path.exists() else ()


def _spelled(wanted: Iterable[Wanted]) -> Iterator[tuple[Requirement, frozenset[Digest]]]:
    for each in wanted:
        yield each.requirement, each.hashes
