"""Direct references: a URL, an sdist file, a folder."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from sdist_maker import write_sdist

from wheeltree.errors import SourceError
from wheeltree.model.digest import digest_file
from wheeltree.model.source import Candidate
from wheeltree.sources.folder import folder_digest
from wheeltree.sources.locate import locate, name_of_folder, name_of_sdist
from wheeltree.transport import Transport

PROJECT = b'[project]\nname = "Demo"\nversion = "1.0"\n'
INFO = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.5\n"


def located(folder: Path, requirement: str, *, offline: bool = True) -> Candidate:
    return locate(Transport(offline=offline), Requirement(requirement), folder / "fetched")


def test_an_sdist_by_url_is_known_by_its_file_name(tmp_path: Path) -> None:
    path = write_sdist(tmp_path, "demo-1.0", {"setup.py": b""})
    found = located(tmp_path, f"Demo @ {path.as_uri()}")
    assert (found.name, found.version, found.kind) == ("demo", Version("1.0"), "sdist")
    assert (found.url, found.filename) == (path.as_uri(), "demo-1.0.tar.gz")
    assert found.digest == digest_file(path)


def test_a_url_with_hash_is_not_fetched(tmp_path: Path) -> None:
    digest = "AB" * 32
    found = located(
        tmp_path, f"demo @ https://me:pw@files.example/demo-2.0.tar.gz#sha256={digest}&egg=x"
    )
    assert found.url == "https://files.example/demo-2.0.tar.gz"
    assert found.digest == digest.lower()


@pytest.mark.parametrize(
    ("files", "version"),
    [
        (
            {"PKG-INFO": INFO, "pyproject.toml": b"[project]\nname='demo'\ndynamic=['version']"},
            "1.5",
        ),
        ({"pyproject.toml": PROJECT}, "1.0"),
        ({"setup.cfg": b"[metadata]\nname = demo\nversion = 3.0\n"}, "3.0"),
        (
            {
                "pyproject.toml": b"[build-system]\nrequires=[]\n",
                "setup.cfg": b"[metadata]\nversion = 3.0\n",
            },
            "3.0",
        ),
    ],
)
def test_an_archive_with_another_name_is_known_by_its_content(
    tmp_path: Path, files: dict[str, bytes], version: str
) -> None:
    path = write_sdist(tmp_path, "refs-tags-v1", files).rename(tmp_path / "v1.tar.gz")
    found = located(tmp_path, f"demo @ {path.as_uri()}")
    assert (found.name, str(found.version)) == ("demo", version)


FLIT = b"[build-system]\nrequires=[]\nbuild-backend='flit_core.buildapi'\n"
HATCH = b"[build-system]\nrequires=[]\nbuild-backend='hatchling.build'\n"
PDM = b"[build-system]\nrequires=[]\nbuild-backend='pdm.backend'\n"
DYNAMIC = b"[project]\nname='demo'\ndynamic=['version']\n"


@pytest.mark.parametrize(
    "files",
    [
        {
            "pyproject.toml": DYNAMIC + b"[tool.setuptools.dynamic]\nversion={attr='demo.version'}",
            "src/demo/__init__.py": b"import os\nversion: str = '3.4'\n",
        },
        {
            "pyproject.toml": DYNAMIC
            + b"[tool.setuptools.dynamic]\nversion={attr='demo.a.__v__'}\n"
            b"[tool.setuptools.package-dir]\n''='lib'",
            "lib/demo/a.py": b'__v__="3.4"\n',
        },
        {
            "pyproject.toml": DYNAMIC + b"[tool.setuptools.dynamic]\nversion={file=['VERSION']}",
            "VERSION": b"3.4\n",
        },
        {
            "setup.cfg": b"[metadata]\nname = demo\nversion = attr: demo.__version__\n",
            "demo.py": b"__version__ = '3.4'\n",
        },
        {"setup.cfg": b"[metadata]\nname = demo\nversion = file: v\n", "v": b"3.4"},
        {
            "pyproject.toml": HATCH + DYNAMIC + b"[tool.hatch.version]\npath='demo/about.py'",
            "demo/about.py": b"__version__ = 'v3.4'\n",
        },
        {
            "pyproject.toml": PDM + DYNAMIC + b"[tool.pdm.version]\nsource='file'\npath='demo.py'",
            "demo.py": b'__version__ = "3.4"  # now\n',
        },
        {"pyproject.toml": FLIT + DYNAMIC, "demo.py": b"__version__ = '3.4'\n"},
        {"pyproject.toml": b"[tool.poetry]\nname='demo'\nversion='3.4'\n"},
    ],
)
def test_a_version_that_a_backend_only_reads_is_read(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    path = write_sdist(tmp_path, "main", files)
    assert str(located(tmp_path, f"demo @ {path.as_uri()}").version) == "3.4"
    for name, content in files.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content)
    assert str(located(tmp_path, f"demo @ {(tmp_path / 'folder').as_uri()}").version) == "3.4"


def test_a_version_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "VERSION").write_text("3.4")
    (folder / "link").symlink_to(tmp_path / "VERSION")
    for path in ("../VERSION", "link", str(tmp_path / "VERSION")):
        said = f"[tool.setuptools.dynamic]\nversion={{file='{path}'}}"
        (folder / "pyproject.toml").write_bytes(DYNAMIC + said.encode())
        with pytest.raises(SourceError, match="known only to its build backend"):
            located(tmp_path, f"demo @ {folder.as_uri()}")


@pytest.mark.parametrize(
    "files",
    [
        {"setup.py": b"setup(version=compute())"},
        {
            "setup.cfg": b"[metadata]\nname = demo\nversion = attr: demo.__version__\n",
            "demo.py": b"__version__ = compute()\n",
        },
        {
            "pyproject.toml": DYNAMIC + b"[tool.setuptools.dynamic]\nversion={file='v'}",
            "v": b"no version",
        },
        {
            "pyproject.toml": HATCH + DYNAMIC + b"[tool.hatch.version]\nsource='vcs'",
        },
        {"pyproject.toml": b"[project]\nname='demo'\ndynamic=['version']"},
        {"setup.cfg": b"[metadata]\nname = demo\nversion = attr: demo.__version__\n"},
        {"setup.cfg": b"no section\n"},
    ],
)
def test_a_version_that_only_the_backend_knows_is_an_error_with_a_hint(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    path = write_sdist(tmp_path, "main", files)
    with pytest.raises(SourceError, match="known only to its build backend") as caught:
        located(tmp_path, f"demo @ {path.as_uri()}")
    assert "sdist" in caught.value.hint


def test_a_folder_is_a_candidate_with_the_digest_of_its_sources(tmp_path: Path) -> None:
    folder = tmp_path / "my project"
    folder.mkdir()
    (folder / "pyproject.toml").write_bytes(PROJECT)
    found = located(tmp_path, f"demo @ {folder.as_uri()}")
    assert found.kind == "folder"
    assert found.digest == folder_digest(folder)
    assert found.filename == "my project"


@pytest.mark.parametrize(
    ("requirement", "cause"),
    [
        ("demo @ git+https://x.example/demo.git", "version control"),
        ("demo @ https://x.example/demo-1.0-py3-none-any.whl", "is a wheel"),
        ("demo @ https://x.example/demo-1.0.zip#subdirectory=a", "subdirectory"),
        ("demo @ https://x.example/demo-1.0.tar.gz#sha256=123", "64 hexadecimal"),
        (f"demo @ https://x.example/other-1.0.tar.gz#sha256={'0' * 64}", "another project"),
        ("demo @ https://x.example/demo-1.0.tar.gz", "--offline"),
        ("demo @ ftp://x.example/demo-1.0.tar.gz", "cannot fetch from 'ftp'"),
    ],
)
def test_what_cannot_be_built_is_an_error(tmp_path: Path, requirement: str, cause: str) -> None:
    with pytest.raises(SourceError, match=cause):
        located(tmp_path, requirement)


def test_a_file_name_cannot_reach_out(tmp_path: Path) -> None:
    digest = "0" * 64
    with pytest.raises(SourceError):
        located(tmp_path, f"demo @ https://x.example/..%2f..%2fdemo-1.0.tar.gz#sha256={digest}")


def test_the_name_of_a_folder_is_read_from_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(PROJECT)
    assert name_of_folder(tmp_path) == "demo"


def test_a_folder_without_a_name_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "setup.py").touch()
    with pytest.raises(SourceError, match="name is not written") as caught:
        name_of_folder(tmp_path)
    assert "NAME @ file://" in caught.value.hint


def test_the_name_of_an_sdist_is_in_its_file_name_or_in_it(tmp_path: Path) -> None:
    assert name_of_sdist(Path("/nowhere/zope.interface-5.0.tar.gz")) == "zope-interface"
    path = write_sdist(tmp_path, "main", {"PKG-INFO": INFO})
    assert name_of_sdist(path) == "demo"
    with pytest.raises(SourceError, match="neither its file name"):
        name_of_sdist(write_sdist(tmp_path, "other", {"x": b""}))
