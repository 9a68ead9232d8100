import stat
import zipfile
from pathlib import Path

import pytest
from odd_wheels import FILENAME, INFO, METADATA, WHEEL, inspected, members, record_of, write

from wheeltree.building.wheel import only_file
from wheeltree.errors import BuildError
from wheeltree.model.digest import digest_bytes


def refused(path: Path, **asked: str) -> str:
    with pytest.raises(BuildError) as caught:
        inspected(path, **asked)
    return str(caught.value)


def test_a_right_wheel_is_described_by_its_files_and_metadata(tmp_path: Path) -> None:
    metadata = METADATA + b"Requires-Dist: b>=1; extra == 'x'\nProvides-Extra: X\n"
    files = {**members(), f"{INFO}/METADATA": metadata}
    wheel = inspected(write(tmp_path, files))
    assert [member.path for member in wheel.members] == [
        "demo-1.0.dist-info/METADATA",
        "demo-1.0.dist-info/WHEEL",
        "demo/__init__.py",
    ]
    assert wheel.members[2].digest == digest_bytes(b"answer = 42\n")
    assert wheel.metadata.requires_dist == ('b>=1; extra == "x"',)
    assert wheel.metadata.extras == ("x",)


@pytest.mark.parametrize(
    ("filename", "says"),
    [
        ("demo-1.0.whl", "not the name of a wheel"),
        ("demo-1.0-py3-none-any.zip", "not the name of a wheel"),
        ("other-1.0-py3-none-any.whl", "a wheel of other 1.0"),
        ("demo-1.0.post1-py3-none-any.whl", "a wheel of demo 1.0.post1"),
        ("demo-1.0+local-py3-none-any.whl", "a wheel of demo 1.0+local"),
        ("demo-1.0-cp39-cp39-win_amd64.whl", "no tag that Python 3.11.7 supports"),
    ],
)
def test_a_wheel_of_something_else_is_refused_by_its_name(
    filename: str, says: str, tmp_path: Path
) -> None:
    assert says in refused(write(tmp_path, members(), filename=filename))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "../escape.py",
        "/etc/passwd",
        "demo/../../x",
        "demo//x",
        "demo/./x",
        "demo\\x",
        "demo/\x1b[2Jx",
        "demo/new\nline",
        "d" * 256,
        "/".join(["deep"] * 300),
        "demo-1.0.data/elsewhere/x",
        "demo-1.0.data/scripts",
        "demo-1.0.data",
    ],
)
def test_a_member_that_would_leave_its_folder_or_deceive_a_reader_is_refused(
    path: str, tmp_path: Path
) -> None:
    assert "path that wheels may not have" in refused(write(tmp_path, {**members(), path: b""}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_a_member_that_is_no_regular_file_is_refused(kind: int, tmp_path: Path) -> None:
    wheel = write(
        tmp_path, {**members(), "demo/odd": b"/etc/passwd"}, modes={"demo/odd": kind | 0o777}
    )
    assert "'demo/odd' is not a regular file" in refused(wheel)


def test_two_members_of_one_path_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, members())
    with (
        zipfile.ZipFile(path, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        archive.writestr("demo/__init__.py", b"answer = 43\n")
    assert "has 'demo/__init__.py' twice" in refused(path)


def test_a_path_that_is_both_file_and_folder_is_refused(tmp_path: Path) -> None:
    assert "both a file and a folder" in refused(write(tmp_path, {**members(), "demo": b""}))


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (record_of({**members(), "demo/__init__.py": b"answer = 41\n"}), "other bytes than RECORD"),
        (record_of({f"{INFO}/WHEEL": WHEEL}), "is not in RECORD"),
        (
            record_of({**members(), "demo/gone.py": b""}),
            "'demo/gone.py', which is not in the wheel",
        ),
        (record_of(members()).replace(b"sha256=", b"md5="), "no usable hash"),
        (record_of(members()).replace(b",12\n", b",13\n"), "other bytes than RECORD"),
        (record_of(members()) * 2, "malformed or a repetition"),
        (b"just one field\n", "malformed or a repetition"),
        (b'"open quote\n', "RECORD line"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_record_that_is_not_complete_and_right_is_refused(
    record: bytes, says: str, tmp_path: Path
) -> None:
    assert says in refused(write(tmp_path, members(), record=record))


@pytest.mark.parametrize(
    ("path", "content", "says"),
    [
        ("METADATA", b"Name: demo\nVersion: 1.1\n", "METADATA is of 'demo' '1.1', not of demo 1.0"),
        ("METADATA", b"Name: other\nVersion: 1.0\n", "METADATA is of 'other'"),
        ("METADATA", b"", "METADATA is of ''"),
        ("METADATA", METADATA + b"Requires-Dist: ???\n", "METADATA is wrong"),
        ("METADATA", METADATA + b"Requires-Python: many\n", "METADATA is wrong"),
        ("METADATA", METADATA + b"Provides-Extra: a b\n", "METADATA is wrong"),
        ("WHEEL", b"Wheel-Version: 2.0\nRoot-Is-Purelib: true\n", "no Wheel-Version 1.x"),
        ("WHEEL", b"Wheel-Version: 1.0\n", "no Root-Is-Purelib"),
    ],
)
def test_metadata_that_is_wrong_is_refused(
    path: str, content: bytes, says: str, tmp_path: Path
) -> None:
    assert says in refused(write(tmp_path, {**members(), f"{INFO}/{path}": content}))


def test_a_wheel_with_two_dist_info_folders_is_refused(tmp_path: Path) -> None:
    files = {**members(), "other-1.0.dist-info/METADATA": METADATA}
    assert "2 .dist-info folders" in refused(write(tmp_path, files))


@pytest.mark.parametrize("name", ["METADATA", "WHEEL"])
def test_a_wheel_without_one_of_its_own_files_is_refused(name: str, tmp_path: Path) -> None:
    files = members()
    del files[f"{INFO}/{name}"]
    assert f"has no '{INFO}/{name}'" in refused(write(tmp_path, files))


@pytest.mark.parametrize("size", [0, 10, 200])
def test_a_truncated_wheel_is_refused(size: int, tmp_path: Path) -> None:
    path = write(tmp_path, members())
    path.write_bytes(path.read_bytes()[:size])
    assert "damaged zip file" in refused(path)


def test_headers_that_disagree_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, members())
    path.write_bytes(path.read_bytes().replace(b"demo/__init__.py", b"demo/__xxxx__.py", 1))
    assert "damaged zip file" in refused(path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, members())
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "damaged zip file" in refused(path)


def test_just_the_returned_file_must_be_in_the_output_folder(tmp_path: Path) -> None:
    (tmp_path / FILENAME).touch()
    assert only_file(tmp_path, FILENAME, subject="demo 1.0") == tmp_path / FILENAME
    (tmp_path / "another.whl").touch()
    with pytest.raises(BuildError, match=r"demo 1.0: build_wheel returned .* but left 'another"):
        only_file(tmp_path, FILENAME, subject="demo 1.0")


@pytest.mark.parametrize("returned", [None, 3, "../x.whl", ["a"], ""])
def test_an_output_folder_without_the_returned_file_is_refused(
    returned: object, tmp_path: Path
) -> None:
    with pytest.raises(BuildError, match="left nothing"):
        only_file(tmp_path, returned, subject="demo 1.0")


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_regular_file_is_no_wheel(kind: str, tmp_path: Path) -> None:
    path = tmp_path / FILENAME
    if kind == "link":
        path.symlink_to("/etc/passwd")
    else:
        path.mkdir()
    with pytest.raises(BuildError, match="not a regular file"):
        only_file(tmp_path, FILENAME, subject="demo 1.0")
