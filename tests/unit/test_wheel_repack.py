import zipfile
from pathlib import Path

import pytest
from odd_wheels import INFO, inspected, members, record_of, write

from wheeltree.building.repack import content_digest, repack
from wheeltree.model.digest import digest_file


def packed(path: Path, into: Path, *, epoch: int = 1_600_000_000) -> Path:
    into.mkdir(parents=True, exist_ok=True)
    return repack(inspected(path), into, epoch=epoch)


def test_the_same_content_packed_in_another_order_and_at_another_time_gives_the_same_file(
    tmp_path: Path,
) -> None:
    files = members(demo__a=b"x" * 5000, demo__b=b"")
    modes = dict.fromkeys(files, 0o100600)
    first = write(tmp_path / "1", files)
    second = write(
        tmp_path / "2",
        dict(reversed(files.items())),
        date=(2001, 1, 1, 1, 1, 2),
        modes=modes,
    )
    assert digest_file(first) != digest_file(second)
    repacked = [packed(path, tmp_path / str(n)) for n, path in enumerate((first, second), 3)]
    assert digest_file(repacked[0]) == digest_file(repacked[1])


def test_the_canonical_form_is_right_and_has_the_same_content(tmp_path: Path) -> None:
    wheel = inspected(write(tmp_path / "1", members()))
    again = inspected(packed(wheel.path, tmp_path / "2"))
    assert again.members == wheel.members
    assert content_digest(again) == content_digest(wheel)
    assert digest_file(packed(again.path, tmp_path / "3")) == digest_file(again.path)


def test_dist_info_stands_last_and_record_the_very_last(tmp_path: Path) -> None:
    files = {f"{INFO}/zzz": b"", **members(zebra=b"")}
    with zipfile.ZipFile(packed(write(tmp_path / "1", files), tmp_path / "2")) as archive:
        names = archive.namelist()
    assert names == [
        "demo/__init__.py",
        "zebra",
        f"{INFO}/METADATA",
        f"{INFO}/WHEEL",
        f"{INFO}/zzz",
        f"{INFO}/RECORD",
    ]


def test_only_the_executable_bit_of_a_mode_is_kept(tmp_path: Path) -> None:
    files = members(tool=b"#!/bin/sh\n", plain=b"")
    path = write(tmp_path / "1", files, modes={"tool": 0o104711, "plain": 0o100600})
    with zipfile.ZipFile(packed(path, tmp_path / "2")) as archive:
        modes = {item.filename: item.external_attr >> 16 for item in archive.infolist()}
        extras = [item.extra for item in archive.infolist()]
    assert modes["tool"] == 0o100755
    assert modes["plain"] == 0o100644
    assert extras == [b""] * len(extras)


@pytest.mark.parametrize(
    ("epoch", "date"),
    [
        (0, (1980, 1, 1, 0, 0, 0)),
        (1_600_000_000, (2020, 9, 13, 12, 26, 40)),
        (10**11, (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_every_member_has_the_date_of_the_source_within_what_zip_can_say(
    epoch: int, date: tuple[int, ...], tmp_path: Path
) -> None:
    path = packed(write(tmp_path / "1", members()), tmp_path / "2", epoch=epoch)
    with zipfile.ZipFile(path) as archive:
        assert {item.date_time for item in archive.infolist()} == {date}


def test_signatures_of_the_old_record_are_left_out(tmp_path: Path) -> None:
    files = {**members(), f"{INFO}/RECORD.jws": b"{}"}
    record = record_of(members())
    path = packed(write(tmp_path / "1", files, record=record), tmp_path / "2")
    with zipfile.ZipFile(path) as archive:
        assert f"{INFO}/RECORD.jws" not in archive.namelist()


@pytest.mark.parametrize(
    "change",
    [{"demo/__init__.py": b"answer = 43\n"}, {"demo/new.py": b""}],
)
def test_other_bytes_or_paths_are_other_content(change: dict[str, bytes], tmp_path: Path) -> None:
    first = inspected(write(tmp_path / "1", members()))
    second = inspected(write(tmp_path / "2", {**members(), **change}))
    assert content_digest(first) != content_digest(second)


def test_another_executable_bit_is_other_content(tmp_path: Path) -> None:
    first = inspected(write(tmp_path / "1", members()))
    second = inspected(write(tmp_path / "2", members(), modes={"demo/__init__.py": 0o100755}))
    assert content_digest(first) != content_digest(second)
