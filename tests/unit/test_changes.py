"""A source tree that was changed by hand, as a patch file."""

import subprocess
from pathlib import Path

import pytest

from wheeltree.errors import SourceError
from wheeltree.sources.changes import changes
from wheeltree.sources.diff import parse_diff


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    before, after = tmp_path / "before", tmp_path / "after"
    for top in (before, after):
        (top / "pkg").mkdir(parents=True)
        (top / "pkg/kept.py").write_text("x = 1\n")
        (top / "pkg/changed.py").write_text("a\nb\nc")
        (top / "gone.txt").write_text("gone\n")
        (top / "data.bin").write_bytes(bytes(range(256)))
        (top / "link").symlink_to("pkg")
    return before, after


def test_trees_that_are_the_same_make_no_patch(trees: tuple[Path, Path]) -> None:
    assert changes(*trees) == b""


def test_a_patch_makes_the_one_tree_of_the_other(trees: tuple[Path, Path]) -> None:
    before, after = trees
    (after / "pkg/changed.py").write_text("a\nB\nc\n")
    (after / "new dir").mkdir()
    (after / "new dir/new file.py").write_text("one line without end")
    (after / "gone.txt").unlink()

    made = changes(before, after)

    assert [each.paths for each in parse_diff(made)] == [
        ("gone.txt",),
        ("new dir/new file.py",),
        ("pkg/changed.py",),
    ]
    subprocess.run(("patch", "-p1", "--fuzz=0", "-s"), cwd=before, input=made, check=True)
    assert changes(before, after) == b""


def test_the_same_change_makes_the_same_bytes_whenever_it_is_made(
    trees: tuple[Path, Path],
) -> None:
    before, after = trees
    (after / "pkg/kept.py").write_text("x = 2\n")
    made = changes(before, after)
    assert made == b"--- a/pkg/kept.py\n+++ b/pkg/kept.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"


def test_what_no_patch_can_do_is_refused_with_the_file(trees: tuple[Path, Path]) -> None:
    before, after = trees
    (after / "data.bin").write_bytes(b"\0other")
    with pytest.raises(SourceError, match=r"data\.bin is not a text file"):
        changes(before, after)


def test_a_changed_link_is_refused(trees: tuple[Path, Path]) -> None:
    before, after = trees
    (after / "link").unlink()
    (after / "link").symlink_to("elsewhere")
    with pytest.raises(SourceError, match="cannot change a link"):
        changes(before, after)


def test_the_right_to_execute_cannot_be_patched(trees: tuple[Path, Path]) -> None:
    before, after = trees
    (after / "gone.txt").chmod(0o755)
    with pytest.raises(SourceError, match="not what it was: file and program"):
        changes(before, after)
