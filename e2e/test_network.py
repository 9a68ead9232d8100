"""A real package whose build clones a repository."""

from pathlib import Path

from kit import BUILDER, process


def test_a_build_that_clones_a_repository_is_named(tmp_path: Path) -> None:
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("siphash24==1.9\n")
    house = ("--store", tmp_path / "store", "-o", tmp_path / "house")
    done = process(BUILDER, "bootstrap", wanted, *house)
    assert done.returncode == 7
    said = done.stdout + done.stderr
    assert "siphash24 1.9: its build tried to reach https://github.com/c-util/c-siphash.git" in said
    assert "`/usr/bin/git clone https://github.com/c-util/c-siphash.git libcsiphash-1`" in said
    assert ", in /build/src/subprojects" in said
    assert "path: subprojects/libcsiphash-1" in said
