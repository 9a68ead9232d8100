"""Wheels that get a variant label: two members change, and the rest stays as it is packed."""

import csv
import io
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from installer.sources import WheelFile
from odd_wheels import INFO, members, record_of, write
from wheel_shelf import write_wheel

from wheeltree.errors import StoreError
from wheeltree.model.variant import KNOWN_PROVIDERS, Label, label, properties, vocabulary
from wheeltree.model.variant_file import in_wheel
from wheeltree.store.labelling import labelled

WORDS = vocabulary([KNOWN_PROVIDERS["nvidia"], KNOWN_PROVIDERS["x86_64"]])
GPU = label("cuda13.0", properties({"nvidia": {"sm_arch": ["80_real", "90_real"]}}))
STATEMENT = f"{INFO}/variant.json"
RECORD = f"{INFO}/RECORD"


def copied(wheel: Path, into: Path, *, what: Label = GPU, filename: str = "") -> Path:
    into.mkdir(exist_ok=True)
    name = filename or wheel.name
    return labelled(wheel, filename=name, label=what, vocabulary=WORDS, into=into)


def packed(path: Path) -> dict[str, bytes]:
    """Every member as it lies in the file, header included."""
    found = {}
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for each in archive.infolist():
            file.seek(each.header_offset)
            lengths = struct.unpack("<2H", file.read(30)[26:])
            file.seek(each.header_offset)
            found[each.filename] = file.read(30 + sum(lengths) + each.compress_size)
    return found


def listed(path: Path) -> list[list[str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.reader(io.StringIO(archive.read(RECORD).decode())))


def test_the_copy_says_what_it_is_for(tmp_path: Path) -> None:
    done = copied(write(tmp_path, members()), tmp_path / "new")
    assert done.name == "demo-1.0-py3-none-any-cuda13.0.whl"
    with zipfile.ZipFile(done) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[-2:] == [STATEMENT, RECORD]
        assert archive.read(STATEMENT) == in_wheel(GPU, WORDS)
        assert archive.getinfo(STATEMENT).date_time == (2020, 2, 2, 0, 0, 0)


def test_the_copy_can_be_verified_by_who_installs_it(tmp_path: Path) -> None:
    done = copied(write(tmp_path, members()), tmp_path / "new")
    with WheelFile.open(done.rename(tmp_path / "new" / "demo-1.0-py3-none-any.whl")) as wheel:
        wheel.validate_record(validate_contents=True)


def test_nothing_else_changes(tmp_path: Path) -> None:
    files = members(demo__blob=os.urandom(300_000), demo__run=b"#!/bin/sh\n")
    wheel = write(tmp_path, files, modes={"demo/run": 0o100755})
    before, after = packed(wheel), packed(copied(wheel, tmp_path / "new"))
    assert {path for path in after if after[path] != before.get(path)} == {STATEMENT, RECORD}
    old, new = listed(wheel), listed(tmp_path / "new" / "demo-1.0-py3-none-any-cuda13.0.whl")
    assert [row for row in new if row[0] != STATEMENT] == old


def test_the_same_wheel_and_label_give_the_same_bytes(tmp_path: Path) -> None:
    wheel = write(tmp_path, members())
    first, second = (copied(wheel, tmp_path / each).read_bytes() for each in ("1", "2"))
    assert first == second


def test_a_sorted_record_stays_sorted_with_its_own_line_last(tmp_path: Path) -> None:
    files = dict(sorted(members(zoo=b"z").items()))
    paths = [row[0] for row in listed(copied(write(tmp_path, files), tmp_path / "new"))]
    assert paths == [*sorted([*files, STATEMENT]), RECORD]


def test_paths_with_commas_and_quotes_stay_what_they_are(tmp_path: Path) -> None:
    files = {'demo/a,b "c".txt': b"odd", **members()}
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [*csv.reader(record_of(members()).decode().splitlines()), ['demo/a,b "c".txt', "", "3"]]
    )
    wheel = write(tmp_path, files, record=text.getvalue().encode())
    assert ['demo/a,b "c".txt', "", "3"] in listed(copied(wheel, tmp_path / "new"))


def test_a_build_tag_stays_before_the_label(tmp_path: Path) -> None:
    wheel = write(tmp_path, members(), filename="demo-1.0-7-py3-none-any.whl")
    done = copied(wheel, tmp_path / "new", what=label("null", ()))
    assert done.name == "demo-1.0-7-py3-none-any-null.whl"


def test_a_file_of_the_store_is_labelled_whatever_it_is_called(tmp_path: Path) -> None:
    wheel = write(tmp_path, members()).rename(tmp_path / "0123")
    wheel.chmod(0o444)
    done = copied(wheel, tmp_path / "new", filename="demo-1.0-py3-none-any.whl")
    assert done.name == "demo-1.0-py3-none-any-cuda13.0.whl"


