"""What settings change in a source tree: keys of pyproject.toml, the folder built, extra sources."""

import io
import tarfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from plain_runner import run
from sdist_maker import WHEN, candidate, entry, write_sdist, write_tar
from tree_maker import prepared

from wheeltree.errors import SettingsError, SourceError, UnsafeArchive
from wheeltree.model.digest import digest_bytes, digest_file
from wheeltree.model.edits import ExtraSource, TomlEdit
from wheeltree.model.source import Metadata, Patch, Preparation
from wheeltree.sources.pack import pack
from wheeltree.sources.tree import tree_digest

PYPROJECT = b"""\
# a comment
[build-system]
requires = ["flit-core"]
build-backend = "flit_core.buildapi"
[project]
name = "demo"
version = "1.0"
dependencies = ["a"]
[tool."x.y"]
z = 1
list = [{q = 1}]
"""
INFO = b"Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Dist: told\n"
FILES = {"pyproject.toml": PYPROJECT, "demo.py": b"x = 1\n"}
LEGACY = {"setup.py": b"", "PKG-INFO": INFO}


def toml(key: str, value: str | None, *, own: bool = True) -> Preparation:
    edit = TomlEdit(key=key, value=value, own=own, place=f"settings.yaml:3: pyproject.{key}")
    return Preparation(pyproject=(edit,))


def edited(folder: Path, preparation: Preparation, files: dict[str, bytes] = FILES) -> Path:
    """The tree, which must be called changed."""
    archive = write_sdist(folder, "demo-1.0", files)
    tree = prepared(archive, folder / "tree", preparation=preparation)
    assert tree.patched
    assert tree.digest == tree_digest(folder / "tree")
    return folder / "tree"


def table(root: Path, path: str = "pyproject.toml") -> dict[str, object]:
    return tomllib.loads((root / path).read_text())


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("build-system.requires", '["setuptools"]', ["setuptools"]),
        ("project.dependencies", "[]", []),
        ("tool.new.table", '{"a": {"b": true}}', {"a": {"b": True}}),
        ('tool."x.y".z', '"1"', "1"),
        ('tool."x.y".z', "true", True),
        ('tool."x.y".list', '[{"q": 2}]', [{"q": 2}]),
    ],
)
def test_a_key_is_set(key: str, value: str, expected: object, tmp_path: Path) -> None:
    found: object = table(edited(tmp_path, toml(key, value)))
    for part in key.replace('"x.y"', "x-y").split("."):
        assert isinstance(found, dict)
        found = found[part.replace("x-y", "x.y")]
    assert found == expected


def test_a_key_is_removed_and_the_others_stay(tmp_path: Path) -> None:
    found = table(edited(tmp_path, toml("tool", None)))
    before = tomllib.loads(PYPROJECT.decode())
    assert found == {name: before[name] for name in ("build-system", "project")}


def test_metadata_and_build_system_are_read_after_the_edit(tmp_path: Path) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    edits = (
        *toml("project.dependencies", '["b"]').pyproject,
        *toml("build-system", None).pyproject,
    )
    tree = prepared(archive, tmp_path / "tree", preparation=Preparation(pyproject=edits))
    assert tree.metadata == Metadata(requires_dist=("b",))
    assert tree.build_system.backend == "setuptools.build_meta:__legacy__"


def test_an_edited_file_is_newer_and_an_untouched_one_is_not(tmp_path: Path) -> None:
    tree = edited(tmp_path, toml("tool", None))
    assert (tree / "pyproject.toml").stat().st_mtime == WHEN + 1
    assert (tree / "demo.py").stat().st_mtime == WHEN


def test_a_file_is_made_where_there_is_none_and_pkg_info_is_trusted_no_more(
    tmp_path: Path,
) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", LEGACY)
    assert prepared(archive, tmp_path / "1").metadata == Metadata(requires_dist=("told",))
    tree = prepared(archive, tmp_path / "2", preparation=toml("tool.a", "1"))
    assert tree.metadata is None
    assert table(tmp_path / "2") == {"tool": {"a": 1}}


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ('tool."x.y".z', "1", "that is its value in pyproject.toml already"),
        ("project.dependencies", '["a"]', "that is its value"),
        ('tool."x.y".w', None, "there is no such key in pyproject.toml"),
        ("tool.a.b.c", None, "there is no such key"),
    ],
)
def test_an_edit_that_changes_nothing_is_an_error_unless_it_is_said_of_many(
    key: str, value: str | None, why: str, tmp_path: Path
) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    with pytest.raises(SettingsError, match=r"demo 1.0: an edit .* changes nothing") as caught:
        prepared(archive, tmp_path / "1", preparation=toml(key, value))
    (detail,) = caught.value.details
    assert detail.startswith(f"settings.yaml:3: pyproject.{key}: {why}")
    tree = prepared(archive, tmp_path / "2", preparation=toml(key, value, own=False))
    assert not tree.patched
    assert (tmp_path / "2" / "pyproject.toml").read_bytes() == PYPROJECT


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("key", ["project.name.x", 'tool."x.y".list.q'])
def test_a_key_in_what_is_no_table_is_an_error_with_its_place(
    key: str, own: bool, tmp_path: Path
) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    with pytest.raises(SettingsError, match=r"has no table '(name|list)'") as caught:
        prepared(archive, tmp_path / "1", preparation=toml(key, "1", own=own))
    assert caught.value.details == (f"settings.yaml:3: pyproject.{key}",)


