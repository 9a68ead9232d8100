"""Which patches a version gets, and in which order."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import SettingsError
from wheeltree.model.digest import digest_bytes
from wheeltree.settings.patches import PatchFolder


def chosen(folder: Path, name: str, version: str) -> list[str]:
    patches = PatchFolder.listed(folder).patches(canonicalize_name(name), Version(version))
    return [Path(patch.path).relative_to(folder).as_posix() for patch in patches]


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)


def test_without_a_folder_there_are_no_patches(tmp_path: Path) -> None:
    assert chosen(tmp_path / "patches", "foo", "1.0") == []


def test_general_and_versioned_patches_are_merged_in_order_of_base_name(tmp_path: Path) -> None:
    write(tmp_path, "foo/10-b.patch", "foo/30.patch", "foo-1.0/20.patch", "foo-1.0/10-b.patch")

    assert chosen(tmp_path, "foo", "1.0") == [
        "foo/10-b.patch",
        "foo-1.0/10-b.patch",
        "foo-1.0/20.patch",
        "foo/30.patch",
    ]


@pytest.mark.parametrize(
    ("folder", "name", "version", "applies"),
    [
        ("Foo_Bar", "foo-bar", "3", True),
        ("foo.bar-1.0", "foo-bar", "1.0.0", True),
        ("foo-bar-1.0.0", "foo-bar", "1", True),
        ("foo-1.0", "foo", "1.0+cpu", True),
        ("foo-1.0+cpu", "foo", "1.0+cpu", True),
        ("foo-1.0+cpu", "foo", "1.0", False),
        ("foo-1.0+cpu", "foo", "1.0+gpu", False),
        ("foo-1.0", "foo", "1.0.1", False),
        ("foo-1.0rc1", "foo", "1.0rc1", True),
        ("foo-1.0-1", "foo", "1.0.post1", True),
        ("foo-2", "foo-2", "7", True),
        ("foo-2", "foo", "2", True),
        ("foobar", "foo", "1", False),
    ],
)
def test_names_and_versions_are_compared_by_meaning(
    *, tmp_path: Path, folder: str, name: str, version: str, applies: bool
) -> None:
    write(tmp_path, f"{folder}/1.patch")

    assert chosen(tmp_path, name, version) == ([f"{folder}/1.patch"] if applies else [])


@pytest.mark.parametrize("folders", [("foo-1.0", "foo-1.0.0"), ("Foo_x", "foo-x")])
def test_two_folders_for_the_same_versions_are_refused_naming_both(
    tmp_path: Path, folders: tuple[str, str]
) -> None:
    write(tmp_path, *(f"{each}/1.patch" for each in folders))
    name = "foo" if "1.0" in folders[0] else "foo-x"

    with pytest.raises(SettingsError) as caught:
        chosen(tmp_path, name, "1.0")

    assert all(str(tmp_path / each) in caught.value.message for each in folders)
    assert chosen(tmp_path, "other", "1.0") == []


def test_only_files_that_end_in_patch_are_taken(tmp_path: Path) -> None:
    write(tmp_path, "foo/README.md", "foo/1.patch", "foo/cuda/2.patch", "stray.patch")
    (tmp_path / "foo" / "dir.patch").mkdir()

    assert chosen(tmp_path, "foo", "1.0") == ["foo/1.patch"]


def test_a_patch_knows_its_name_and_digest(tmp_path: Path) -> None:
    write(tmp_path, "foo/1.patch")

    (patch,) = PatchFolder.listed(tmp_path).patches(canonicalize_name("foo"), Version("1"))

    assert (patch.name, patch.digest) == ("1.patch", digest_bytes(b"foo/1.patch"))


def test_folders_that_settings_name_are_merged_in_order_of_base_name_too(tmp_path: Path) -> None:
    write(tmp_path, "foo/20.patch", "foo/before-2/10.patch", "foo/other/30.patch")
    folder = PatchFolder.listed(tmp_path)
    found = folder.patches(canonicalize_name("foo"), Version("1.0"), further=("before-2",))
    assert [patch.name for patch in found] == ["10.patch", "20.patch"]


def test_a_named_folder_without_patches_is_an_error_that_names_it(tmp_path: Path) -> None:
    write(tmp_path, "foo/20.patch")
    with pytest.raises(SettingsError, match=r"foo/gone: there are no patches"):
        PatchFolder.listed(tmp_path).patches(
            canonicalize_name("foo"), Version("1.0"), further=("gone",)
        )
