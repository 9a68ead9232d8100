"""File names that never change their bytes: the ledger and build tags."""

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from wheel_shelf import store_wheel, write_wheel

from support.variation import varied
from wheeltree.errors import StoreError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import digest_file
from wheeltree.store.ledger import append, read_ledger
from wheeltree.store.local import Store
from wheeltree.store.publishing import Publication, publish, shelve
from wheeltree.store.tagging import BuildTag
from wheeltree.store.view import Entry, Published, Shelved, Showing, View
from wheeltree.store.wheelfile import build_number, core_metadata, retag, tagged
from wheeltree.store.wheelhouse import Wheelhouse, occupy

PLAIN = "alpha-1.0-py3-none-any.whl"
FIRST = "alpha-1.0-1-py3-none-any.whl"
SECOND = "alpha-1.0-2-py3-none-any.whl"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Wheelhouse]:
    with occupy(tmp_path / "wheelhouse", print) as house:
        yield house


def put(
    store: Store,
    house: Wheelhouse,
    *artifacts: Artifact,
    build_tag: BuildTag = "auto",
    least: int = 0,
) -> Publication:
    wheels = [Published(artifact=each, install=True, least_tag=least) for each in artifacts]
    view = View(wheels=shelve(store, house, wheels, build_tag=build_tag))
    return publish(store, house, Showing.alone(view), {})


def shown(publication: Publication) -> list[str]:
    return [wheel.filename for wheel in publication.showing.views[""].wheels]


