"""The Rust toolchain of a machine, real ones and some that tests make."""

from pathlib import Path

import pytest

from wheeltree.host.rust import stamp, toolchain


def write_program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A machine on which rustc and cargo are proxies of a toolchain elsewhere, as with rustup."""
    sysroot = tmp_path / "toolchains" / "stable"
    write_program(sysroot / "bin/rustc", "echo 'rustc 1.90.0 (abc 2025-01-01)'")
    write_program(sysroot / "bin/cargo", "echo 'cargo 1.90.0'")
    write_program(tmp_path / "bin/rustc", f"echo '{sysroot}'")
    write_program(tmp_path / "bin/cargo", "exit 1")
    return {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path)}


def test_proxies_are_resolved_to_the_toolchain_that_they_stand_for(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    found = toolchain(environ)
    assert found is not None
    assert (found.sysroot, found.version) == (tmp_path / "toolchains/stable", "1.90.0")
    assert not found.is_of_system


def test_another_version_of_either_program_is_another_toolchain(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    before = toolchain(environ)
    write_program(tmp_path / "toolchains/stable/bin/cargo", "echo 'cargo 1.91.0'")
    after = toolchain(environ)
    assert before is not None
    assert after is not None
    assert before.digest != after.digest


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("bin/rustc", "exit 1"),
        ("bin/rustc", "echo /usr/local"),
        ("bin/rustc", "echo /nonexistent"),
        ("toolchains/stable/bin/cargo", "exit 1"),
        ("toolchains/stable/bin/rustc", "echo"),
    ],
)
def test_a_toolchain_that_does_not_work_is_none(
    tmp_path: Path, environ: dict[str, str], program: str, text: str
) -> None:
    write_program(tmp_path / program, text)
    assert toolchain(environ) is None


def test_the_folder_that_one_works_in_has_no_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = toolchain()
    (tmp_path / "rust-toolchain.toml").write_text('[toolchain]\nchannel = "1.0.0"\n')
    monkeypatch.chdir(tmp_path)
    assert toolchain() == before


def test_the_stamp_tells_that_a_program_was_replaced(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    before = stamp(environ)
    assert stamp(environ) == before
    write_program(tmp_path / "bin/rustc", "echo other")
    assert stamp(environ) != before
