"""What pyproject.toml and PKG-INFO say, and that nonsense in them is an error with its place."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from sdist_maker import candidate

from wheeltree.errors import SourceError
from wheeltree.model.source import BuildSystem, Licensing, Metadata
from wheeltree.sources.folder import Folder
from wheeltree.sources.metadata import (
    read_build_system,
    read_licensing,
    read_metadata,
    read_project,
)

PROJECT = '[project]\nname = "Demo"\nversion = "1.0.0"\n'
INFO = "Metadata-Version: 2.2\nName: demo\nVersion: 1.0\n"


def tree(folder: Path, **files: str) -> Path:
    """Files with `_` for the dot of their name; a setup.py is always there."""
    names = {"pyproject": "pyproject.toml", "info": "PKG-INFO"}
    (folder / "setup.py").touch()
    for key, text in files.items():
        (folder / names[key]).write_text(text)
    return folder


def metadata(
    folder: Path, *, touched: frozenset[str] = frozenset(), trust: bool = True
) -> Metadata | None:
    tree = Folder(folder)
    project = read_project("demo 1.0", tree)
    return read_metadata(candidate(), project, tree, touched=touched, trust=trust)


def licensing(folder: Path) -> Licensing:
    tree = Folder(folder)
    return read_licensing("demo 1.0", read_project("demo 1.0", tree), tree)


CLASSIFIED = 'classifiers = ["License :: OSI Approved :: MIT License", "Topic :: Games"]\n'


def test_the_licence_is_an_expression_wherever_one_is(tmp_path: Path) -> None:
    tree(tmp_path, pyproject=PROJECT + CLASSIFIED, info=INFO + "License-Expression: MIT\n")
    assert licensing(tmp_path) == Licensing(expression="MIT")
    tree(tmp_path, pyproject=f'{PROJECT}license = "Zlib"\n')
    assert licensing(tmp_path) == Licensing(expression="Zlib")


def test_older_words_about_the_licence_are_kept_as_they_are(tmp_path: Path) -> None:
    tree(tmp_path, pyproject=PROJECT + 'license = {text = "Do good"}\n' + CLASSIFIED)
    said = Licensing(text="Do good", classifiers=("License :: OSI Approved :: MIT License",))
    assert licensing(tmp_path) == said
    tree(tmp_path, info=INFO + "License: Other\n")
    assert licensing(tmp_path) == said
    tree(tmp_path, pyproject=PROJECT)
    assert licensing(tmp_path) == Licensing(text="Other")


@pytest.mark.parametrize(
    "text",
    ["license = 1\n", 'license = {file = "X"}\n', "classifiers = 3\n", "classifiers = [1]\n", ""],
)
def test_what_is_no_text_says_nothing_of_the_licence(tmp_path: Path, text: str) -> None:
    tree(tmp_path, pyproject=PROJECT + text)
    assert licensing(tmp_path) == Licensing()


def test_a_whole_licence_is_cut_off(tmp_path: Path) -> None:
    tree(tmp_path, info=INFO + f"License: {'x' * 5000}\n")
    assert len(licensing(tmp_path).text) == 2001


def test_without_build_system_the_defaults_of_pep_517_hold(tmp_path: Path) -> None:
    assert read_build_system("demo 1.0", tree(tmp_path)) == BuildSystem()
    assert read_build_system("demo 1.0", tree(tmp_path, pyproject=PROJECT)) == BuildSystem()


def test_the_build_system_is_read(tmp_path: Path) -> None:
    (tmp_path / "backend" / "deep").mkdir(parents=True)
    text = '[build-system]\nrequires = ["a>=1", "b; python_version<\'3\'"]\nbuild-backend = "x:y"\nbackend-path = ["backend/deep", "."]\n'
    assert read_build_system("demo 1.0", tree(tmp_path, pyproject=text)) == BuildSystem(
        requires=("a>=1", "b; python_version<'3'"),
        backend="x:y",
        backend_path=("backend/deep", "."),
    )


BAD = {
    "TOML": ("x = [", "not valid TOML"),
    "duplicate key": ("x = 1\nx = 2", "not valid TOML"),
    "deep nesting": ("x = " + "[" * 50_000, "too deeply"),
    "too large": ("#" * (5 << 20), "larger than"),
    "no requires": ("[build-system]\n", "no build-system.requires"),
    "no table": ("build-system = 3", "no table"),
    "requires is a string": ("[build-system]\nrequires = 'x'", "no list of strings"),
    "requires has a number": ("[build-system]\nrequires = [1]", "no list of strings"),
    "requires has nonsense": ("[build-system]\nrequires = ['a b c']", "no requirement"),
    "requires has endless parentheses": (
        f"[build-system]\nrequires = ['a; {'(' * 9000}']",
        "no requirement",
    ),
    "backend is a number": ("[build-system]\nrequires = []\nbuild-backend = 1", "no string"),
    "backend-path outside": (
        "[build-system]\nrequires = []\nbackend-path = ['../..']",
        "outside the source",
    ),
    "backend-path absolute": (
        "[build-system]\nrequires = []\nbackend-path = ['/usr']",
        "outside the source",
    ),
    "backend-path missing": ("[build-system]\nrequires = []\nbackend-path = ['none']", "no folder"),
    "backend-path a link out": (
        "[build-system]\nrequires = []\nbackend-path = ['out']",
        "no folder",
    ),
}


@pytest.mark.parametrize(("text", "cause"), BAD.values(), ids=BAD)
def test_a_bad_build_system_is_an_error_that_names_it(
    tmp_path: Path, text: str, cause: str
) -> None:
    (tmp_path / "out").symlink_to("/usr")
    with pytest.raises(SourceError) as caught:
        read_build_system("demo 1.0", tree(tmp_path, pyproject=text))
    assert cause in caught.value.message
    assert caught.value.message.startswith("demo 1.0: pyproject.toml")
    assert len(caught.value.message) < 600


def test_a_source_without_any_project_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"neither pyproject\.toml nor setup\.py"):
        read_build_system("demo 1.0", tmp_path)


def test_a_project_table_is_static_metadata(tmp_path: Path) -> None:
    text = PROJECT + (
        'requires-python = ">=3.9"\ndependencies = ["a>=1", "b @ https://x.example/b.zip"]\n[project.optional-dependencies]\n'
        '"Fast_IO" = ["c", "d>2; sys_platform == \'linux\' or os_name == \'nt\'", "demo[other]"]\nother = []\n'
    )
    assert metadata(tree(tmp_path, pyproject=text)) == Metadata(
        requires_dist=(
            "a>=1",
            "b @ https://x.example/b.zip",
            'c; extra == "fast-io"',
            'd>2; (sys_platform == "linux" or os_name == "nt") and extra == "fast-io"',
            'demo[other]; extra == "fast-io"',
        ),
        requires_python=">=3.9",
        extras=(canonicalize_name("fast-io"), canonicalize_name("other")),
    )


@pytest.mark.parametrize("field", ["dependencies", "optional-dependencies", "requires-python"])
def test_a_dynamic_field_leaves_metadata_to_the_backend(tmp_path: Path, field: str) -> None:
    assert metadata(tree(tmp_path, pyproject=f'{PROJECT}dynamic = ["{field}"]\n')) is None


def test_a_dynamic_version_does_not(tmp_path: Path) -> None:
    text = '[project]\nname = "demo"\ndynamic = ["version"]\ndependencies = ["a"]\n'
    assert metadata(tree(tmp_path, pyproject=text)) == Metadata(requires_dist=("a",))


def test_metadata_is_not_trusted_where_settings_say_so(tmp_path: Path) -> None:
    assert metadata(tree(tmp_path, pyproject=PROJECT), trust=False) is None


def test_pkg_info_counts_where_the_project_table_is_dynamic(tmp_path: Path) -> None:
    info = (
        INFO
        + "Dynamic: description\nRequires-Python: >=3.8\nProvides-Extra: X_y\nRequires-Dist: a\nRequires-Dist: b; extra == 'x-y'\n\nText\n"
    )
    root = tree(tmp_path, pyproject=f'{PROJECT}dynamic = ["dependencies"]\n', info=info)
    assert metadata(root) == Metadata(
        requires_dist=("a", "b; extra == 'x-y'"),
        requires_python=">=3.8",
        extras=(canonicalize_name("x-y"),),
    )


@pytest.mark.parametrize(
    "info",
    [
        INFO.replace("2.2", "2.1"),
        INFO.replace("2.2", "1.0"),
        INFO.replace("2.2", "next"),
        INFO + "Dynamic: Requires-Dist\n",
        INFO + "Dynamic: provides-extra\n",
        INFO + "Dynamic: Requires-Python\n",
    ],
)
def test_pkg_info_that_promises_nothing_does_not_count(tmp_path: Path, info: str) -> None:
    assert metadata(tree(tmp_path, info=info)) is None


@pytest.mark.parametrize("file", ["setup.py", "setup.cfg", "pyproject.toml", "PKG-INFO"])
def test_pkg_info_does_not_count_after_a_patch_of_a_build_file(tmp_path: Path, file: str) -> None:
    root = tree(tmp_path, info=INFO)
    assert metadata(root) == Metadata()
    assert metadata(root, touched=frozenset({"src/x.py"})) == Metadata()
    assert metadata(root, touched=frozenset({file})) is None


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject": PROJECT.replace("Demo", "other")},
        {"pyproject": PROJECT.replace("1.0.0", "2")},
        {"info": INFO.replace("demo", "other")},
        {"info": INFO.replace("1.0", "1.0.post1")},
    ],
)
def test_a_source_that_says_it_is_another_is_refused(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(SourceError, match="says that it is") as caught:
        metadata(tree(tmp_path, **files))
    assert "demo 1.0" in caught.value.message


@pytest.mark.parametrize(
    ("files", "cause"),
    [
        ({"pyproject": "[project]\nversion = '1'"}, "no project.name"),
        ({"pyproject": "[project]\nname = 'demo'\nversion = 'one'"}, "PEP 440"),
        ({"pyproject": PROJECT + "dependencies = ['a b']"}, "project.dependencies"),
        ({"pyproject": PROJECT + "dependencies = {}"}, "no list of strings"),
        ({"pyproject": PROJECT + "requires-python = '3?'"}, "Requires-Python"),
        ({"pyproject": PROJECT + "optional-dependencies = []"}, "no table"),
        ({"pyproject": PROJECT + "dynamic = 'x'"}, "no list of strings"),
        ({"info": INFO.replace("Name: demo\n", "")}, "has no Name"),
        ({"info": INFO.replace("Version: 1.0", "Version: one")}, "which is none"),
        ({"info": INFO + "Requires-Dist: a b\n"}, "Requires-Dist"),
        ({"info": INFO + "Requires-Python: 3?\n"}, "Requires-Python"),
        ({"info": "x" * (5 << 20)}, "larger than"),
    ],
)
def test_bad_metadata_is_an_error_that_names_it(
    tmp_path: Path, files: dict[str, str], cause: str
) -> None:
    with pytest.raises(SourceError, match=cause):
        metadata(tree(tmp_path, **files))