def test_a_record_that_is_not_last_is_taken_out_of_its_place(tmp_path: Path) -> None:
    path, files = tmp_path / "demo-1.0-py3-none-any.whl", members(zoo=os.urandom(9000))
    order = [f"{INFO}/WHEEL", RECORD, *(each for each in files if each != f"{INFO}/WHEEL")]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"as it was"
        for each in order:
            archive.writestr(each, record_of(files) if each == RECORD else files[each])
    done = copied(path, tmp_path / "new")
    with zipfile.ZipFile(done) as archive:
        assert archive.testzip() is None
        assert archive.comment == b"as it was"
        order.remove(RECORD)
        assert archive.namelist() == [*order, STATEMENT, RECORD]
    assert all(packed(done)[each] == packed(path)[each] for each in order)


class _Pipe(io.BytesIO):
    """What zipfile writes to where it cannot go back: sizes come behind the members."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError

    def tell(self) -> int:
        raise OSError


@pytest.mark.parametrize("large", [False, True])
def test_members_with_sizes_behind_them_and_large_ones_stay_as_they_are(
    tmp_path: Path, *, large: bool
) -> None:
    pipe, files = _Pipe(), members()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*files.items(), (RECORD, record_of(files))):
            with archive.open(name, "w", force_zip64=large) as member:
                member.write(content)
    wheel = tmp_path / "demo-1.0-py3-none-any.whl"
    wheel.write_bytes(pipe.getvalue())
    done = copied(wheel, tmp_path / "new")
    with zipfile.ZipFile(done) as archive:
        assert archive.testzip() is None
    into = tmp_path / "site"
    _uv_installs(done, into)
    assert (into / "demo" / "__init__.py").read_bytes() == files["demo/__init__.py"]


def test_a_wheel_that_is_a_variant_already_is_refused(tmp_path: Path) -> None:
    wheel = write(tmp_path, {**members(), STATEMENT: b"{}"})
    with pytest.raises(StoreError, match=r"has a variant\.json already"):
        copied(wheel, tmp_path / "new")
    done = copied(write(tmp_path / "other", members()), tmp_path / "new")
    with pytest.raises(ValueError, match=r"the label cuda13\.0 already"):
        copied(done, tmp_path / "newer")


def test_a_record_that_names_what_is_not_there_is_refused(tmp_path: Path) -> None:
    record = record_of({**members(), STATEMENT: b"{}"})
    with pytest.raises(StoreError, match=r"damaged: RECORD names .*variant\.json"):
        copied(write(tmp_path, members(), record=record), tmp_path / "new")


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    wheel = write(tmp_path, members())
    content = bytearray(wheel.read_bytes())
    entry = content.rindex(b"PK\x01\x02")  # RECORD's: the last in the directory
    first = content.index(b"PK\x01\x02")
    content[first + 20 : first + 24] = struct.pack("<L", 5000)  # the first reaches into the others
    assert entry > first
    wheel.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        copied(wheel, tmp_path / "new")


@pytest.mark.parametrize("damage", ["no zip", "no record", "two records", "cut"])
def test_a_damaged_wheel_is_named(tmp_path: Path, damage: str) -> None:
    wheel = write(tmp_path, members())
    if damage == "no zip":
        wheel.write_bytes(b"no zip")
    elif damage == "no record":
        shutil.copy(write(tmp_path / "x", members(), info="a/b.dist-info"), wheel)
    elif damage == "two records":
        with zipfile.ZipFile(wheel, "a") as archive:
            archive.writestr("other-1.0.dist-info/RECORD", b"")
    else:
        wheel.write_bytes(wheel.read_bytes()[:-40])
    with pytest.raises(StoreError, match=r"demo-1\.0-py3-none-any\.whl .*is damaged"):
        copied(wheel, tmp_path / "new")


def test_uv_installs_the_copy(tmp_path: Path) -> None:
    done = copied(
        write_wheel(tmp_path, "alpha", "1.0", source=b"x = 1\n"),
        tmp_path / "new",
        what=label("null", ()),
    )
    _uv_installs(done, tmp_path / "site")
    assert (tmp_path / "site" / "alpha-1.0.dist-info" / "variant.json").is_file()


def _uv_installs(wheel: Path, into: Path) -> None:
    """As a plain wheel, for uv checks whether this machine has what a label asks for."""
    plain = wheel.with_name(f"{wheel.stem.rpartition('-')[0]}.whl")
    shutil.copy(wheel, plain)
    uv = (str(Path(sys.executable).with_name("uv")), "pip", "install", "--no-config", "--no-cache")
    where = ("--no-index", "--no-deps", "--target", str(into), "--python", sys.executable)
    command = [*uv, *where, str(plain)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
