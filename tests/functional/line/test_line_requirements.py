"""Requirements mean what pip's users expect of them."""

import hashlib

import pytest

from support.index import IndexFolder
from support.line import Line
from support.projects import Project
from wheeltree.errors import DigestMismatch, FetchError, ResolutionError, UsageError


def _versions(name: str, *versions: str, requires: tuple[str, ...] = ()) -> list[Project]:
    return [Project(name=name, version=each, requires=requires) for each in versions]


def test_markers_leave_out_what_is_for_others(line: Line) -> None:
    app = Project(
        name="app",
        requires=('elsewhere; sys_platform == "win32"', 'here; python_version >= "3.11"'),
        build=('nowhere; python_version < "3"',),
    )
    line.offer(app, Project(name="here"))
    line.run("app", 'absent; os_name == "nt"')
    assert line.pins() == ["app==1.0", "here==1.0"]


@pytest.mark.parametrize(
    ("asked", "pins"),
    [
        ("app", ["app==1.0"]),
        ("app[fast]", ["app==1.0", "speed==1.0"]),
        ("app[all]", ["app==1.0", "color==1.0", "speed==1.0"]),
        ("app[Fast,color]", ["app==1.0", "color==1.0", "speed==1.0"]),
    ],
)
def test_extras_add_requirements_also_by_way_of_the_project_itself(
    line: Line, asked: str, pins: list[str]
) -> None:
    app = Project(
        name="app",
        extras={"fast": ("speed",), "color": ("color",), "all": ("app[fast,color]",)},
    )
    line.offer(app, Project(name="speed"), Project(name="color"))
    line.run(asked)
    assert line.pins() == pins


def test_an_extra_that_does_not_exist_is_told(line: Line) -> None:
    line.offer(Project(name="app"))
    ran = line.run("app[nothing]")
    assert "app==1.0 has no extra 'nothing', which command line asks for" in ran.notices


@pytest.mark.parametrize(
    ("asked", "options", "chosen"),
    [
        ("app", {}, "app==1.0"),
        ("app", {"pre": True}, "app==2.0rc1"),
        ("app>=2.0rc1", {}, "app==2.0rc1"),
        ("only", {}, "only==0.1a1"),
    ],
)
def test_prereleases_are_for_who_asks_or_where_there_is_nothing_else(
    line: Line, asked: str, options: dict[str, bool], chosen: str
) -> None:
    line.offer(*_versions("app", "1.0", "2.0rc1"), Project(name="only", version="0.1a1"))
    line.run(asked, plan_only=True, **options)
    assert line.pins() == [chosen]


def test_a_yanked_version_is_for_who_pins_it(line: Line) -> None:
    old, new = _versions("app", "1.0", "2.0")
    line.offer(old)
    line.index.yank(new, "it deletes files")
    line.run("app", plan_only=True)
    assert line.pins() == ["app==1.0"]
    assert "it deletes files" in line.refuse(ResolutionError, "app>1").text
    line.run("app==2.0", plan_only=True)
    assert line.pins() == ["app==2.0"]


def test_versions_for_another_python_are_left_out(line: Line) -> None:
    line.offer(Project(name="app"), Project(name="app", version="2.0", python=">=4"))
    line.run("app", plan_only=True)
    assert line.pins() == ["app==1.0"]
    assert "needs Python >=4" in line.refuse(ResolutionError, "app>=2").text


def test_a_constraint_limits_what_is_installed_and_not_what_builds_use(line: Line) -> None:
    app = Project(name="app", requires=("both",), build=("both",))
    line.offer(app, *_versions("both", "1.0", "2.0"))
    line.run("app", constraints=(line.write("constraints.txt", "both<2", "unused==7"),))
    assert line.pins() == ["app==1.0", "both==1.0"]
    assert line.environment("app==1.0") == ["both==2.0"]


def test_a_build_constraint_limits_what_builds_use_and_not_what_is_installed(line: Line) -> None:
    app = Project(name="app", requires=("both",), build=("both",))
    line.offer(app, *_versions("both", "1.0", "2.0"))
    line.run("app", build_constraints=(line.write("build.txt", "both<2"),))
    assert line.pins() == ["app==1.0", "both==2.0"]
    assert line.environment("app==1.0") == ["both==1.0"]


def test_a_build_constraint_that_excludes_everything_is_named(line: Line) -> None:
    line.offer(Project(name="app", build=("tool",)), Project(name="tool"))
    constraints = line.write("build.txt", "tool<1")
    refused = line.refuse(ResolutionError, "app", build_constraints=(constraints,))
    assert f"tool<1 ({constraints}:1)" in refused.text


# Direct references.


def test_a_url_is_taken_as_it_is(line: Line) -> None:
    line.offer(*_versions("app", "1.0", "2.0", requires=("leaf",)), Project(name="leaf"))
    url = line.index.file(Project(name="app")).as_uri()
    line.run(f"app @ {url}")
    assert line.pins() == ["app==1.0", "leaf==1.0"]