def test_a_file_that_is_no_toml_cannot_be_edited(tmp_path: Path) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", {"pyproject.toml": b"= 1"})
    with pytest.raises(SourceError, match=r"demo 1.0: pyproject.toml cannot be edited"):
        prepared(archive, tmp_path / "1", preparation=toml("tool.a", "1"))


def test_a_file_behind_a_link_is_not_edited(tmp_path: Path) -> None:
    entries = [
        entry("demo-1.0/real.toml", PYPROJECT),
        entry("demo-1.0/pyproject.toml", kind=tarfile.SYMTYPE, target="real.toml"),
    ]
    archive = write_tar(tmp_path / "demo-1.0.tar.gz", entries)
    with pytest.raises(SourceError, match=r"pyproject.toml cannot be edited"):
        prepared(archive, tmp_path / "1", preparation=toml("tool.a", "1"))


# The folder that is built.


def below(*edits: TomlEdit) -> Preparation:
    place = "settings.yaml:2: packages.demo.build_dir"
    return Preparation(build_dir="py", build_dir_place=place, pyproject=edits)


INNER = {
    "pyproject.toml": b"[project]\nname = 'other'\nversion = '9'\n",
    "PKG-INFO": b"Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Dist: outer\n",
    "py/pyproject.toml": PYPROJECT,
    "py/back/end.py": b"",
}


def test_everything_is_read_in_the_folder_that_is_built(tmp_path: Path) -> None:
    system = b'[build-system]\nrequires = []\nbackend-path = ["back"]\nbuild-backend = "end"\n'
    archive = write_sdist(tmp_path, "demo-1.0", {**INNER, "py/pyproject.toml": system})
    tree = prepared(archive, tmp_path / "tree", preparation=below())
    assert tree.build_system.backend_path == ("back",)
    assert tree.metadata is None
    assert not tree.patched


def test_an_edit_is_made_in_the_folder_that_is_built(tmp_path: Path) -> None:
    edits = toml("project.dependencies", '["b"]').pyproject
    root = edited(tmp_path, below(*edits), INNER)
    assert (root / "pyproject.toml").read_bytes() == INNER["pyproject.toml"]
    assert "b" in (root / "py/pyproject.toml").read_text()


