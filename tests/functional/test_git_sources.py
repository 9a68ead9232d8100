"""Real git repositories, honest and hostile, as sources."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from support.repositories import EPOCH, Repository
from wheeltree.errors import FetchError, SourceError, UnsafeArchive
from wheeltree.model.origin import GitOrigin
from wheeltree.model.source import Candidate, Commit
from wheeltree.sources.git import Git
from wheeltree.sources.git_tree import export
from wheeltree.sources.gitmodules import Submodule, submodules
from wheeltree.sources.origins import of_git

DEMO = canonicalize_name("demo")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    (tmp_path / "work").mkdir()
    return Git(tmp_path / "work", lambda _: None)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repo")


def candidate(
    repository: Repository, commit: str, *, tag: str = "v1.0", submodules: bool = True
) -> Candidate:
    return Candidate(
        name=DEMO,
        version=Version("1.0"),
        kind="git",
        filename="demo-1.0.tar.gz",
        url=repository.url,
        digest=None,
        commit=Commit(id=commit, tag=tag, submodules=submodules),
    )


def exported(git: Git, tmp_path: Path, wanted: Candidate) -> dict[str, tarfile.TarInfo]:
    export(git, wanted, tmp_path / "work", tmp_path / "out.tar.gz")
    with tarfile.open(tmp_path / "out.tar.gz") as archive:
        return {member.name: member for member in archive if not member.isdir()}


def content(tmp_path: Path, path: str) -> bytes:
    with tarfile.open(tmp_path / "out.tar.gz") as archive:
        file = archive.extractfile(path)
        assert file is not None
        return file.read()


def test_tags_are_versions_with_their_commits(git: Git, repository: Repository) -> None:
    first = repository.commit({"a": "1"}, "v1.0", "nightly")
    second = repository.commit({"a": "2"}, annotated="v2.0")
    origin = GitOrigin(url=repository.url, tag="v{version}", submodules=True, where="s.yaml:1")
    found = of_git(origin, DEMO, git, repository.url)
    assert [(str(each), each.commit and each.commit.id) for each in found] == [
        ("demo==2.0", second),
        ("demo==1.0", first),
    ]


def test_tags_of_another_name_are_shown(git: Git, repository: Repository) -> None:
    repository.commit({"a": "1"}, "release-1.0")
    origin = GitOrigin(url=repository.url, tag="v{version}", submodules=True, where="s.yaml:1")
    with pytest.raises(SourceError, match=r"no tag that is named v\{version\}") as caught:
        of_git(origin, DEMO, git, repository.url)
    assert "release-1.0" in str(caught.value)
    assert "s.yaml:1" in str(caught.value)


def test_a_repository_that_is_not_there_is_an_error_that_names_it(git: Git, tmp_path: Path) -> None:
    url = (tmp_path / "nothing").as_uri()
    origin = GitOrigin(url=url, tag="v{version}", submodules=True, where="s.yaml:1")
    with pytest.raises(FetchError, match="cannot read the git repository") as caught:
        of_git(origin, DEMO, git, url)
    assert url in caught.value.message


def test_a_commit_becomes_files_with_its_time_and_without_its_repository(
    git: Git, repository: Repository, tmp_path: Path
) -> None:
    (repository.folder / "run").touch(0o755)
    commit = repository.commit({"src/a.py": "a = 1\n", "run": "#!/bin/sh\n"}, "v1.0")
    repository.commit({"src/a.py": "a = 2\n"})
    found = exported(git, tmp_path, candidate(repository, commit))
    assert sorted(found) == ["demo-1.0/run", "demo-1.0/src/a.py"]
    assert {member.mtime for member in found.values()} == {EPOCH}
    assert (found["demo-1.0/run"].mode, found["demo-1.0/src/a.py"].mode) == (0o755, 0o644)
    assert content(tmp_path, "demo-1.0/src/a.py") == b"a = 1\n"


def test_the_same_commit_makes_the_same_archive(repository: Repository, tmp_path: Path) -> None:
    commit = repository.commit({"a": "1", "b": "2"}, "v1.0")
    archives = []
    for name in ("one", "two"):
        (tmp_path / name / "work").mkdir(parents=True)
        again = Git(tmp_path / name / "work", lambda _: None)
        exported(again, tmp_path / name, candidate(repository, commit))
        archives.append((tmp_path / name / "out.tar.gz").read_bytes())
    assert archives[0] == archives[1]


def test_a_commit_is_had_though_its_tag_has_moved(
    git: Git, repository: Repository, tmp_path: Path
) -> None:
    commit = repository.commit({"a": "1"}, "v1.0")
    repository.commit({"a": "2"})
    repository.git("tag", "--force", "v1.0")
    exported(git, tmp_path, candidate(repository, commit))
    assert content(tmp_path, "demo-1.0/a") == b"1"


def test_a_commit_that_is_gone_is_an_error_that_names_it(
    git: Git, repository: Repository, tmp_path: Path
) -> None:
    repository.commit({"a": "1"}, "v1.0")
    with pytest.raises(FetchError, match=f"does not give the commit {'c' * 40}"):
        exported(git, tmp_path, candidate(repository, "c" * 40))


# Submodules.


def test_submodules_in_submodules_are_fetched_at_their_commits(
    git: Git, repository: Repository, tmp_path: Path
) -> None:
    inner, outer = Repository(tmp_path / "inner"), Repository(tmp_path / "outer")
    inner.commit({"inner.h": "1"})
    outer.add_submodule(inner, "deep/inner", url="../inner")
    outer.commit({"outer.h": "1"})
    repository.add_submodule(outer, "vendor/outer")
    (repository.folder / "alias.h").symlink_to("vendor/outer/deep/inner/inner.h")
    commit = repository.commit({"a": "1"}, "v1.0")
    inner.commit({"inner.h": "2"})
    found = exported(git, tmp_path, candidate(repository, commit))
    assert content(tmp_path, "demo-1.0/vendor/outer/deep/inner/inner.h") == b"1"
    assert found["demo-1.0/vendor/outer/outer.h"].mtime == EPOCH
    assert found["demo-1.0/alias.h"].issym()


def test_submodules_are_left_out_where_settings_say_so(
    git: Git, repository: Repository, tmp_path: Path
) -> None:
    other = Repository(tmp_path / "other")
    other.commit({"x": "1"})
    repository.add_submodule(other, "vendor")
    commit = repository.commit({"a": "1"}, "v1.0")
    wanted = candidate(repository, commit, submodules=False)
    found = exported(git, tmp_path, wanted)
    assert sorted(found) == ["demo-1.0/.gitmodules", "demo-1.0/a"]


@pytest.fixture
def hostile(repository: Repository, tmp_path: Path) -> Iterator[Repository]:
    """A repository with one submodule, `vendor`, to be changed."""
    other = Repository(tmp_path / "other")
    other.commit({"x": "1"})
    repository.add_submodule(other, "vendor")
    yield repository
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c 'touch {0}/owned'",
        "--upload-pack=touch {0}/owned",
        "-u./touch {0}/owned",
        "ssh://-oProxyCommand=touch%20{0}/owned/x",
        "git@host.test:x",
        "http://host.test/x",
        "{0}/other",
        "file://{0}/other\n[core]\n\tsshCommand = touch {0}/owned",
    ],
)
def test_a_submodule_at_another_kind_of_url_is_refused(
    git: Git, hostile: Repository, tmp_path: Path, url: str
) -> None:
    hostile.git("config", "--file=.gitmodules", "submodule.vendor.url", url.format(tmp_path))
    commit = hostile.commit({}, "v1.0")
    with pytest.raises(SourceError, match="'vendor' is refused"):
        exported(git, tmp_path, candidate(hostile, commit))


def test_what_else_gitmodules_says_is_not_obeyed(
    git: Git, hostile: Repository, tmp_path: Path
) -> None:
    said = (hostile.folder / ".gitmodules").read_text()
    evil = (
        f'[submodule "../../../evil"]\n\tpath = vendor/../../up\n\turl = ext::false\n'
        f"\tupdate = !touch {tmp_path}/owned\n[include]\n\tpath = /etc/passwd\n"
        f"[core]\n\tfsmonitor = touch {tmp_path}/owned\n"
    )
    commit = hostile.commit({".gitmodules": said + evil}, "v1.0")
    found = exported(git, tmp_path, candidate(hostile, commit))
    assert sorted(found) == ["demo-1.0/.gitmodules", "demo-1.0/vendor/x"]


def test_a_submodule_without_a_url_is_refused(
    git: Git, hostile: Repository, tmp_path: Path
) -> None:
    commit = hostile.commit({".gitmodules": ""}, "v1.0")
    with pytest.raises(SourceError, match="does not say where the submodule 'vendor' is"):
        exported(git, tmp_path, candidate(hostile, commit))


def test_a_remote_repository_cannot_name_a_folder_of_this_machine(
    git: Git, hostile: Repository
) -> None:
    commit = hostile.commit({}, "v1.0")
    with pytest.raises(SourceError, match="of this machine"):
        list(submodules(git, hostile.folder / ".git", commit, "https://host.test/a", "demo"))


def test_a_relative_url_stays_on_the_host(git: Git, hostile: Repository) -> None:
    hostile.git("config", "--file=.gitmodules", "submodule.vendor.url", "../../../../other.git")
    commit = hostile.commit({}, "v1.0")
    (found,) = submodules(git, hostile.folder / ".git", commit, "https://host.test/a/b.git", "demo")
    assert isinstance(found, Submodule)
    assert found.url == "https://host.test/other.git"


# What git would do, and does not.


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "loop"])
def test_a_link_that_leaves_the_tree_is_refused(
    git: Git, repository: Repository, tmp_path: Path, target: str
) -> None:
    (repository.folder / "loop").symlink_to(target)
    commit = repository.commit({"a": "1"}, "v1.0")
    with pytest.raises(UnsafeArchive, match="link"):
        exported(git, tmp_path, candidate(repository, commit))


def test_neither_the_users_configuration_nor_attributes_have_a_say(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "gitconfig"
    elsewhere.write_text(
        f'[url "{tmp_path.as_uri()}/nothing"]\n\tinsteadOf = {repository.url}\n'
        f'[filter "evil"]\n\tsmudge = touch {tmp_path}/owned\n\tclean = cat\n\trequired = true\n'
        f'[tar "tar"]\n\tcommand = touch {tmp_path}/owned\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(elsewhere))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nothing"))
    (tmp_path / ".gitconfig").write_text(elsewhere.read_text())
    commit = repository.commit({"a": "1", ".gitattributes": "* filter=evil diff=evil\n"}, "v1.0")
    (tmp_path / "work").mkdir()
    exported(Git(tmp_path / "work", lambda _: None), tmp_path, candidate(repository, commit))
    assert content(tmp_path, "demo-1.0/a") == b"1"
    assert not (tmp_path / "owned").exists()


def test_git_that_hangs_is_ended(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    repository.commit({"a": "1"}, "v1.0")
    with pytest.raises(FetchError, match="cannot read"):
        Git(tmp_path / "work", lambda _: None, seconds=0).ask(
            repository.url, ("ls-remote", "--", repository.url)
        )
