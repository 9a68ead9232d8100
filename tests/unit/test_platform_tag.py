"""The platform tag that settings give a wheel."""

from pathlib import Path

import pytest
from odd_wheels import INFO, PYTHON, members, write
from packaging.utils import canonicalize_name
from packaging.version import Version

from support.device_files import elf
from wheeltree.building.platform_tag import platform_tagged
from wheeltree.building.repack import repack
from wheeltree.building.wheel import Wheel, inspect, opened
from wheeltree.errors import BuildError
from wheeltree.model.platform import Interpreter

NEW = "manylinux_2_34_x86_64"
OWN = "demo-1.0-cp311-cp311-linux_x86_64.whl"
TAGS = tuple(f"cp311-cp311-{each}" for each in ("linux_x86_64", NEW, "manylinux_2_17_x86_64"))


def python() -> Interpreter:
    return Interpreter(
        executable=PYTHON.executable,
        prefix=PYTHON.prefix,
        digest=PYTHON.digest,
        version=PYTHON.version,
        site=PYTHON.site,
        markers=PYTHON.markers,
        tags=(*TAGS, "py3-none-any"),
    )


def built(folder: Path, filename: str = OWN, content: bytes = b"") -> Wheel:
    tags = filename.removesuffix(".whl").split("-", 2)[2]
    about = f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tags}\n".encode()
    files = {**members(), "demo/_x.so": content, f"{INFO}/WHEEL": about}
    path = write(folder, files, filename=filename)
    return inspect(
        path,
        filename=filename,
        name=canonicalize_name("demo"),
        version=Version("1.0"),
        interpreter=python(),
    )


def test_name_and_wheel_file_say_the_new_tag_and_nothing_else_changes(tmp_path: Path) -> None:
    tagged = platform_tagged(built(tmp_path / "a"), NEW, python())
    packed = repack(tagged, tmp_path, epoch=0)
    assert packed.name == f"demo-1.0-cp311-cp311-{NEW}.whl"
    again = inspect(
        packed,
        filename=packed.name,
        name=canonicalize_name("demo"),
        version=Version("1.0"),
        interpreter=python(),
    )
    with opened(packed, subject="demo") as archive:
        assert f"Tag: cp311-cp311-{NEW}\n" in archive.read(f"{INFO}/WHEEL").decode()
    before = {each.path: each.digest for each in built(tmp_path / "b").members}
    after = {each.path: each.digest for each in again.members}
    assert {path for path in before if before[path] != after[path]} == {f"{INFO}/WHEEL"}


def test_a_wheel_for_any_platform_stays_one(tmp_path: Path) -> None:
    wheel = built(tmp_path, "demo-1.0-py3-none-any.whl")
    assert platform_tagged(wheel, NEW, python()) is wheel
    assert platform_tagged(wheel, "", python()) is wheel


def test_a_tag_that_no_installer_takes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no installer takes for Python 3\.11\.7"):
        platform_tagged(built(tmp_path), "manylinux_2_99_x86_64", python())


def test_a_tag_that_promises_an_older_c_library_than_is_needed_is_refused(tmp_path: Path) -> None:
    needs = elf({".text": b"x"}, ("libc.so.6", "GLIBC_2.2.5", "GLIBC_2.28"))
    wheel = built(tmp_path, content=needs)
    assert platform_tagged(wheel, NEW, python()).filename.endswith(f"{NEW}.whl")
    with pytest.raises(BuildError) as caught:
        platform_tagged(wheel, "manylinux_2_17_x86_64", python())
    assert "but its files need glibc 2.28" in str(caught.value)
    assert "say manylinux_2_28" in str(caught.value)
