"""Files made with the bytes of others."""

import stat
from pathlib import Path

import pytest

from wheeltree.store.files import Cloner


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "original"
    path.write_bytes(b"content")
    path.chmod(0o444)
    return path


def test_every_clone_is_whole_and_read_only(original: Path) -> None:
    cloner = Cloner()
    for number in range(3):
        target = original.with_name(f"clone-{number}")
        cloner.clone(original, target)
        assert target.read_bytes() == b"content"
        assert stat.S_IMODE(target.stat().st_mode) == 0o444


def test_a_missing_original_says_nothing_about_the_disk(original: Path) -> None:
    cloner, first = Cloner(), Cloner()
    with pytest.raises(FileNotFoundError):
        cloner.clone(original.with_name("missing"), original.with_name("target"))
    cloner.clone(original, original.with_name("a"))
    first.clone(original, original.with_name("b"))
    assert original.with_name("a").samefile(original) == original.with_name("b").samefile(original)
