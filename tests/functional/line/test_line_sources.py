"""Packages from git repositories, URLs, folders and prebuilt wheels."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from support.git_server import git_served
from support.line import Line
from support.projects import Project
from support.repositories import Repository
from support.sdists import real_sdist
from support.variation import varied
from wheeltree.errors import BuildError, DigestMismatch, FetchError, SourceError, UsageError
from wheeltree.session.invocation import Upgrade
from wheeltree.session.shell import open_shell
from wheeltree.session.single import Single

LEAF = Project(name="leaf")
DEMO = Project(name="demo", requires=("leaf",))
TOP = Project(name="top", requires=("demo",))

SCM = """
[build-system]
requires = ["setuptools", "setuptools-scm"]
build-backend = "setuptools.build_meta"
[project]
name = "demo"
dynamic = ["version"]
[tool.setuptools_scm]
"""


def offered(line: Line, source: str) -> None:
    """Say in the settings where `demo` comes from."""
    lines = "".join(f"      {each}\n" for each in source.splitlines())
    line.settings(f"packages:\n  demo:\n    source:\n{lines}")


def committed(repository: Repository, version: str, *tags: str) -> str:
    files = Project(name="demo", version=version, requires=("leaf",)).source()
    return repository.commit({k: v for k, v in files.items() if k != "PKG-INFO"}, *tags)


@pytest.fixture
def repository(line: Line, tmp_path: Path) -> Repository:
    line.offer(LEAF, TOP)
    found = Repository(tmp_path / "repo")
    offered(line, f"git: {found.url}")
    return found


# Git.


def test_a_package_is_built_from_the_newest_tag_of_its_repository(
    line: Line, repository: Repository
) -> None:
    committed(repository, "1.0", "v1.0")
    commit = committed(repository, "1.1", "v1.1", "nightly")
    committed(repository, "9.9")
    ran = line.run("top")
    assert set(ran.built) == {"leaf==1.0", "demo==1.1", "top==1.0"}
    source = line.plan.published()["demo==1.1"].source
    assert (source.kind, source.url) == ("git", repository.url)
    assert source.commit is not None
    assert (source.commit.id, source.commit.tag) == (commit, "v1.1")
    assert (line.wheelhouse / "sdists" / "demo-1.1.tar.gz").is_file()


def test_a_new_tag_is_taken_when_it_is_asked_for(line: Line, repository: Repository) -> None:
    committed(repository, "1.0", "v1.0")
    line.run("top")
    committed(repository, "2.0", "v2.0")
    assert line.run("top", "leaf").built == {}
    ran = line.run("top", "leaf", upgrade=Upgrade(everything=True))
    assert set(ran.built) == {"demo==2.0"}
    assert "moved: demo 1.0 -> 2.0" in ran.notices


def test_a_plan_is_obeyed_without_the_repository(
    line: Line, repository: Repository, tmp_path: Path
) -> None:
    committed(repository, "1.0", "v1.0")
    line.run("top")
    plan = tmp_path / "plan.json"
    plan.write_bytes((line.wheelhouse / "plan.json").read_bytes())
    repository.folder.rename(tmp_path / "gone")
    ran = line.run("top", locked=plan, exact=True, offline=True)
    assert ran.built == {}


def test_a_plan_is_obeyed_though_its_tag_was_moved(
    line: Line, repository: Repository, tmp_path: Path
) -> None:
    commit = committed(repository, "1.0", "v1.0")
    line.run("top", plan_only=True)
    repository.commit({"more": "1"})
    repository.git("tag", "--force", "v1.0")
    plan = tmp_path / "plan.json"
    plan.write_bytes((line.wheelhouse / "plan.json").read_bytes())
    line.run("top", locked=plan)
    kept = line.plan.published()["demo==1.0"].source.commit
    assert kept is not None
    assert kept.id == commit


def test_a_repository_on_a_host_of_ones_own_is_read_with_a_password(
    line: Line, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = committed(repository, "1.0", "v1.0")
    _trust(monkeypatch, tmp_path / "ca.pem")
    monkeypatch.setenv("GIT_TOKEN", "s3cret")
    with git_served(tmp_path, "s3cret", tmp_path / "ca.pem") as host:
        offered(line, f"git: {host.replace('//', '//token:${GIT_TOKEN}@')}/repo/.git")
        assert "demo==1.0" in line.run("top").built
    source = line.plan.published()["demo==1.0"].source
    assert (source.url, source.commit and source.commit.id) == (f"{host}/repo/.git", commit)
    written = [path.read_bytes() for path in line.folder.rglob("*") if path.is_file()]
    assert not any(b"s3cret" in content for content in written)


def test_a_repository_that_asks_for_a_password_says_how_to_give_one(
    line: Line, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(repository, "1.0", "v1.0")
    _trust(monkeypatch, tmp_path / "ca.pem")
    with git_served(tmp_path, "s3cret", tmp_path / "ca.pem") as host:
        offered(line, f"git: {host}/repo/.git")
        refused = line.refuse(FetchError, "top")
    assert "could not read Username" in refused.text
    assert "write it into the URL as ${VARIABLE}, or in a netrc file" in refused.text


def test_a_host_whose_certificate_nobody_signed_is_not_talked_to(
    line: Line, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(repository, "1.0", "v1.0")
    with git_served(tmp_path, "s3cret", tmp_path / "ca.pem") as host:
        offered(line, f"git: {host}/repo/.git")
        refused = line.refuse(FetchError, "top")
    assert "certificate" in refused.text
    assert "set SSL_CERT_FILE to a file with its certificate" in refused.text


def _trust(monkeypatch: pytest.MonkeyPatch, authority: Path) -> None:
    monkeypatch.delenv("GIT_SSL_CAINFO", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))


def test_what_was_recorded_does_offline(line: Line, repository: Repository, tmp_path: Path) -> None:
    committed(repository, "1.0", "v1.0")
    line.run("top")
    repository.folder.rename(tmp_path / "gone")
    ran = line.run("top", "leaf", upgrade=Upgrade(everything=True), offline=True)
    assert ran.built == {}


def test_without_a_record_offline_is_an_error(line: Line, repository: Repository) -> None:
    committed(repository, "1.0", "v1.0")
    assert "no earlier run asked" in line.refuse(FetchError, "demo", offline=True).text


def test_a_version_that_the_source_contradicts_is_an_error(
    line: Line, repository: Repository
) -> None:
    committed(repository, "1.0.dev0", "v1.0")
    refused = line.refuse(SourceError, "demo")
    assert "says that it is demo 1.0.dev0" in refused.text
    assert "tag" in refused.text


def test_a_source_that_settings_do_not_name_any_more_is_not_kept(
    line: Line, repository: Repository
) -> None:
    committed(repository, "1.0", "v1.0")
    line.run("top")
    line.settings("{}")
    line.offer(DEMO)
    line.run("top")
    assert line.plan.published()["demo==1.0"].source.kind == "sdist"


def test_setuptools_scm_finds_version_and_files_without_a_repository(
    line: Line, repository: Repository
) -> None:
    for stem in (
        *("setuptools-84.2.1", "setuptools_scm-10.3.4", "vcs_versioning-2.6.0"),
        *("packaging-26.3", "flit_core-4.2.0"),
    ):
        path = real_sdist(stem)
        name = stem.rpartition("-")[0].replace("_", "-")
        line.index.offer(name, path.name, path.read_bytes())
    files = {"pyproject.toml": SCM, "src/demo/__init__.py": "", "src/demo/data.txt": "x"}
    repository.commit(files, "v1.4")
    line.run("demo")
    with zipfile.ZipFile(line.wheelhouse / "demo-1.4-py3-none-any.whl") as wheel:
        assert {"demo/__init__.py", "demo/data.txt"} <= set(wheel.namelist())


# URLs.


def _archive(folder: Path, project: Project, name: str) -> tuple[Path, str]:
    path = folder / name
    path.write_bytes(project.sdist())
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def test_versions_have_their_archives(line: Line, tmp_path: Path) -> None:
    line.offer(LEAF, TOP)
    one = _archive(tmp_path, Project(name="demo", version="1.0"), "v1.0.tar.gz")[1]
    two = _archive(tmp_path, Project(name="demo", version="2.0"), "v2.0.tar.gz")[1]
    template = f"url: {tmp_path.as_uri()}/v${{__version__}}.tar.gz"
    offered(line, f"{template}\nversions: ['1.0', '2.0']\nsha256: {{'1.0': {one}, '2.0': {two}}}")
    ran = line.run("top", "demo<2")
    assert set(ran.built) == {"top==1.0", "demo==1.0"}
    assert line.plan.published()["demo==1.0"].source.filename == "demo-1.0.tar.gz"
    assert set(line.run("top").built) == set()
    assert set(line.run("top", upgrade=Upgrade(everything=True)).built) == {"demo==2.0"}


def test_an_archive_with_other_bytes_is_refused(line: Line, tmp_path: Path) -> None:
    path, digest = _archive(tmp_path, Project(name="demo"), "demo-1.0.tar.gz")
    offered(line, f"url: {path.as_uri()}\nversions: ['1.0']\nsha256: {{'1.0': {'0' * 64}}}")
    assert digest in line.refuse(DigestMismatch, "demo").text


# Folders.


def test_a_folder_is_built_as_it_is_now(line: Line) -> None:
    line.offer(LEAF, TOP)
    Project(name="demo").write(line.folder / "mine")
    offered(line, "folder: mine")
    assert set(line.run("top").built) == {"top==1.0", "demo==1.0"}
    assert line.run("top").built == {}
    (line.folder / "mine" / "more.py").write_text("")
    assert line.run("top").built == {"demo==1.0": "its source changed"}


def test_a_folder_whose_version_is_dynamic_has_the_one_that_settings_say(line: Line) -> None:
    files = Project(name="demo", version="3.0").source()
    for path, content in files.items():
        file = line.folder / "mine" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path != "PKG-INFO":
            file.write_bytes(content.replace(b'version = "3.0"', b'dynamic = ["version"]'))
    offered(line, "folder: mine")
    assert "known only to its build backend" in line.refuse(SourceError, "demo").text
    offered(line, "folder: mine\nversions: ['3.0']")
    assert set(line.run("demo").built) == {"demo==3.0"}


# Prebuilt wheels.


@pytest.fixture
def wheel(line: Line, tmp_path: Path) -> Path:
    """A wheel of `demo`, built elsewhere."""
    line.offer(LEAF, DEMO)
    line.run("demo")
    found = line.wheelhouse / "demo-1.0-py3-none-any.whl"
    kept = tmp_path / "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(found) as source, zipfile.ZipFile(kept, "w") as target:
        for item in source.infolist():
            target.writestr(item.filename, source.read(item))
    return kept


def _prebuilt(line: Line, wheel: Path) -> str:
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    offered(line, f"wheel: {wheel.as_uri()}\nversions: ['1.0']\nsha256: {{'1.0': {digest}}}")
    return digest


def test_a_prebuilt_wheel_is_what_others_require(line: Line, wheel: Path) -> None:
    _prebuilt(line, wheel)
    line.offer(TOP)
    ran = line.run("top")
    assert ran.summary.prebuilt == ("demo==1.0",)
    published = line.plan.published()["demo==1.0"]
    assert (published.source.kind, published.environment) == ("wheel", ())
    assert line.pins() == ["demo==1.0", "leaf==1.0", "top==1.0"]
    assert not (line.wheelhouse / "sdists" / "demo-1.0.tar.gz").exists()
    graph = json.loads((line.wheelhouse / "graph.json").read_text())
    assert graph["demo==1.0"]["pre_built"] is True
    (order,) = (
        each
        for each in json.loads((line.wheelhouse / "build-order.json").read_text())
        if each["dist"] == "demo"
    )
    assert (order["prebuilt"], order["source_url_type"]) == (True, "wheel")


def test_a_prebuilt_wheel_is_published_as_it_is(line: Line, wheel: Path, tmp_path: Path) -> None:
    digest = _prebuilt(line, wheel)
    line.places = varied(line.places, wheelhouse=tmp_path / "another")
    line.run("demo")
    published = line.wheelhouse / wheel.name
    assert hashlib.sha256(published.read_bytes()).hexdigest() == digest
    assert line.run("demo").summary.prebuilt == ("demo==1.0",)


def test_a_prebuilt_wheel_has_no_build_to_look_at(line: Line, wheel: Path) -> None:
    _prebuilt(line, wheel)
    line.run("demo")
    with pytest.raises(UsageError, match="is not built here"):
        open_shell(Single(spec="demo", places=line.places), ("true",), lambda _: None)


def test_a_prebuilt_wheel_is_used_in_builds(line: Line, wheel: Path) -> None:
    _prebuilt(line, wheel)
    line.offer(Project(name="user", build=("demo",), on_build="import demo"))
    ran = line.run("user")
    assert ran.summary.prebuilt == ("demo==1.0",)
    assert line.environment("user==1.0") == ["demo==1.0", "leaf==1.0"]


def test_a_wheel_of_another_project_is_refused(line: Line, wheel: Path) -> None:
    other = wheel.rename(wheel.with_name("demo-2.0-py3-none-any.whl"))
    _prebuilt(line, other)
    assert "is a wheel of demo 2.0" in line.refuse(BuildError, "demo").text


def test_patches_of_a_prebuilt_wheel_are_refused(line: Line, wheel: Path) -> None:
    _prebuilt(line, wheel)
    line.patch("demo", "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+y\n")
    assert "patches" in line.refuse(SourceError, "demo").text


# Prebuilt wheels of an index.


@pytest.fixture
def elsewhere(line: Line, tmp_path: Path) -> Path:
    """A wheelhouse that somebody else filled with `demo` 1.0 and 1.1; it is an index."""
    mine, theirs = line.places, tmp_path / "elsewhere"
    line.places = varied(mine, wheelhouse=theirs)
    line.offer(LEAF, DEMO)
    line.run("demo")
    line.offer(Project(name="demo", version="1.1", requires=("leaf",)))
    line.run("demo", add=True, upgrade=Upgrade(everything=True))
    line.places = varied(mine, store=tmp_path / "another-store")
    offered(line, f"wheels: {theirs.as_uri()}/simple")
    return theirs


def test_wheels_of_an_index_are_published_as_they_are(line: Line, elsewhere: Path) -> None:
    line.offer(TOP)
    ran = line.run("top")
    assert ran.summary.prebuilt == ("demo==1.1",)
    taken = line.plan.published()["demo==1.1"].source
    assert (taken.kind, taken.index) == ("wheel", f"{elsewhere.as_uri()}/simple")
    (published,) = line.wheelhouse.glob("demo-1.1-*.whl")
    assert published.read_bytes() == (elsewhere / published.name).read_bytes()
    assert line.run("top").summary.idle


def test_requirements_choose_among_the_wheels_of_an_index(line: Line, elsewhere: Path) -> None:
    del elsewhere
    assert line.run("demo<1.1").summary.prebuilt == ("demo==1.0",)
    assert line.run("demo<1.1", offline=True, upgrade=Upgrade(everything=True)).summary.prebuilt


def test_an_index_must_have_the_wheels_that_settings_expect_there(
    line: Line, elsewhere: Path
) -> None:
    page = elsewhere / "simple" / "demo" / "index.html"
    page.write_text(page.read_text().replace("py3-none-any", "cp27-cp27m-linux_x86_64"))
    assert "has no wheel that Python 3." in line.refuse(SourceError, "demo").text
    shutil.rmtree(page.parent)
    refused = line.refuse(SourceError, "demo")
    assert "does not have it" in refused.text
    assert "settings.yaml:4" in refused.text


def test_a_wheel_that_its_index_replaced_is_refused(
    line: Line, elsewhere: Path, tmp_path: Path
) -> None:
    line.run("demo")
    page = elsewhere / "simple" / "demo" / "index.html"
    digest = hashlib.sha256((elsewhere / "demo-1.1-py3-none-any.whl").read_bytes()).hexdigest()
    page.write_text(page.read_text().replace(digest, "0" * 64))
    line.places = varied(line.places, wheelhouse=tmp_path / "another")
    assert "other content than in an earlier run" in line.refuse(DigestMismatch, "demo").text


def test_without_its_source_a_package_is_built_again(line: Line, elsewhere: Path) -> None:
    del elsewhere
    line.run("demo")
    line.settings("packages: {}\n")
    ran = line.run("demo")
    assert ran.summary.prebuilt == ()
    assert "demo==1.1" in ran.summary.built
