"""Requires-Dist of a wheel edited: these lines of METADATA, and nothing else of the wheel."""

import zipfile
from pathlib import Path

import pytest
from odd_wheels import INFO, inspected, members, record_of, write
from packaging.utils import canonicalize_name

from wheeltree.building.redeclare import redeclared
from wheeltree.building.repack import content_digest, repack
from wheeltree.errors import BuildError
from wheeltree.model.edits import RequirementEdits

HEAD = "Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\n"
REQUIRES = 'Requires-Dist: numpy (>=1.20)\nrequires-dist: foo ; extra == "x"\n'
TAIL = "Provides-Extra: x\nLicense: a\n        b\n\nRequires-Dist: not a field\n  \n"
EDITS = RequirementEdits(
    remove=(canonicalize_name("numpy"),), replace=("foo>2",), add=("bar",), own=True
)


def rewritten(folder: Path, metadata: str, edits: RequirementEdits = EDITS) -> str:
    """METADATA of the repacked wheel, which must be right and else as it was."""
    files = {**members(demo__x=b"y"), f"{INFO}/METADATA": metadata.encode()}
    before = inspected(write(folder / "before", files))
    edited = redeclared(before, edits)
    (folder / "after").mkdir()
    after = inspected(repack(edited, folder / "after", epoch=0))
    assert after.metadata == edited.metadata
    assert after.metadata.requires_dist == edits.apply(before.metadata.requires_dist)
    assert content_digest(after) == content_digest(edited)
    with zipfile.ZipFile(after.path) as archive:
        found = {path: archive.read(path) for path in archive.namelist()}
    text = found.pop(f"{INFO}/METADATA")
    others = {path: content for path, content in files.items() if not path.endswith("METADATA")}
    record = found.pop(f"{INFO}/RECORD")
    assert found == others
    assert set(record.splitlines()) == set(
        record_of({**others, f"{INFO}/METADATA": text}).splitlines()
    )
    return text.decode()


def test_only_requires_dist_lines_change(tmp_path: Path) -> None:
    text = rewritten(tmp_path, HEAD + REQUIRES + TAIL)
    assert text == f'{HEAD}Requires-Dist: foo>2; extra == "x"\nRequires-Dist: bar\n{TAIL}'


@pytest.mark.parametrize("tail", [TAIL, "\nbody\n", "\n", ""])
def test_a_requirement_is_added_where_there_was_none(tail: str, tmp_path: Path) -> None:
    text = rewritten(tmp_path, HEAD + tail, RequirementEdits(add=("bar",)))
    fields, empty, body = tail.partition("\n\n") if tail is TAIL else ("", "", tail)
    fields += "\n" if empty else ""
    assert text == f"{HEAD}{fields}Requires-Dist: bar\n{empty[1:]}{body}"


def test_a_last_line_without_an_end_gets_one(tmp_path: Path) -> None:
    text = rewritten(tmp_path, HEAD.rstrip(), RequirementEdits(add=("bar",)))
    assert text == f"{HEAD}Requires-Dist: bar\n"


def test_line_ends_are_kept(tmp_path: Path) -> None:
    text = rewritten(tmp_path, (HEAD + REQUIRES + TAIL).replace("\n", "\r\n"))
    assert "Requires-Dist: bar\r\nProvides" in text
    assert "\n" not in text.replace("\r\n", "")


def test_a_wheel_that_no_edit_touches_is_left_as_it_is(tmp_path: Path) -> None:
    wheel = inspected(write(tmp_path, members()))
    assert redeclared(wheel, RequirementEdits(remove=(canonicalize_name("numpy"),))) is wheel
    assert redeclared(wheel, RequirementEdits()) is wheel


def test_metadata_that_can_be_read_in_two_ways_is_not_edited(tmp_path: Path) -> None:
    text = f"{HEAD}no field\nRequires-Dist: numpy\n"
    wheel = inspected(write(tmp_path, {**members(), f"{INFO}/METADATA": text.encode()}))
    assert wheel.metadata.requires_dist == ()
    with pytest.raises(BuildError, match="cannot be edited"):
        redeclared(wheel, RequirementEdits(add=("bar",)))
