"""Describes the Python that runs it, as JSON; a program for the target interpreter, 3.6 or later.

It is started as `python -I -S describe.py FOLDER`, where FOLDER is our own copy of `packaging`:
nothing else of the environment that runs `builder` can be imported. Annotations are quoted because
old interpreters would evaluate them.
"""

import importlib.util
import json
import os
import platform
import sys
import sysconfig

OLDEST = (3, 9)


def describe(packaging: str) -> "dict[str, object]":
    """What `wheeltree.host.interpreter` reads."""
    _provide(packaging)
    from packaging import markers, tags  # noqa: PLC0415 - cannot be imported before

    return {
        "executable": _executable(),
        "libraries": sorted(_libraries()),
        "prefix": sys.base_prefix,
        "site": _site(),
        "markers": sorted(markers.default_environment().items()),
        "tags": [str(tag) for tag in tags.sys_tags()],
    }


def _provide(folder: str) -> None:
    """Make the package in `folder` importable, and nothing that lies beside it."""
    spec = importlib.util.spec_from_file_location(
        "packaging",
        os.path.join(folder, "__init__.py"),  # noqa: PTH118
        submodule_search_locations=[folder],
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["packaging"] = package
    spec.loader.exec_module(package)


def _executable() -> str:
    """The interpreter itself, where this is a virtual environment's copy of it too."""
    real = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    base = os.path.realpath(os.path.join(sys.base_prefix, "bin", name))  # noqa: PTH118
    inside = os.path.realpath(sys.base_prefix) + os.sep
    return base if not real.startswith(inside) and os.path.isfile(base) else real  # noqa: PTH113


def _libraries() -> "set[str]":
    """The libpython that is loaded, where there is one."""
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:  # noqa: PTH123
        paths = {line.split(None, 5)[5].rstrip("\n") for line in maps if "/libpython" in line}
    return {path for path in paths if os.path.basename(path).startswith("libpython")}  # noqa: PTH119


def _site() -> str:
    """Where a virtual environment has its packages: distributions patch the default."""
    scheme = "venv" if "venv" in sysconfig.get_scheme_names() else "posix_prefix"
    path = sysconfig.get_path("purelib", scheme, vars={"base": "", "platbase": ""})
    return path.lstrip("/")


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.stdout.write("too old: " + platform.python_version())
    else:
        json.dump(describe(sys.argv[1]), sys.stdout)
