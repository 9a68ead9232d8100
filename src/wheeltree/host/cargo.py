"""Which registries of crates this machine's cargo asks, by its own configuration.

Only what belongs to the user is read: `config.toml` in CARGO_HOME, and the environment. The folder
that `builder` is started in has no say.
"""

import mmap
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wheeltree.errors import SettingsError
from wheeltree.host.rust import toolchain

_FIRST = "crates-io"
_SPARSE = "sparse+"
_CHAIN = 8
_INDEX = re.compile(r"CARGO_REGISTRIES_([A-Z0-9_]+)_INDEX")
_BUILT_IN = re.compile(rb"sparse\+https://[A-Za-z0-9.-]+/")


def registries(
    environ: Mapping[str, str] = os.environ, *, crates: str | None = None
) -> Mapping[str, str]:
    """The sparse index that is asked for each registry that the configuration names.

    Each by its URL as lock files have it, cargo's own by the name `crates-io`: where the
    configuration does not replace that one, it is the default that is built into cargo, and missing
    if there is no cargo.

    crates: the index for that one, whatever the configuration says. SettingsError where it cannot
    be read, or replaces a registry with something that is none.
    """
    path, config = _read(_home(environ))
    sources = _table(config, "source")
    if crates:
        sources.pop(_FIRST, None)
    known = _known(config, environ)
    found = {index: index for index in known.values() if index.startswith(_SPARSE)}
    for name, source in sources.items():
        if isinstance(source, dict) and "replace-with" in source:
            own = _FIRST if name == _FIRST else str(source.get("registry", known.get(name, name)))
            found[own] = _followed(str(source["replace-with"]), sources, known, path)
    if crates:
        return {**found, _FIRST: crates}
    if _FIRST not in found and (default := _built_in(environ)):
        found |= {_FIRST: default, default: default}
    return found


def _built_in(environ: Mapping[str, str]) -> str | None:
    """The index that is compiled into cargo, which has no command that prints it."""
    found = toolchain(environ)
    if found is None:
        return None
    try:
        with (
            Path(found.sysroot, "bin", "cargo").open("rb") as program,
            mmap.mmap(program.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            match = _BUILT_IN.search(content)
            return match[0].decode() if match else None
    except (OSError, ValueError):  # a program that may be run and not read, or an empty one
        return None


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("CARGO_HOME") or Path(environ.get("HOME", "/"), ".cargo"))


def _read(home: Path) -> tuple[Path, dict[str, Any]]:
    """The configuration: the file without a suffix is the older name, and cargo prefers it."""
    for path in (home / "config", home / "config.toml"):
        try:
            return path, tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read: {error}") from error
    return home / "config.toml", {}


def _known(config: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """The indexes of named registries."""
    tables = _table(config, "registries")
    known = {
        name: str(table["index"])
        for name, table in tables.items()
        if isinstance(table, dict) and "index" in table
    }
    for variable, value in environ.items():
        if match := _INDEX.fullmatch(variable):
            known[match[1].lower().replace("_", "-")] = value
            known[match[1].lower()] = value
    return known


def _followed(name: str, sources: Mapping[str, Any], known: Mapping[str, str], path: Path) -> str:
    """The index that a name of the configuration comes to in the end."""
    for _ in range(_CHAIN):
        source = sources.get(name, {})
        source = source if isinstance(source, dict) else {}
        if "replace-with" in source:
            name = str(source["replace-with"])
            continue
        index = str(source.get("registry", known.get(name, "")))
        if index.startswith(_SPARSE):
            return index
        break
    raise SettingsError(
        f"{path}: source.{name} is no registry with a sparse index",
        hint="name one with `crates: URL` in settings.yaml",
    )


def _table(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = config.get(name)
    return found if isinstance(found, dict) else {}