@pytest.mark.parametrize("files", [FILES, {**FILES, "py": b"a file"}])
def test_a_folder_that_is_not_there_is_an_error_with_its_place(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", files)
    with pytest.raises(SettingsError, match="build_dir 'py' is no folder") as caught:
        prepared(archive, tmp_path / "1", preparation=below())
    assert caught.value.details == ("settings.yaml:2: packages.demo.build_dir",)


# Extra sources.

PLACE = "settings.yaml:5: packages.demo.extra_sources[0]"


def extra(file: Path, path: str, *, unpack: bool = True) -> Preparation:
    made = ExtraSource(
        url=file.as_uri(), digest=digest_file(file), path=path, unpack=unpack, place=PLACE
    )
    return Preparation(extra_sources=(made,))


def archive_of(folder: Path) -> Path:
    return write_tar(
        folder / "lib.tar.gz",
        [
            entry("lib-2.0/CMakeLists.txt", b"project(lib)\n", mtime=WHEN + 99),
            entry("lib-2.0/configure", b"#!/bin/sh\n", mode=0o755),
        ],
    )


def laid(
    folder: Path, files: dict[str, bytes], preparation: Preparation, extras: Sequence[Path]
) -> Path:
    archive = write_sdist(folder, "demo-1.0", files)
    tree = prepared(archive, folder / "tree", preparation=preparation, extras=extras)
    assert tree.patched
    assert tree.epoch == WHEN
    assert tree.digest == tree_digest(folder / "tree")
    return folder / "tree"


def test_an_archive_is_unpacked_without_its_top_folder(tmp_path: Path) -> None:
    file = archive_of(tmp_path)
    root = laid(tmp_path, FILES, extra(file, "third_party/lib"), [file])
    assert (root / "third_party/lib/CMakeLists.txt").read_bytes() == b"project(lib)\n"
    assert (root / "third_party/lib/configure").stat().st_mode & 0o777 == 0o755


def test_a_file_is_laid_as_it_is(tmp_path: Path) -> None:
    file = archive_of(tmp_path)
    root = laid(tmp_path, FILES, extra(file, "deps/lib-2.0.tar.gz", unpack=False), [file])
    assert (root / "deps/lib-2.0.tar.gz").read_bytes() == file.read_bytes()


def test_an_empty_folder_such_as_of_a_submodule_is_filled(tmp_path: Path) -> None:
    file = archive_of(tmp_path)
    entries = [
        entry("demo-1.0/pyproject.toml", PYPROJECT),
        entry("demo-1.0/sub/", kind=tarfile.DIRTYPE),
    ]
    archive = write_tar(tmp_path / "demo-1.0.tar.gz", entries)
    prepared(archive, tmp_path / "tree", preparation=extra(file, "sub"), extras=[file])
    assert (tmp_path / "tree/sub/CMakeLists.txt").exists()


@pytest.mark.parametrize("unpack", [True, False])
@pytest.mark.parametrize("path", ["demo.py", "demo.py/lib", "pkg", "pkg/a", "link", "link/x"])
def test_something_that_is_there_already_is_never_replaced(
    path: str, unpack: bool, tmp_path: Path
) -> None:
    file = archive_of(tmp_path)
    entries = [
        *(entry(f"demo-1.0/{name}", content) for name, content in FILES.items()),
        entry("demo-1.0/pkg/a"),
        entry("demo-1.0/link", kind=tarfile.SYMTYPE, target="pkg"),
    ]
    archive = write_tar(tmp_path / "demo-1.0.tar.gz", entries)
    preparation = extra(file, path, unpack=unpack)
    with pytest.raises(SettingsError, match=f"cannot lie at {path}") as caught:
        prepared(archive, tmp_path / "tree", preparation=preparation, extras=[file])
    assert caught.value.details == (PLACE,)


def test_a_file_that_is_there_with_the_same_bytes_changes_nothing(tmp_path: Path) -> None:
    (file := tmp_path / "same").write_bytes(FILES["demo.py"])
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    preparation = extra(file, "demo.py", unpack=False)
    with pytest.raises(SettingsError, match="changes nothing") as caught:
        prepared(archive, tmp_path / "tree", preparation=preparation, extras=[file])
    assert caught.value.details[0].startswith(f"{PLACE}: demo.py is in the source already")


def test_an_extra_archive_is_as_little_trusted_as_any(tmp_path: Path) -> None:
    file = write_tar(tmp_path / "lib.tar.gz", [entry("lib/../../out", b"x")])
    with pytest.raises(UnsafeArchive, match=r"demo 1.0: settings.yaml:5"):
        laid(tmp_path, FILES, extra(file, "lib"), [file])
    link = entry("lib/link", kind=tarfile.SYMTYPE, target="../../out")
    file = write_tar(tmp_path / "lib.tar.gz", [entry("lib/a"), link])
    with pytest.raises(UnsafeArchive, match="link"):
        laid(tmp_path, FILES, extra(file, "lib"), [file])


def test_what_is_no_archive_says_how_to_lay_it_as_a_file(tmp_path: Path) -> None:
    (file := tmp_path / "text").write_bytes(b"hello")
    with pytest.raises(UnsafeArchive) as caught:
        laid(tmp_path, FILES, extra(file, "lib"), [file])
    assert "unpack: false" in caught.value.hint


def test_an_extra_source_can_be_patched(tmp_path: Path) -> None:
    file = archive_of(tmp_path)
    content = (
        b"--- a/lib/CMakeLists.txt\n+++ b/lib/CMakeLists.txt\n"
        b"@@ -1 +1 @@\n-project(lib)\n+project(other)\n"
    )
    (path := tmp_path / "1.patch").write_bytes(content)
    patch = Patch(name=path.name, digest=digest_bytes(content), path=str(path))
    both = Preparation(patches=(patch,), extra_sources=extra(file, "lib").extra_sources)
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    prepared(archive, tmp_path / "tree", preparation=both, run=run, extras=[file])
    assert (tmp_path / "tree/lib/CMakeLists.txt").read_bytes() == b"project(other)\n"


def test_an_extra_build_file_makes_pkg_info_untrue(tmp_path: Path) -> None:
    (file := tmp_path / "file").write_bytes(b"[metadata]\n")
    archive = write_sdist(tmp_path, "demo-1.0", LEGACY)
    preparation = extra(file, "setup.cfg", unpack=False)
    tree = prepared(archive, tmp_path / "tree", preparation=preparation, extras=[file])
    assert tree.metadata is None


def test_the_sdist_of_an_edited_tree_is_the_edited_tree(tmp_path: Path) -> None:
    file = archive_of(tmp_path)
    root = laid(tmp_path, FILES, extra(file, "lib"), [file])
    pack(root, tmp_path / "sdist", top="demo-1.0", epoch=WHEN)
    again = prepared(tmp_path / "sdist", tmp_path / "again", source=candidate())
    assert again.digest == tree_digest(root)
    with tarfile.open(fileobj=io.BytesIO((tmp_path / "sdist").read_bytes())) as archive:
        assert "demo-1.0/lib/CMakeLists.txt" in archive.getnames()
