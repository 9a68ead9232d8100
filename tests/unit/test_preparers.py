"""Sources that are prepared by another process."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sdist_maker import candidate, entry, write_sdist, write_tar
from test_prepare import AS_IT_IS, FILES, prepared, write_patch

from wheeltree.errors import SourceError, StoreError, UnsafeArchive
from wheeltree.model.source import Preparation, SourceTree
from wheeltree.planning.orders import Order
from wheeltree.planning.preparers import Preparers
from wheeltree.store import packs

RUST = b'[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'
LOCK = (
    b'version = 4\n[[package]]\nname = "a"\nversion = "1.0.0"\n'
    b'source = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "' + b"0" * 64
) + b'"\n'


@pytest.fixture
def preparers() -> Iterator[Preparers]:
    with Preparers(2) as made:
        yield made


def made(
    preparers: Preparers, archive: Path, body: Path, preparation: Preparation = AS_IT_IS
) -> SourceTree | None:
    body.touch()
    order = Order(candidate=candidate(), preparation=preparation, archive=archive, body=body)
    return preparers.prepare(order)


def pids() -> set[int]:
    """The processes that this one started."""
    lists = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
    return {int(pid) for each in lists for pid in each.split()}


def test_another_process_makes_the_same_tree(tmp_path: Path, preparers: Preparers) -> None:
    archive, body = write_sdist(tmp_path, "demo-1.0", FILES), tmp_path / "body"
    tree = made(preparers, archive, body)
    assert tree == prepared(archive, tmp_path / "here")
    packs.unpack(body, tmp_path / "there")
    for path in FILES:
        assert (tmp_path / "there" / path).read_bytes() == FILES[path]
    assert body.read_bytes() == (tmp_path / "here.pack").read_bytes()


def test_a_refusal_arrives_whole(tmp_path: Path, preparers: Preparers) -> None:
    archive = write_tar(tmp_path / "demo-1.0.tar.gz", [entry("demo-1.0/../../evil", b"x")])
    with pytest.raises(UnsafeArchive) as here:
        prepared(archive, tmp_path / "here")
    with pytest.raises(UnsafeArchive) as there:
        made(preparers, archive, tmp_path / "body")
    assert str(there.value) == str(here.value)
    assert "evil" in str(there.value)


def test_a_disk_that_is_full_is_told_as_such(tmp_path: Path, preparers: Preparers) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    with pytest.raises(StoreError, match="No space left"):
        made(preparers, archive, Path("/dev/full"))
    assert made(preparers, archive, tmp_path / "body")


@pytest.mark.parametrize("what", ["crates", "a patch"])
def test_what_needs_the_run_is_declined(tmp_path: Path, preparers: Preparers, what: str) -> None:
    files = {**FILES, "pyproject.toml": RUST, "Cargo.toml": b"[package]\n", "Cargo.lock": LOCK}
    archive = write_sdist(tmp_path, "demo-1.0", files if what == "crates" else FILES)
    preparation = AS_IT_IS if what == "crates" else write_patch(tmp_path)
    assert made(preparers, archive, tmp_path / "body", preparation) is None


def test_a_process_that_dies_fails_one_source(tmp_path: Path, preparers: Preparers) -> None:
    archive, before = write_sdist(tmp_path, "demo-1.0", FILES), pids()
    preparers.begin()
    (started,) = pids() - before
    os.kill(started, signal.SIGKILL)
    with pytest.raises(SourceError, match=r"demo==1.0: .* demo-1.0.tar.gz ended too soon .*-9"):
        made(preparers, archive, tmp_path / "body")
    assert made(preparers, archive, tmp_path / "second")


def test_no_process_is_left(tmp_path: Path) -> None:
    archive, before = write_sdist(tmp_path, "demo-1.0", FILES), pids()
    with Preparers(2) as preparers:
        assert made(preparers, archive, tmp_path / "body")
        assert len(pids() - before) == 1
    assert pids() <= before


def test_the_current_folder_is_not_imported_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    (tmp_path / "packaging.py").write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    with Preparers(1) as preparers:
        assert made(preparers, archive, tmp_path / "body")
