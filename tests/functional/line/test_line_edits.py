"""What settings change of a package: its requirements, its pyproject.toml, its tree."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from small_server import Reply, serving

from support.line import Line
from support.projects import Project
from support.variation import varied
from wheeltree.cli.main import status
from wheeltree.errors import DigestMismatch, FetchError, ResolutionError, SettingsError
from wheeltree.model.event import Started

TOOL = Project(name="tool")
LEAF = Project(name="leaf")


def metadata(line: Line, stem: str) -> str:
    with zipfile.ZipFile(line.wheelhouse / f"{stem}-py3-none-any.whl") as wheel:
        return wheel.read(f"{stem}.dist-info/METADATA").decode()


def sdist(line: Line, name: str) -> dict[str, bytes]:
    (path,) = line.wheelhouse.rglob(f"{name}-1.0.tar.gz")
    with tarfile.open(path) as archive:
        files = [each for each in archive.getmembers() if each.isreg()]
        opened = ((each.name, archive.extractfile(each)) for each in files)
        return {name.partition("/")[2]: file.read() for name, file in opened if file}


# Build requirements.


def test_a_tool_that_has_no_source_is_left_out_of_what_is_declared(line: Line) -> None:
    line.offer(Project(name="app", build=("only-wheels[x]", "tool")), TOOL)
    line.refuse(ResolutionError, "app")
    line.settings("packages: {app: {build_requires: {remove: [only-wheels]}}}")
    line.run("app")
    assert line.environment("app==1.0") == ["tool==1.0"]


@pytest.mark.parametrize("dynamic", [True, False])
def test_a_tool_that_a_backend_adds_is_left_out(dynamic: bool, line: Line) -> None:
    app = Project(
        name="app", requires=("leaf",), dynamic=dynamic, build=("tool",), asks=("only_wheels>=3",)
    )
    line.offer(app, TOOL, LEAF)
    line.refuse(ResolutionError, "app")
    line.settings("packages: {app: {build_requires: {remove: [only-wheels]}}}")
    ran = line.run("app")
    assert line.environment("app==1.0") == ["tool==1.0"]
    assert line.plan.published()["app==1.0"].dynamic_requires == ("only_wheels>=3",)
    assert line.wheels == ["app-1.0-py3-none-any.whl", "leaf-1.0-py3-none-any.whl"]
    assert {each.subject for each in ran.events if isinstance(each, Started)} >= {"app==1.0"}


def test_a_tool_that_was_forgotten_is_added_and_one_is_taken_in_another_version(
    line: Line,
) -> None:
    app = Project(name="app", build=("tool>=2",), on_build="import tool, leaf")
    line.offer(app, TOOL, LEAF)
    line.settings('packages: {app: {build_requires: {replace: ["tool<2"], add: [leaf]}}}')
    line.run("app")
    assert line.environment("app==1.0") == ["leaf==1.0", "tool==1.0"]


def test_a_policy_leaves_a_tool_out_of_every_package_that_has_it(line: Line) -> None:
    line.offer(Project(name="app", requires=("leaf",), build=("wheelonly",)), LEAF)
    line.settings('policies: [{packages: ["*"], build_requires: {remove: [wheelonly]}}]')
    assert set(line.run("app").built) == {"app==1.0", "leaf==1.0"}


def test_an_edit_that_changes_nothing_ends_the_run_with_its_place(line: Line) -> None:
    line.offer(Project(name="app", asks=("tool",)), TOOL)
    line.settings("packages:\n  app:\n    build_requires:\n      remove: [cmake]\n")
    refused = line.refuse(SettingsError, "app")
    place = f"{line.places.settings}:4: packages.app.build_requires.remove"
    assert refused.error.details == (f"{place}: there is no requirement on cmake",)
    assert refused.error.exit_code == 3


def test_an_edit_may_be_for_a_version_that_the_run_does_not_take(line: Line) -> None:
    line.offer(Project(name="app", version="2.0"), Project(name="app", build=("wheelonly",)))
    line.settings(
        'packages: {app: {rules: [{versions: "<2", build_requires: {remove: [wheelonly]}}]}}'
    )
    line.run("app")
    assert line.pins() == ["app==2.0"]
    line.run("app<2", upgrade=varied(line.invocation().upgrade, everything=True))
    assert line.pins() == ["app==1.0"]


# Requirements of the wheel.

EDITED = 'packages: {app: {requires_dist: {remove: [heavy], replace: ["leaf>=1"], add: [tool]}}}'


@pytest.mark.parametrize("dynamic", [True, False])
def test_what_a_wheel_requires_is_edited_in_the_plan_and_in_the_wheel(
    dynamic: bool, line: Line
) -> None:
    extras = {"more": ("heavy", "leaf>5")}
    app = Project(name="app", requires=("heavy>=2", "leaf"), extras=extras, dynamic=dynamic)
    line.offer(app, LEAF, TOOL)
    line.settings(EDITED)
    line.run("app[more]")
    assert line.pins() == ["app==1.0", "leaf==1.0", "tool==1.0"]
    lines = [each for each in metadata(line, "app-1.0").splitlines() if "Requires" in each]
    assert lines == [
        "Requires-Dist: leaf>=1",
        'Requires-Dist: leaf>=1; extra == "more"',
        "Requires-Dist: tool",
    ]


def test_another_edit_rebuilds_the_wheel_and_says_why(line: Line) -> None:
    line.offer(Project(name="app", requires=("leaf",)), LEAF, TOOL)
    line.run("app")
    line.settings("packages: {app: {requires_dist: {add: [tool]}}}")
    ran = line.run("app")
    assert ran.built == {
        "app==1.0": "the edits of its Requires-Dist changed",
        "tool==1.0": "not built before",
    }
    line.settings("{}")
    assert line.run("app").summary.reused == ("app==1.0", "leaf==1.0")
    assert "Requires-Dist: tool" not in metadata(line, "app-1.0")


def test_a_plan_with_edits_is_obeyed_to_the_letter(line: Line) -> None:
    app = Project(name="app", requires=("heavy", "leaf"), dynamic=True, asks=("wheelonly",))
    line.offer(app, LEAF, TOOL)
    line.settings(
        "packages: {app: {requires_dist: {remove: [heavy]}, build_requires: {remove: [wheelonly]}}}"
    )
    line.run("app")
    plan = line.wheelhouse / "plan.json"
    kept = plan.rename(line.folder / "kept.json")
    places = varied(line.places, wheelhouse=line.folder / "other", store=line.folder / "fresh")
    ran = line.run("app", locked=kept, exact=True, places=places)
    assert set(ran.built) == {"app==1.0", "leaf==1.0"}


# The source tree.


def test_pyproject_is_edited_before_it_is_read_and_in_the_sdist(line: Line) -> None:
    app = Project(
        name="app",
        requires=("leaf",),
        build=("only-wheels",),
        on_build="import tomllib\n"
        "with open('pyproject.toml', 'rb') as file: files['app/read.txt'] = str(tomllib.load(file))",
    )
    line.offer(app, LEAF, TOOL)
    line.settings(
        'packages: {app: {pyproject: {build-system.requires: [tool], tool."a.b": {c: true}}}}'
    )
    line.run("app")
    assert line.environment("app==1.0") == ["tool==1.0"]
    with zipfile.ZipFile(line.wheelhouse / "app-1.0-py3-none-any.whl") as wheel:
        assert "'tool': {'a.b': {'c': True}}" in wheel.read("app/read.txt").decode()
    assert b'["a.b"]' in sdist(line, "app")["pyproject.toml"].replace(b'"a.b"', b'["a.b"]')


def test_a_folder_of_the_source_is_built(line: Line, capfd: pytest.CaptureFixture[str]) -> None:
    inner = Project(name="app", requires=("leaf",), dynamic=True)
    line.index.offer("app", "app-1.0.tar.gz", _moved(inner, "bindings/python"))
    line.offer(LEAF)
    line.settings("packages: {app: {build_dir: bindings/python}}")
    line.run("app")
    assert line.pins() == ["app==1.0", "leaf==1.0"]
    places = ("-o", str(line.wheelhouse), "--store", str(line.places.store))
    assert status(["shell", *places, "app", "--", "sh", "-c", "pwd; ls pyproject.toml"]) == 0
    assert capfd.readouterr().out.split() == ["/build/src/bindings/python", "pyproject.toml"]
    assert status(["shell", *places, "app", "--", "python", "/build/hook.py"]) == 0


def test_another_folder_of_the_same_source_is_another_wheel(line: Line) -> None:
    files = _files(Project(name="app", body="WHERE = 1"), "one")
    files |= _files(Project(name="app", body="WHERE = 2"), "two")
    line.index.offer("app", "app-1.0.tar.gz", _tar(files))
    line.settings("packages: {app: {build_dir: one}}")
    line.run("app")
    line.settings("packages: {app: {build_dir: two}}")
    assert line.run("app").built == {"app==1.0": "the folder that is built changed"}


def _moved(project: Project, folder: str) -> bytes:
    return _tar(_files(project, folder))


def _files(project: Project, folder: str) -> dict[str, bytes]:
    return {f"{folder}/{path}": content for path, content in project.source().items()}


def _tar(files: dict[str, bytes], top: str = "app-1.0") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


NEEDS_LIB = Project(
    name="app", on_build="files['app/lib.txt'] = open('third_party/lib/lib.txt').read()"
)


def lib(line: Line) -> Path:
    path = line.folder / "lib-3.tar.gz"
    path.write_bytes(_tar({"lib.txt": b"the library"}, "lib-3"))
    return path


def extra(line: Line, path: Path, sha256: str = "", url: str = "") -> None:
    line.settings(
        "packages:\n"
        "  app:\n"
        "    extra_sources:\n"
        f"      - url: {url or path.as_uri()}\n"
        f"        sha256: {sha256 or hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        "        path: third_party/lib\n"
    )


def test_an_extra_source_is_in_the_tree_and_in_the_sdist(line: Line) -> None:
    line.offer(NEEDS_LIB)
    extra(line, lib(line))
    line.run("app")
    assert sdist(line, "app")["third_party/lib/lib.txt"] == b"the library"


def test_an_extra_source_is_fetched_once(line: Line) -> None:
    line.offer(NEEDS_LIB)
    path = lib(line)
    extra(line, path)
    line.run("app")
    path.unlink()
    line.patch("app", "--- a/new\n+++ b/new\n@@ -0,0 +1 @@\n+text\n")
    assert line.run("app", offline=True).built == {"app==1.0": "its source changed"}
    assert sdist(line, "app").keys() >= {"third_party/lib/lib.txt", "new"}


def test_an_extra_source_is_downloaded_and_a_login_in_its_address_is_written_nowhere(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.offer(NEEDS_LIB)
    monkeypatch.setenv("TOKEN", "s3cret")
    path = lib(line)
    with serving() as server:
        url = server.answer("/lib.tar.gz", Reply(body=path.read_bytes()))
        extra(line, path, url=url.replace("//", "//me:${TOKEN}@"))
        line.run("app")
    assert [seen.headers["authorization"] for seen in server.seen] == ["Basic bWU6czNjcmV0"]
    assert sdist(line, "app")["third_party/lib/lib.txt"] == b"the library"
    written = (each.read_bytes() for each in line.folder.rglob("*") if each.is_file())
    assert not any(b"s3cret" in content for content in written)


def test_an_extra_source_with_other_bytes_is_refused_with_its_place(line: Line) -> None:
    line.offer(NEEDS_LIB)
    extra(line, lib(line), "0" * 64)
    refused = line.refuse(DigestMismatch, "app")
    place = f"{line.places.settings}:4: packages.app.extra_sources[0]"
    assert refused.error.details == (f"{place}, for app==1.0",)


def test_an_extra_source_that_cannot_be_fetched_says_who_asks_for_it(line: Line) -> None:
    line.offer(NEEDS_LIB)
    extra(line, line.folder / "nowhere", "0" * 64)
    refused = line.refuse(FetchError, "app")
    assert f"{line.places.settings}:4: packages.app.extra_sources[0]" in refused.text
    assert "app==1.0" in refused.text
    assert refused.error.hint


def test_what_a_policy_edits_leaves_a_prebuilt_wheel_as_it_is(line: Line) -> None:
    line.offer(LEAF)
    line.run("leaf")
    wheel = (line.wheelhouse / line.wheels[0]).rename(line.folder / line.wheels[0])
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    line.settings(
        "policies:\n"
        '  - packages: ["*"]\n'
        "    requires_dist: {add: [tool]}\n"
        "    build_requires: {add: [tool]}\n"
        "    pyproject: {tool.x: 1}\n"
        "packages:\n"
        f"  leaf: {{source: {{wheel: '{wheel.as_uri()}', versions: ['1.0'], sha256: {{'1.0': {digest}}}}}}}\n"
    )
    line.run("leaf")
    assert line.pins() == ["leaf==1.0"]
    assert line.environment("leaf==1.0") == []
