"""What a built tree shows of bundled libraries, and of switches against that."""

import os
from pathlib import Path

from wheeltree.building.evidence import archives, switches

SETUP = """
import os
if os.environ.get("SODIUM_INSTALL") == "system": use_system()
if "ACME_USE_SYSTEM_FOO" in os.environ: pass
os.environ['PATH'], os.getenv("CFLAGS"), os.environ["ZLIB_HOME"]
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_archives_of_a_library_are_found_wherever_a_build_left_them(tmp_path: Path) -> None:
    names = ("build/lib/libsodium.a", "x.libs/libsodium.so.26", "libz.a", "libsodium.c", "sodium.a")
    write(tmp_path, dict.fromkeys(names, ""))
    assert archives(tmp_path, frozenset({"sodium"})) == (
        "build/lib/libsodium.a",
        "x.libs/libsodium.so.26",
    )


def test_switches_are_what_scripts_read_and_what_sounds_like_bundling(tmp_path: Path) -> None:
    cmake = "option(ACME_BUNDLED_Z off)\noption(ACME_TESTS off)"
    files = {"setup.py": SETUP, "CMakeLists.txt": cmake, "a/b/c/setup.py": SETUP, "x.py": SETUP}
    write(tmp_path, files)
    assert dict(switches(tmp_path, frozenset({"z"}))) == {
        "CMakeLists.txt": ("ACME_BUNDLED_Z",),
        "setup.py": ("ACME_USE_SYSTEM_FOO", "SODIUM_INSTALL", "ZLIB_HOME"),
    }


def test_nothing_but_plain_files_is_read(tmp_path: Path) -> None:
    write(tmp_path / "outside", {"setup.py": SETUP})
    tree = write(tmp_path / "tree", {"a.txt": ""})
    (tree / "setup.py").symlink_to(tmp_path / "outside/setup.py")
    (tree / "linked").symlink_to(tmp_path / "outside")
    os.mkfifo(tree / "build.py")
    assert not list(switches(tree, frozenset()))
