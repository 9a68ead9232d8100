"""From an archive or folder to a sealed tree."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from plain_runner import never, run
from sdist_maker import WHEN, candidate, entry, write_sdist, write_tar
from tree_maker import no_parcels

from wheeltree.errors import DigestMismatch, SourceError
from wheeltree.model.digest import digest_bytes, digest_file
from wheeltree.model.source import Candidate, Metadata, Patch, Preparation, SourceTree
from wheeltree.sources.archive import OLDEST
from wheeltree.sources.draft import Draft
from wheeltree.sources.folder import folder_digest
from wheeltree.sources.native import is_native
from wheeltree.sources.patch import Runner
from wheeltree.sources.prepare import prepare
from wheeltree.sources.tree import tree_digest
from wheeltree.store import packs

PYPROJECT = b'[build-system]\nrequires = ["flit-core"]\nbuild-backend = "flit_core.buildapi"\n[project]\nname = "demo"\nversion = "1.0"\ndependencies = ["a"]\n'
FILES = {"pyproject.toml": PYPROJECT, "demo.py": b"x = 1\n"}
PATCH = b"--- a/demo.py\n+++ b/demo.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"


AS_IT_IS = Preparation()


def write_patch(folder: Path, content: bytes = PATCH) -> Preparation:
    path = folder / "1.patch"
    path.write_bytes(content)
    return Preparation(
        patches=(Patch(name="1.patch", digest=digest_bytes(content), path=str(path)),)
    )


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    with TemporaryDirectory(dir=parent) as name:
        yield Path(name)


def prepared(
    archive: Path,
    into: Path,
    *,
    source: Candidate | None = None,
    preparation: Preparation = AS_IT_IS,
    run: Runner = never,
) -> SourceTree:
    """The source, and `into` as what comes out of its pack."""
    folder = partial(scratch, into.parent)
    with Path(f"{into}.pack").open("w+b") as body:
        draft = Draft(body)
        tree = prepare(
            source or candidate(),
            preparation,
            archive,
            draft,
            scratch=folder,
            run=run,
            supply=no_parcels,
        )
        packs.finish(body, draft.sealed(tree.epoch))
    packs.unpack(Path(body.name), into)
    return tree


def from_folder(folder: Path, into: Path) -> SourceTree:
    return prepared(folder, into, source=candidate(folder=True))


def test_an_sdist_becomes_a_sealed_tree(tmp_path: Path) -> None:
    archive, into = write_sdist(tmp_path, "demo-1.0", FILES), tmp_path / "tree"
    tree = prepared(archive, into)
    assert tree.digest == tree_digest(into)
    assert tree.archive == digest_file(archive)
    assert (tree.epoch, tree.native, tree.patched) == (WHEN, False, False)
    assert tree.build_system.requires == ("flit-core",)
    assert tree.metadata == Metadata(requires_dist=("a",))
    assert {path.stat().st_mtime for path in into.iterdir()} == {WHEN}
    assert tree.size == sum(map(len, FILES.values()))


def test_a_patch_changes_the_digest_and_makes_its_files_newer(tmp_path: Path) -> None:
    archive, into = write_sdist(tmp_path, "demo-1.0", FILES), tmp_path / "tree"
    plain = prepared(archive, tmp_path / "plain")
    tree = prepared(archive, into, preparation=write_patch(tmp_path), run=run)
    assert tree.patched
    assert tree.archive == plain.archive
    assert tree.digest == tree_digest(into) != plain.digest
    assert (into / "demo.py").read_bytes() == b"x = 2\n"
    assert (into / "demo.py").stat().st_mtime == WHEN + 1
    assert (into / "pyproject.toml").stat().st_mtime == WHEN


def test_the_digest_does_not_depend_on_umask_or_time(tmp_path: Path) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    before = os.umask(0o077)
    try:
        first = prepared(archive, tmp_path / "1")
    finally:
        os.umask(before)
    assert prepared(archive, tmp_path / "2") == first
    assert (tmp_path / "1").stat().st_mode & 0o777 == 0o755


def test_a_link_out_of_the_tree_that_a_patch_makes_is_refused(tmp_path: Path) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    link = b"diff --git a/out b/out\nnew file mode 120000\n--- /dev/null\n+++ b/out\n@@ -0,0 +1 @@\n+/etc\n\\ No newline at end of file\n"
    with pytest.raises(SourceError, match="the link 'out' to '/etc'"):
        prepared(archive, tmp_path / "tree", preparation=write_patch(tmp_path, link), run=run)


def test_an_sdist_that_is_another_project_is_refused(tmp_path: Path) -> None:
    archive = write_sdist(tmp_path, "demo-1.0", FILES)
    with pytest.raises(SourceError, match=r"says that it is demo 1\.0"):
        prepared(archive, tmp_path / "tree", source=candidate("other-1.0"))


CODE = [
    "x.c",
    "src/x.PYX",
    "a/b/x.cpp",
    "x.f90",
    "rust/lib.rs",
    "Cargo.toml",
    "CMakeLists.txt",
    "meson.build",
    "x.cu",
    "x.S",
]


@pytest.mark.parametrize("path", CODE)
def test_files_to_compile_make_a_source_native(path: str) -> None:
    assert is_native(["a.py", path], ())


@pytest.mark.parametrize(
    "path",
    ["tests/x.c", "src/demo/test/x.c", "docs/x.cpp", "Examples/x.rs", "x.h", "x.py", "c", "x.css"],
)
def test_files_aside_do_not(path: str) -> None:
    assert not is_native(["a.py", path], ("setuptools", "wheel"))


@pytest.mark.parametrize(
    "requirement",
    ["cffi>=1", "Cython; python_version>'3'", "meson_python", "scikit-build-core[x]>=0.5"],
)
def test_a_code_generator_among_the_build_requirements_does(requirement: str) -> None:
    assert is_native([], (requirement,))


LEFT_OUT = [
    ".git/config",
    ".venv/bin/python",
    "env/pyvenv.cfg",
    "__pycache__/x.pyc",
    "src/__pycache__/x.pyc",
    "src/demo.egg-info/PKG-INFO",
    "build/lib/demo.py",
    "build/temp.linux/x.o",
    "dist/demo-1.0.tar.gz",
    ".tox/py/x",
    ".mypy_cache/x",
]
KEPT = [
    "build/x.py",
    "dist/x.py",
    "src/build/x.py",
    "demo.egg-info/x",
    ".github/x",
    ".gitignore",
    "env/x",
]


def test_a_folder_is_copied_without_what_is_no_source(tmp_path: Path) -> None:
    folder = lay(tmp_path / "project", {**FILES, **dict.fromkeys(LEFT_OUT, b"")})
    tree = from_folder(folder, tmp_path / "tree")
    files = {
        str(path.relative_to(tmp_path / "tree"))
        for path in (tmp_path / "tree").rglob("*")
        if path.is_file()
    }
    assert files == set(FILES)
    assert tree.digest == tree.archive == folder_digest(folder)
    assert tree.epoch == OLDEST


@pytest.mark.parametrize("path", KEPT)
def test_what_only_looks_like_an_artefact_is_copied(tmp_path: Path, path: str) -> None:
    folder = lay(tmp_path / "project", {**FILES, path: b""})
    from_folder(folder, tmp_path / "tree")
    assert (tmp_path / "tree" / path).is_file()


def test_touching_a_file_of_a_folder_changes_nothing(tmp_path: Path) -> None:
    folder = lay(tmp_path / "project", FILES)
    first = from_folder(folder, tmp_path / "1")
    os.utime(folder / "demo.py", (1, 1))
    assert from_folder(folder, tmp_path / "2") == first


def test_a_folder_that_changed_since_it_was_looked_at_is_refused(tmp_path: Path) -> None:
    folder = lay(tmp_path / "project", FILES)
    seen = candidate(folder=True, digest=folder_digest(folder))
    (folder / "demo.py").write_bytes(b"x = 3\n")
    with pytest.raises(DigestMismatch, match="changed since"):
        prepared(folder, tmp_path / "tree", source=seen)


@pytest.mark.parametrize("target", ["/etc/passwd", "../secret"])
def test_a_folder_with_a_link_out_of_it_is_refused(tmp_path: Path, target: str) -> None:
    folder = lay(tmp_path / "project", FILES)
    (folder / "link").symlink_to(target)
    with pytest.raises(SourceError, match="the link 'link'"):
        from_folder(folder, tmp_path / "tree")


def test_a_folder_with_a_fifo_is_refused(tmp_path: Path) -> None:
    folder = lay(tmp_path / "project", FILES)
    os.mkfifo(folder / "fifo")
    with pytest.raises(SourceError, match="neither a file"):
        from_folder(folder, tmp_path / "tree")


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot read"):
        from_folder(tmp_path / "none", tmp_path / "tree")
    with pytest.raises(SourceError, match="cannot read"):
        folder_digest(tmp_path / "none")


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")).touch()
    with pytest.raises(SourceError, match="not UTF-8"):
        tree_digest(tmp_path)


def test_an_html_page_in_place_of_an_sdist_says_so(tmp_path: Path) -> None:
    page = tmp_path / "demo-1.0.tar.gz"
    page.write_bytes(b"<html>please log in</html>")
    with pytest.raises(SourceError, match="looks like an HTML page"):
        prepared(page, tmp_path / "tree")


def test_an_sdist_without_project_files_is_refused(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "demo-1.0.tar.gz", [entry("demo-1.0/README", b"x")])
    with pytest.raises(SourceError, match=r"neither pyproject\.toml nor setup\.py"):
        prepared(archive, tmp_path / "tree")