def test_a_folder_and_an_sdist_are_taken_by_their_paths(line: Line) -> None:
    folder = Project(name="mine", requires=("leaf",)).write(line.folder / "mine")
    sdist = line.folder / "given-3.0.tar.gz"
    sdist.write_bytes(Project(name="given", version="3.0").sdist())
    line.offer(Project(name="leaf"), Project(name="mine", version="9.0"))
    line.run(line.write("requirements.txt", str(folder), str(sdist)))
    assert line.pins() == ["given==3.0", "leaf==1.0", "mine==1.0"]


def test_a_folder_satisfies_what_others_require_of_it(line: Line) -> None:
    folder = Project(name="mine", version="1.5").write(line.folder / "mine")
    line.offer(Project(name="app", requires=("mine>=1",)), Project(name="mine", version="9.0"))
    line.run("app", folder)
    assert line.pins() == ["app==1.0", "mine==1.5"]


def test_a_package_may_require_a_url(line: Line) -> None:
    line.offer(Project(name="leaf"))
    url = line.index.file(Project(name="leaf")).as_uri()
    line.offer(Project(name="app", requires=(f"leaf @ {url}",), build=(f"leaf @ {url}",)))
    line.run("app")
    assert line.environment("app==1.0") == ["leaf==1.0"]


# Hashes and variables.


def test_a_hash_that_matches_is_accepted(line: Line) -> None:
    app = Project(name="app")
    line.offer(app, Project(name="app", version="1.1"))
    digest = hashlib.sha256(app.sdist()).hexdigest()
    file = line.write("requirements.txt", "app>=1 \\", f"  --hash=sha256:{digest}")
    line.run(file)
    assert line.pins() == ["app==1.0"]


def test_a_hash_that_nothing_matches_is_refused(line: Line) -> None:
    line.offer(Project(name="app"))
    file = line.write("requirements.txt", f"app==1.0 --hash=sha256:{'0' * 64}")
    refused = line.refuse(ResolutionError, file)
    assert "hash" in refused.text
    assert f"{file}:1" in refused.text


def test_with_one_hash_everything_must_have_one(line: Line) -> None:
    app = Project(name="app", requires=("leaf",))
    line.offer(app, Project(name="leaf"))
    digest = hashlib.sha256(app.sdist()).hexdigest()
    file = line.write("requirements.txt", f"app==1.0 --hash=sha256:{digest}")
    assert "leaf" in line.refuse(ResolutionError, file).text
    both = line.write("both.txt", f"app==1.0 --hash=sha256:{digest}", "leaf")
    assert "both.txt:2" in line.refuse(UsageError, both).text


def test_a_file_that_is_not_what_the_index_promises_is_refused(line: Line) -> None:
    line.index.offer("app", "app-1.0.tar.gz", Project(name="app").sdist(), sha256="0" * 64)
    assert "app-1.0.tar.gz" in line.refuse(DigestMismatch, "app").text


def test_a_file_that_changed_since_an_earlier_run_is_refused(line: Line) -> None:
    line.offer(Project(name="app"))
    line.run("app", plan_only=True)
    line.offer(Project(name="app", body="EVIL = True"))
    (line.wheelhouse / "plan.json").unlink()
    assert "app-1.0.tar.gz" in line.refuse(DigestMismatch, "app").text


def test_variables_and_nested_files_are_read_as_pip_does(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_VERSION", "1.0")
    line.offer(*_versions("app", "1.0", "2.0"), *_versions("leaf", "1.0", "2.0"))
    line.write("more.txt", "leaf", "-c limits.txt")
    line.write("limits.txt", "leaf<2")
    line.run(line.write("requirements.txt", "app==${APP_VERSION}  # pinned", "-r more.txt"))
    assert line.pins() == ["app==1.0", "leaf==1.0"]


def test_a_requirements_file_may_name_the_index(line: Line) -> None:
    line.offer(Project(name="app"))
    file = line.write("requirements.txt", f"--index-url {line.index.url}", "app")
    line.run(file, index_url=None, plan_only=True)
    assert line.pins() == ["app==1.0"]


def test_an_index_folder_that_is_not_there_is_named(line: Line) -> None:
    refused = line.refuse(FetchError, "app", index_url=(line.folder / "nowhere").as_uri())
    assert "nowhere is no folder" in refused.error.message


def test_a_name_that_an_index_of_the_settings_claims_is_asked_of_no_other(line: Line) -> None:
    own = IndexFolder(line.folder / "own")
    own.add(Project(name="acme-core", version="1.0"))
    line.offer(Project(name="acme-core", version="9.0"), Project(name="app"))
    line.settings(f"indexes:\n  - url: {own.url}\n    only: [acme-*]\n")
    line.run("acme-core", "app")
    assert line.pins() == ["acme-core==1.0", "app==1.0"]
