"""Real interpreters, a real pip and the packages of this machine."""

import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from wheeltree.errors import BuildError, UsageError
from wheeltree.host import elf, fingerprint, packages
from wheeltree.host.interpreter import probe, stamp
from wheeltree.host.pip import index_url

SYSTEM = "/usr/bin/python3"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a virtual environment without pip."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin/python"


def script(folder: Path, text: str) -> Path:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_an_interpreter_describes_itself() -> None:
    found = probe(SYSTEM)
    asked = subprocess.run(
        [SYSTEM, "-c", "import platform, sys; print(platform.python_version(), sys.base_prefix)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [found.version, found.prefix] == asked.stdout.split()
    assert found.executable == str(Path(SYSTEM).resolve())
    assert found.site == f"lib/python{found.environment['python_version']}/site-packages"
    assert found.environment["sys_platform"] == "linux"
    assert found.tags[0].startswith("cp3")
    assert found.tags[-1] == "py30-none-any"


def test_a_virtual_environment_stands_for_the_interpreter_behind_it(bare: Path) -> None:
    assert probe(bare) == probe(sys.executable)
    assert probe(bare).prefix == sys.base_prefix


def test_a_copied_virtual_environment_does_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "venv", "--without-pip", "--copies", f"{tmp_path}/v"]
    subprocess.run(command, check=True)
    found = probe(tmp_path / "v/bin/python")
    assert found.prefix == sys.base_prefix
    assert Path(found.executable).is_relative_to(sys.base_prefix)


def test_the_same_interpreter_has_the_same_digest_and_stamp() -> None:
    assert probe(SYSTEM).digest == probe(SYSTEM).digest
    assert stamp(SYSTEM) == stamp(SYSTEM)


def test_a_name_is_looked_up_in_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin")
    assert probe("python3") == probe(SYSTEM)


def test_an_interpreter_that_is_replaced_has_another_stamp(tmp_path: Path) -> None:
    path = tmp_path / "python"
    shutil.copy("/bin/true", path)
    before = stamp(path)
    path.unlink()
    shutil.copy("/bin/false", path)
    assert stamp(path) != before


def test_a_script_that_chooses_an_interpreter_is_never_taken_for_the_same(tmp_path: Path) -> None:
    shim = script(tmp_path, f'exec {SYSTEM} "$@"')
    assert probe(shim) == probe(SYSTEM)
    assert stamp(shim) != stamp(shim)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("echo too old: 3.6.15", "is Python 3.6.15, which is too old"),
        ("echo hello", "its answer is not that of a Python"),
        ("echo no module >&2; exit 3", "it ends with 3"),
    ],
)
def test_what_is_no_fitting_python_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        probe(script(tmp_path, text))
    assert "--python" in caught.value.hint


@pytest.mark.parametrize("python", ["absent-python", "/absent/python", "/etc/passwd", "/"])
def test_what_is_no_program_is_refused(python: str) -> None:
    for ask in (probe, stamp):
        with pytest.raises(UsageError, match="there is no interpreter"):
            ask(python)


@pytest.fixture
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file that is all of pip's configuration."""
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    return tmp_path / "pip.conf"


def test_the_default_index_is_pips_own(no_configuration: Path, bare: Path) -> None:
    default = index_url(sys.executable)
    assert default.startswith("https://")
    # An interpreter without pip has the index of the pip beside builder.
    assert index_url(str(bare)) == default


def test_pips_configuration_names_the_index(no_configuration: Path) -> None:
    no_configuration.write_text("[global]\nindex-url = https://global.invalid/simple\n")
    assert index_url(sys.executable) == "https://global.invalid/simple"
    no_configuration.write_text(
        "[global]\nindex-url = https://global.invalid/\n[install]\nindex_url = https://i.invalid/\n"
    )
    assert index_url(sys.executable) == "https://i.invalid/"


def test_pips_variable_overrides_its_configuration(
    no_configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_configuration.write_text("[global]\nindex-url = https://global.invalid/simple\n")
    monkeypatch.setenv("PIP_INDEX_URL", "https://user:word@variable.invalid/simple")
    assert index_url(sys.executable) == "https://user:word@variable.invalid/simple"


def test_a_broken_configuration_is_a_usage_error(no_configuration: Path) -> None:
    no_configuration.write_text("nonsense")
    with pytest.raises(UsageError, match="no pip could be asked") as caught:
        index_url(sys.executable)
    assert "--index-url" in caught.value.hint
    assert "pip.conf" in str(caught.value)


def test_the_parts_of_this_system_are_the_same_each_time() -> None:
    interpreter = probe(SYSTEM)
    assert fingerprint.parts(interpreter) == fingerprint.parts(interpreter)
    assert [part for part, _ in fingerprint.parts(interpreter)] == ["base", "toolchain", "headers"]
    assert fingerprint.stamp() == fingerprint.stamp()


def test_the_owner_of_the_c_library_is_found() -> None:
    found = packages.owners(["libc.so.6", "libabsent.so.9"])
    assert found in ({"libc.so.6": "libc6"}, {"libc.so.6": "glibc"})


def test_no_process_is_needed_for_no_library() -> None:
    assert packages.owners([]) == {}


def wheel(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "x-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_wheel_needs_the_libraries_that_it_does_not_carry(tmp_path: Path) -> None:
    program = Path("/bin/sh").read_bytes()
    members = {"x/__init__.py": b"", "x/_x.so": program}
    assert "libc.so.6" in elf.linkages(wheel(tmp_path, members)).needed
    carrying = wheel(tmp_path, {**members, "x.libs/libc.so.6": b""})
    assert "libc.so.6" not in elf.linkages(carrying).needed


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"text that only looks like it"])
def test_a_library_that_is_none_needs_nothing(tmp_path: Path, content: bytes) -> None:
    assert elf.linkages(wheel(tmp_path, {"x/_x.so": content})).needed == ()


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_library_keeps_nobody_busy(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    program = bytearray(Path("/bin/true").read_bytes())
    for _ in range(4):
        program[rng.randrange(4, 0x1000)] = rng.choice((0, 255, rng.randrange(256)))
    names = elf.linkages(wheel(tmp_path, {"x/_x.so": bytes(program)})).needed
    assert len(names) < 1000


def test_a_wheel_that_is_none_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.whl"
    path.write_bytes(b"nothing")
    with pytest.raises(BuildError, match=r"x\.whl"):
        elf.linkages(path)
