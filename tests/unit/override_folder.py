"""Overrides of a test."""

from pathlib import Path
from textwrap import dedent

from packaging.utils import canonicalize_name

from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.overrides import Overrides

HEADER = "from wheeltree.plugins import PackagePlugin\n"


def write(folder: Path, **files: str) -> Path:
    """A folder `overrides` with these modules."""
    (folder / "overrides").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "overrides" / f"{name}.py").write_text(dedent(text))
    return folder / "overrides"


def plugin(body: str) -> str:
    """The text of an override whose class has this body."""
    lines = dedent(body).strip().splitlines()
    return HEADER + "class Plugin(PackagePlugin):\n" + "".join(f"    {line}\n" for line in lines)


def loaded(folder: Path, name: str = "demo") -> Guarded:
    """The override of a project in `folder`."""
    return Overrides(folder).load(canonicalize_name(name))
