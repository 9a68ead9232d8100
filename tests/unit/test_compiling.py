"""Bytecode made inside the sandbox."""

import importlib.util
import marshal
from pathlib import Path

from wheeltree.building.compiling import main


def compiled(path: Path) -> Path:
    return Path(importlib.util.cache_from_source(str(path)))


def test_a_module_is_compiled_as_python_would_read_it(tmp_path: Path) -> None:
    module = tmp_path / "a" / "b.py"
    module.parent.mkdir()
    module.write_bytes(b"# coding: latin-1\nx = '\xe4'\n")
    main(str(tmp_path))
    content = compiled(module).read_bytes()
    assert content[:4] == importlib.util.MAGIC_NUMBER
    assert content[4:8] == (0b01).to_bytes(4, "little")
    assert content[8:16] == importlib.util.source_hash(module.read_bytes())
    found: dict[str, str] = {}
    exec(marshal.loads(content[16:]), found)
    assert found["x"] == "\xe4"


def test_what_does_not_compile_stops_nothing(tmp_path: Path) -> None:
    for name, content in (("a.py", b"def"), ("b.py", b"\0"), ("c.py", b"x = 1")):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "d.py").symlink_to("/nonexistent")
    main(str(tmp_path))
    assert [path.name.split(".")[0] for path in compiled(tmp_path / "c.py").parent.iterdir()] == [
        "c"
    ]


def test_tests_are_not_compiled_and_links_not_followed(tmp_path: Path) -> None:
    for folder in ("top/tests", "other"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "m.py").write_bytes(b"")
    (tmp_path / "top" / "link").symlink_to(tmp_path / "other")
    main(str(tmp_path / "top"))
    assert not list(tmp_path.rglob("*.pyc"))
