"""Advisories in the OSV format: which versions they are about, and files that are something else."""

import json
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from wheeltree.errors import SettingsError
from wheeltree.model import codec
from wheeltree.resolution.advisories import Advisory, read
from wheeltree.resolution.advisory_files import load, stamp


def entry(*events: dict[str, str], **more: Any) -> dict[str, Any]:
    """An entry about one project with one range."""
    affected = {
        "package": {"ecosystem": "PyPI", "name": "Lib.Name"},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
        **more.pop("affected", {}),
    }
    return {"id": "PYSEC-1", "affected": [affected], **more}


def advisory(*events: dict[str, str], **more: Any) -> Advisory:
    (found,) = read(json.dumps(entry(*events, **more)).encode())
    return found


def affected(found: Advisory, *versions: str) -> list[str]:
    return [each for each in versions if found.affects(Version(each))]


def test_a_range_begins_where_it_was_introduced_and_ends_before_the_fix() -> None:
    found = advisory({"introduced": "1.5"}, {"fixed": "2.0"})
    assert affected(found, "1.4", "1.5", "1.9.9", "2.0rc1", "2.0", "3") == [
        "1.5",
        "1.9.9",
        "2.0rc1",
    ]


def test_zero_is_before_every_version() -> None:
    found = advisory({"introduced": "0"}, {"fixed": "1"})
    assert affected(found, "0.dev0", "0", "0.9", "1") == ["0.dev0", "0", "0.9"]


def test_the_last_affected_version_is_affected() -> None:
    found = advisory({"introduced": "0"}, {"last_affected": "2.0"})
    assert affected(found, "2.0", "2.0.post1", "2.1") == ["2.0"]


def test_events_need_not_be_in_order_and_may_repeat() -> None:
    found = advisory({"fixed": "4"}, {"introduced": "3"}, {"fixed": "2"}, {"introduced": "1"})
    assert affected(found, "0", "1", "2", "2.5", "3", "4") == ["1", "3"]


def test_a_range_without_an_end_has_none() -> None:
    assert affected(advisory({"introduced": "1"}), "0.9", "1", "99") == ["1", "99"]


def test_a_limit_ends_a_range() -> None:
    assert affected(advisory({"introduced": "0"}, {"limit": "3"}), "2", "3") == ["2"]


def test_versions_are_named_one_by_one_too_in_any_spelling() -> None:
    found = advisory(affected={"ranges": [], "versions": ["1.0.0", "2.0-rc1", "odd one"]})
    assert affected(found, "1.0.0", "2.0rc1", "3") == ["1.0.0", "2.0rc1"]


def test_a_local_version_is_the_one_that_it_is_made_of() -> None:
    found = advisory({"introduced": "0"}, {"last_affected": "2.0"})
    assert affected(found, "2.0+acme.1", "2.1+acme.1") == ["2.0+acme.1"]


def test_what_cannot_be_read_does_not_make_a_version_pass() -> None:
    found = advisory({"introduced": "unknown"}, {"fixed": "soon"})
    assert affected(found, "0.1", "99") == ["0.1", "99"]


def test_a_number_with_too_many_digits_is_no_version() -> None:
    found = advisory({"introduced": "9" * 5000}, affected={"versions": ["9" * 5000]})
    assert affected(found, "1") == ["1"]


def test_the_first_version_that_is_mended_is_known() -> None:
    found = advisory({"introduced": "1"}, {"fixed": "2"}, {"introduced": "3"}, {"fixed": "4"})
    assert str(found.mended(Version("1.5"))) == "2"
    assert str(found.mended(Version("3.5"))) == "4"
    assert advisory({"introduced": "1"}).mended(Version("1")) is None


def test_an_advisory_is_known_by_its_number_in_the_common_list() -> None:
    assert str(advisory(aliases=["GHSA-x", "CVE-2026-9"])) == "PYSEC-1 (CVE-2026-9)"


@pytest.mark.parametrize(
    "content",
    [
        entry({"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z"),
        entry({"introduced": "0"}, affected={"package": {"ecosystem": "npm", "name": "lib"}}),
        {"id": "X-1"},
        {"id": "X-1", "affected": None},
        [],
    ],
)
def test_these_are_about_nothing(content: object) -> None:
    assert list(read(json.dumps(content).encode())) == []


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"null", b"[1]", b'{"id": 1}', b'{"id": "a", "affected": {}}', b"\xff"]
)
def test_what_is_no_advisory_is_told(text: bytes) -> None:
    with pytest.raises(codec.Malformed):
        list(read(text))


def test_a_folder_is_read_with_those_below_it(tmp_path: Path) -> None:
    (tmp_path / "2026" / "01").mkdir(parents=True)
    (tmp_path / "2026" / "01" / "a.json").write_text(json.dumps(entry({"introduced": "0"})))
    (tmp_path / "b.json").write_text(json.dumps([entry({"introduced": "9"}, id="PYSEC-2")]))
    (tmp_path / "README.md").write_text("not read")
    (tmp_path / "circle").symlink_to(tmp_path)
    (known,) = load(tmp_path).values()
    assert sorted(each.id for each in known) == ["PYSEC-1", "PYSEC-2"]


def test_a_stamp_changes_with_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    before = stamp(tmp_path)
    assert stamp(tmp_path) == before
    (tmp_path / "b.json").write_text("{}")
    assert stamp(tmp_path) != before


def test_a_check_that_would_look_at_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file or folder"):
        load(tmp_path / "missing")
    with pytest.raises(SettingsError, match="has no advisory about a Python project"):
        load(tmp_path)


def test_a_file_that_is_something_else_is_named(tmp_path: Path) -> None:
    for text in ("{", "[" * 100_000, '{"id": "a", "x": ' + "[" * 100_000):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(SettingsError, match=r"bad\.json is no OSV file"):
            load(tmp_path)
