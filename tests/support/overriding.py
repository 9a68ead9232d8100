"""Overrides and observers of a test of the whole line."""

from pathlib import Path
from textwrap import dedent

from support.line import Line


def override(line: Line, name: str, body: str, *, before: str = "") -> Path:
    """Write an override whose class has this body."""
    folder = line.folder / "overrides"
    folder.mkdir(exist_ok=True)
    lines = "".join(f"    {each}\n" for each in dedent(body).strip().splitlines())
    text = f"from wheeltree.plugins import PackagePlugin\n{before}\n"
    (folder / f"{name}.py").write_text(f"{text}class Plugin(PackagePlugin):\n{lines}")
    return folder / f"{name}.py"


def observers(line: Line, text: str) -> Path:
    """Write the observers of the runs that follow."""
    (line.folder / "overrides").mkdir(exist_ok=True)
    file = line.folder / "overrides" / "_observers.py"
    file.write_text(f"from wheeltree.plugins import Observer\n{dedent(text)}")
    return file