def test_new_bytes_of_a_published_name_get_the_next_build_tag(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    wheels = [store_wheel(store, tmp_path, "alpha", "1.0", source=b"%d" % n) for n in range(3)]
    assert [shown(put(store, house, wheel)) for wheel in wheels] == [[PLAIN], [FIRST], [SECOND]]
    assert [path.name for path in house.root.glob("*.whl")] == [SECOND]


def test_content_that_was_published_before_gets_its_name_and_bytes_again(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    wheels = [store_wheel(store, tmp_path, "alpha", "1.0", source=b"%d" % n) for n in range(2)]
    first = [put(store, house, wheel).showing.views[""] for wheel in wheels]
    again = [put(store, house, wheel).showing.views[""] for wheel in wheels]
    assert first == again
    assert len((house.root / "ledger.jsonl").read_bytes().splitlines()) == 2


def test_a_tagged_copy_that_the_store_lost_is_made_again(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    wheels = [store_wheel(store, tmp_path, "alpha", "1.0", source=b"%d" % n) for n in range(2)]
    views = [put(store, house, wheel).showing.views[""] for wheel in wheels]
    put(store, house)
    store.path(views[1].wheels[0].digest).unlink()
    assert put(store, house, wheels[1]).showing.views[""] == views[1]


def test_the_same_content_in_another_zip_keeps_the_published_bytes(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    wheel = store_wheel(store, tmp_path, "alpha", "1.0", source=b"x")
    other = store_wheel(store, tmp_path, "alpha", "1.0", source=b"y")
    put(store, house, wheel)
    done = put(store, house, varied(other, content=wheel.content))
    assert [item.digest for item in done.showing.views[""].wheels] == [wheel.file]


def test_two_wheels_of_one_name_in_one_view_are_told_apart(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    wheels = [store_wheel(store, tmp_path, "alpha", "1.0", source=b"%d" % n) for n in range(2)]
    published = [
        Published(artifact=wheels[0], install=False),
        Published(artifact=wheels[1], install=True),
    ]
    shelved = shelve(store, house, published)
    assert [(item.filename, item.install) for item in shelved] == [(FIRST, False), (PLAIN, True)]
    assert shelved == shelve(store, house, published[::-1])
    with pytest.raises(StoreError, match="two different wheels"):
        shelve(store, house, published, build_tag="none")


def test_without_build_tags_a_name_changes_its_bytes_and_it_is_said(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    wheels = [store_wheel(store, tmp_path, "alpha", "1.0", source=b"%d" % n) for n in range(2)]
    done = [put(store, house, wheel, build_tag="none") for wheel in (*wheels, wheels[0])]
    assert [each.changed for each in done] == [(), (PLAIN,), (PLAIN,)]
    assert digest_file(house.root / PLAIN) == wheels[0].file


@pytest.mark.parametrize("build_tag", ["auto", "none"])
def test_a_wheel_that_is_released_again_gets_the_tag_that_is_said(
    store: Store, house: Wheelhouse, tmp_path: Path, build_tag: BuildTag
) -> None:
    wheel = store_wheel(store, tmp_path, "alpha", "1.0")
    names = [shown(put(store, house, wheel, build_tag=build_tag, least=n)) for n in (0, 2, 2, 1)]
    least = SECOND if build_tag == "auto" else FIRST
    assert names == [[PLAIN], [SECOND], [SECOND], [least]]
    text = core_metadata(house.root / names[-1][0], filename=names[-1][0])
    assert b"Name: alpha" in text


def test_a_tag_that_is_said_and_taken_by_other_bytes_is_passed_over(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    wheels = [store_wheel(store, tmp_path, "alpha", "1.0", source=b"%d" % n) for n in range(3)]
    assert shown(put(store, house, wheels[0])) == [PLAIN]
    assert shown(put(store, house, wheels[1])) == [FIRST]
    assert shown(put(store, house, wheels[2], least=1)) == [SECOND]


def test_a_tagged_wheel_differs_in_its_tag_alone(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, "alpha", "1.0", source=b"code")
    path = retag(wheel, filename=wheel.name, tag=7, into=tmp_path)
    assert path.name == "alpha-1.0-7-py3-none-any.whl"
    before, after = _members(wheel), _members(path)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == [
        "alpha-1.0.dist-info/WHEEL",
        "alpha-1.0.dist-info/RECORD",
    ]
    assert b"Root-Is-Purelib: true\nBuild: 7\nTag:" in after["alpha-1.0.dist-info/WHEEL"]
    _check_record(after)
    assert _shapes(wheel) == _shapes(path)


def test_a_tag_is_replaced_and_the_result_is_always_the_same(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, "alpha", "1.0", source=b"code")
    (tmp_path / "into").mkdir()
    twice = retag(
        retag(wheel, filename=wheel.name, tag=1, into=tmp_path),
        filename=FIRST,
        tag=2,
        into=tmp_path / "into",
    )
    once = retag(wheel, filename=wheel.name, tag=2, into=tmp_path)
    assert digest_file(once) == digest_file(twice)


@pytest.mark.parametrize(
    ("filename", "number", "next_name"),
    [
        (PLAIN, 0, FIRST),
        (FIRST, 1, SECOND),
        ("a-1-3local-cp311-cp311-linux_x86_64.whl", 3, "a-1-4-cp311-cp311-linux_x86_64.whl"),
    ],
)
def test_build_numbers_of_file_names(filename: str, number: int, next_name: str) -> None:
    assert build_number(filename) == number
    assert tagged(filename, number + 1) == next_name


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_wheel_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wheel").write_bytes(content)
    with pytest.raises(StoreError, match=f"{PLAIN} .* is damaged"):
        core_metadata(tmp_path / "wheel", filename=PLAIN)
    with pytest.raises(StoreError, match=f"{PLAIN} .* is damaged"):
        retag(tmp_path / "wheel", filename=PLAIN, tag=1, into=tmp_path)


def test_a_line_that_was_not_written_to_its_end_counts_for_nothing(
    tmp_path: Path, store: Store
) -> None:
    path = tmp_path / "ledger.jsonl"
    wheel = store_wheel(store, tmp_path, "alpha", "1.0")
    entry = Entry(filename=PLAIN, sha256=wheel.file, base=PLAIN, content=wheel.content)
    append(path, [entry])
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:-9])
    assert read_ledger(path).of(PLAIN) == (entry,)
    append(path, [varied(entry, filename=FIRST)])
    assert [each.filename for each in read_ledger(path).of(PLAIN)] == [FIRST, PLAIN]


def test_a_damaged_line_of_the_ledger_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").write_bytes(b"{}\n")
    with pytest.raises(StoreError, match=r"ledger.jsonl:1: not a line"):
        read_ledger(tmp_path / "ledger.jsonl")


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _shapes(path: Path) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(path) as archive:
        return [
            (entry.filename, entry.date_time, entry.external_attr, entry.compress_type)
            for entry in archive.infolist()
        ]


def _check_record(members: dict[str, bytes]) -> None:
    rows = list(csv.reader(io.StringIO(members["alpha-1.0.dist-info/RECORD"].decode())))
    assert [row[0] for row in rows] == list(members)
    for path, hashed, size in rows[:-1]:
        digest = base64.urlsafe_b64encode(hashlib.sha256(members[path]).digest())
        assert (hashed, size) == (
            f"sha256={digest.rstrip(b'=').decode()}",
            str(len(members[path])),
        )


def test_the_published_name_of_a_wheel_says_where_it_lies(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    wheel = store_wheel(store, tmp_path, "alpha", "1.0")
    shelved: tuple[Shelved, ...] = put(store, house, wheel).showing.views[""].wheels
    assert digest_file(house.root / shelved[0].location) == shelved[0].digest
