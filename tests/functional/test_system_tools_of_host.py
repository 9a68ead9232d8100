"""Programs of this machine, asked which version they have."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import ResolutionError
from wheeltree.host.tools import probe, stamp_of
from wheeltree.model.system import SystemTool


def program(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def tool(name: str = "cmake", version: str = "") -> SystemTool:
    return SystemTool(name=canonicalize_name(name), version=version)


def test_a_program_is_asked_for_its_version(tmp_path: Path) -> None:
    path = program(tmp_path, "cmake", "echo cmake version 3.25.1")
    ctest = program(tmp_path, "ctest", "exit 1")
    found = probe(tool(), path=str(tmp_path))
    assert (found.version, found.says) == (Version("3.25.1"), "3.25.1")
    assert found.programs == (str(path), str(ctest))


def test_it_is_asked_with_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_VERSION", "9.9.9")
    program(tmp_path, "cmake", "echo version ${SECRET_VERSION:-1.0.0}")
    assert probe(tool(), path=str(tmp_path)).says == "1.0.0"


def test_settings_may_say_what_it_counts_as(tmp_path: Path) -> None:
    program(tmp_path, "cmake", "echo cmake version 3.25.1")
    found = probe(tool(version="3.27"), path=str(tmp_path))
    assert (found.version, found.says) == (Version("3.27"), "3.25.1")


def test_another_program_has_another_identity_and_stamp(tmp_path: Path) -> None:
    path = program(tmp_path, "cmake", "echo cmake version 3.25.1")
    before, stamp = probe(tool(), path=str(tmp_path)), stamp_of((str(path),))
    program(tmp_path, "cmake", "echo cmake version 3.25.1 # rebuilt")
    assert probe(tool(), path=str(tmp_path)).key != before.key
    assert stamp_of((str(path),)) != stamp


def test_a_program_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ResolutionError) as caught:
        probe(tool(), path=f"{tmp_path}:/nowhere")
    assert f"there is no cmake in {tmp_path} or /nowhere" in caught.value.message
    assert "`system: {cmake: {off: true}}`" in caught.value.hint


def test_a_program_that_tells_no_version_is_told_with_what_to_do(tmp_path: Path) -> None:
    program(tmp_path, "cmake", "echo I am no longer young; exit 1")
    with pytest.raises(ResolutionError, match="does not tell its version") as caught:
        probe(tool(), path=str(tmp_path))
    assert "`system: {cmake: {version: …, because: …}}`" in caught.value.hint
    assert probe(tool(version="3.27"), path=str(tmp_path)).says == ""
