"""`source:` in the settings: what is refused with file and line, and what it comes to."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import SettingsError
from wheeltree.model.digest import Digest
from wheeltree.model.origin import FileOrigin, FolderOrigin, GitOrigin, NamedFile, SourceOrigin
from wheeltree.settings.load import load
from wheeltree.settings.origins import origin

A = "a" * 64


def settings(folder: Path, source: str) -> Path:
    file = folder / "settings.yaml"
    lines = "".join(f"      {line}\n" for line in source.splitlines())
    file.write_text(f"packages:\n  demo:\n    source:\n{lines}")
    return file


def of(folder: Path, source: str, **environ: str) -> SourceOrigin | None:
    file = settings(folder, source)
    return origin(load(file), file, environ, canonicalize_name("demo"))


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "tag: v{version}",
            "3?: packages.demo.source: say exactly one of git, url, folder, wheel and wheels",
        ),
        (
            "git: https://h.test/a\nfolder: b",
            "say exactly one of git, url, folder, wheel and wheels, not",
        ),
        ("git: https://h.test/a\ntag: v1", ":5: packages.demo.source.tag: must have {version}"),
        ("git: https://h.test/a\ntag: '{version}{version}'", "must have {version} in it, once"),
        ("git: https://h.test/a\ntag: '--{version}'", "is no name that a tag can have"),
        ("git: https://h.test/a\ntag: 'v {version}'", "is no name that a tag can have"),
        ("git: https://h.test/a\ntag: 'a..{version}'", "is no name that a tag can have"),
        ("git: https://h.test/${__version__}", "has no version in it"),
        ("git: https://h.test/a\nversions: ['1']", ".versions: means nothing beside git"),
        ("folder: a\ntag: v{version}", ".tag: means nothing beside folder"),
        ("folder: a\nversions: ['1', '2']", ".versions: a folder has one version"),
        ("url: https://h.test/a.tar.gz", ".versions: name the versions"),
        ("url: https://h.test/a.tar.gz\nversions: ['1']", ".sha256: has no digest for 1"),
        (
            f"url: https://h.test/a\nversions: ['1', '1.0']\nsha256: {{'1': {A}}}",
            "names one version",
        ),
        (f"url: https://h.test/a\nversions: ['1']\nsha256: {{'1': {A}, '2': {A}}}", "has 2, which"),
        (
            f"url: https://h.test/a\nversions: ['1', '2']\nsha256: {{'1': {A}, '2': {A}}}",
            ":4: packages.demo.source.url: is the same for all versions",
        ),
        ("git:\n", "names no place"),
    ],
)
def test_a_source_that_makes_no_sense_is_refused(tmp_path: Path, source: str, problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(settings(tmp_path, source))
    assert problem.removeprefix("3?") in "\n".join(caught.value.details)


def test_how_a_prebuilt_wheel_is_built_cannot_be_said(tmp_path: Path) -> None:
    file = settings(tmp_path, f"wheel: https://h.test/a.whl\nversions: ['1']\nsha256: {{'1': {A}}}")
    with file.open("a") as more:
        more.write("    env: {A: b}\n    rules: [{versions: '>1', native: true}]\n")
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert [each.partition(": ")[2] for each in caught.value.details] == [
        "packages.demo.env: means nothing for a wheel that is taken as it is",
        "packages.demo.rules[0].native: means nothing for a wheel that is taken as it is",
    ]


def test_without_a_source_there_is_no_origin(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("packages: {demo: {native: true}}")
    assert origin(load(file), file, {}, canonicalize_name("demo")) is None
    assert origin(load(file), file, {}, canonicalize_name("other")) is None


def test_a_repository_has_its_defaults(tmp_path: Path) -> None:
    found = of(tmp_path, "git: https://${TOKEN}@h.test/${__name__}.git", TOKEN="t")
    assert found == GitOrigin(
        url="https://t@h.test/demo.git",
        tag="v{version}",
        submodules=True,
        where=f"{tmp_path}/settings.yaml:4",
    )


def test_each_version_has_its_file(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        "url: https://h.test/v${__version__}.tar.gz\nversions: ['1.0', '2.0']\n"
        f"sha256: {{'1.0': {A}, '2.0': {'b' * 64}}}",
    )
    assert found == FileOrigin(
        kind="sdist",
        template="https://h.test/v${__version__}.tar.gz",
        files=(
            NamedFile(version=Version("1.0"), url="https://h.test/v1.0.tar.gz", digest=Digest(A)),
            NamedFile(
                version=Version("2.0"), url="https://h.test/v2.0.tar.gz", digest=Digest("b" * 64)
            ),
        ),
        where=f"{tmp_path}/settings.yaml:4",
    )


def test_a_folder_is_looked_for_beside_the_settings(tmp_path: Path) -> None:
    assert of(tmp_path, "folder: ../demo\nversions: ['1.0']") == FolderOrigin(
        path=f"{tmp_path}/../demo", version=Version("1.0"), where=f"{tmp_path}/settings.yaml:4"
    )


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("git: ssh://h.test/a", "4: packages.demo.source.git: expected a URL with one of"),
        ("git: http://h.test/a", "expected a URL with one of the schemes https, file"),
        ("git: ext::id", "expected a URL with one of"),
        ("git: https://${NOWHERE}/a", "NOWHERE is not set"),
        (
            f"url: ftp://h.test/a\nversions: ['1']\nsha256: {{'1': {A}}}",
            "schemes https, http, file",
        ),
    ],
)
def test_what_comes_out_must_be_a_url(tmp_path: Path, source: str, problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        of(tmp_path, source)
    assert problem in caught.value.details[0]
