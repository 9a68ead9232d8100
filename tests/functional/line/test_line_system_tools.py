"""The system's cmake in the place of the project cmake; these tests need it installed."""

import json
import shutil
import subprocess
import zipfile

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.errors import BuildError, ResolutionError
from wheeltree.host.tools import version_told
from wheeltree.planning.lockfile import dump

CMAKE = "system: {cmake: {}}"
EVERYWHERE = 'policies: [{packages: ["*"], system: {cmake: {}}}]'
BLIND = """
import importlib.util, shutil
given = importlib.util.find_spec("cmake") is not None
if (shutil.which("cmake") is not None) != given:
    raise AssertionError("cmake is seen although it was not given, or the other way round")
asks.append("cmake>=3.0.1.2")
"""
RUNS = """
import subprocess, cmake, importlib.metadata, os, shutil
files["app/told.txt"] = subprocess.run(
    ["cmake", "--version"], check=True, capture_output=True, text=True
).stdout
files["app/found.txt"] = shutil.which("cmake")
files["app/module.txt"] = cmake.__version__
files["app/metadata.txt"] = importlib.metadata.version("cmake")
files["app/there.txt"] = str(os.access(cmake.CMAKE_BIN_DIR + "/cmake", os.X_OK))
"""
BAD_APP = "import subprocess; subprocess.run(['cmake', '--version'], check=True)"


@pytest.fixture
def version() -> str:
    told = subprocess.run(
        ["/usr/bin/cmake", "--version"], check=True, capture_output=True, text=True
    ).stdout
    return version_told(told)


def members(line: Line, wheel: str = "app-1.0-py3-none-any.whl") -> dict[str, str]:
    with zipfile.ZipFile(line.wheelhouse / wheel) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("sandbox", ["bubblewrap", "unshare"])
def test_a_backend_is_given_the_systems_program_when_it_asks_for_the_project(
    line: Line, version: str, sandbox: str
) -> None:
    line.settings(EVERYWHERE)
    line.offer(Project(name="app", on_ask=BLIND, on_build=RUNS))
    ran = line.run("app", sandbox=sandbox)
    files = members(line)
    assert version in files["app/told.txt"]
    assert files["app/found.txt"] == "/env/bin/cmake"
    assert files["app/module.txt"] == files["app/metadata.txt"] == version
    assert files["app/there.txt"] == "True"
    assert ran.summary.tools == (f"cmake {version} (/usr/bin/cmake)",)
    assert {path.name for path in line.wheelhouse.rglob("*.whl")} == set(line.wheels)
    (tool,) = line.plan.tools
    assert (str(tool), tool.program, tool.users) == (
        f"cmake=={version}",
        "/usr/bin/cmake",
        ("app==1.0",),
    )
    assert line.environment("app==1.0") == [f"cmake=={version}"]


def test_a_program_satisfies_what_is_declared_and_what_a_tool_requires(line: Line) -> None:
    line.settings(EVERYWHERE)
    line.offer(
        Project(name="tool", requires=("cmake",)),
        Project(name="lib", build=("tool",), on_build=RUNS.replace("app/", "lib/")),
        Project(name="app", build=("cmake>=3",), dynamic=True, requires=("lib",), on_build=RUNS),
    )
    line.run("app")
    assert line.wheels == ["app-1.0-py3-none-any.whl", "lib-1.0-py3-none-any.whl"]
    assert [path.name for path in line.wheelhouse.glob("build/*.whl")] == [
        "tool-1.0-py3-none-any.whl"
    ]


def test_a_second_run_does_nothing_and_names_the_program_again(line: Line, version: str) -> None:
    line.settings(EVERYWHERE)
    line.offer(Project(name="app", build=("cmake",)))
    line.run("app")
    ran = line.run("app")
    assert ran.events == ()
    assert ran.summary.tools == (f"cmake {version} (/usr/bin/cmake)",)


def test_a_build_that_runs_a_tool_without_asking_is_told_how_to_get_it(line: Line) -> None:
    line.offer(Project(name="app", on_build=BAD_APP))
    refused = line.refuse(BuildError, "app")
    assert "system: {cmake: {required: true}}" in refused.text


def test_a_build_that_runs_a_tool_without_asking_may_be_given_it(line: Line) -> None:
    line.settings("packages: {app: {system: {cmake: {required: true}}}}")
    line.offer(Project(name="app", on_build=BAD_APP))
    line.run("app")
    assert line.wheels == ["app-1.0-py3-none-any.whl"]


def test_a_program_that_is_too_old_is_refused_before_anything_is_built(
    line: Line, version: str
) -> None:
    line.settings(f"packages: {{app: {{{CMAKE}}}}}")
    line.offer(Project(name="app", build=("cmake>=99", "tool")), Project(name="tool"))
    refused = line.refuse(ResolutionError, "app")
    assert refused.built == []
    assert "cmake>=99 (app==1.0 [build-system])" in refused.text
    assert f"/usr/bin/cmake is {version}" in refused.text
    assert "`system: {cmake: {version: …, because: …}}`" in refused.text


def test_what_a_backend_asks_for_is_checked_too(line: Line, version: str) -> None:
    line.settings(f"packages: {{app: {{{CMAKE}}}}}")
    line.offer(Project(name="app", asks=("cmake>=99",)))
    refused = line.refuse(ResolutionError, "app")
    assert "cmake>=99 (app==1.0 [build-backend])" in refused.text
    assert f"/usr/bin/cmake is {version}" in refused.text


def test_settings_may_say_that_it_is_new_enough(line: Line) -> None:
    line.settings(
        "packages: {app: {system: {cmake: {version: '99.1', because: it needs no new feature}}}}"
    )
    line.offer(Project(name="app", build=("cmake>=99",), on_build=RUNS))
    line.run("app")
    assert members(line)["app/module.txt"] == "99.1"
    assert [tool.says != "99.1" for tool in line.plan.tools] == [True]


def test_a_package_may_have_the_project_built_against_the_policy(line: Line) -> None:
    line.settings(f"{EVERYWHERE}\npackages: {{app: {{system: {{cmake: {{off: true}}}}}}}}")
    line.offer(Project(name="app", build=("cmake",)), Project(name="cmake"))
    line.run("app")
    assert line.environment("app==1.0") == ["cmake==1.0"]


def test_a_locked_plan_is_for_the_version_that_it_names(line: Line, version: str) -> None:
    line.settings(EVERYWHERE)
    line.offer(Project(name="app", build=("cmake",)))
    line.run("app")
    plan = line.folder / "locked.json"
    plan.write_bytes(dump(line.plan))
    line.run("app", locked=plan)
    document = json.loads(plan.read_bytes())
    document["tools"][0]["version"] = "3.99"
    plan.write_text(json.dumps(document))
    refused = line.refuse(ResolutionError, "app", locked=plan)
    assert "was made with 3.99 (/usr/bin/cmake)" in refused.text
    assert f"/usr/bin/cmake is {version} on this machine" in refused.text


def test_another_program_of_the_system_is_why_a_wheel_is_built_again(line: Line) -> None:
    line.settings("packages: {app: {system: {cmake: {version: '99.1', because: a test}}}}")
    line.offer(Project(name="app", build=("cmake",)))
    line.run("app")
    line.settings("packages: {app: {system: {cmake: {version: '99.2', because: a test}}}}")
    ran = line.run("app")
    assert ran.built == {"app==1.0": "the system's cmake 99.1 -> 99.2"}
    assert "moved: the system's cmake 99.1 -> 99.2" in ran.notices


def test_a_build_without_a_sandbox_gets_the_program_too(line: Line, version: str) -> None:
    line.settings(EVERYWHERE)
    line.offer(Project(name="app", build=("cmake",), on_build=RUNS))
    line.run("app", sandbox="none")
    assert members(line)["app/module.txt"] == version
    assert members(line)["app/found.txt"] != shutil.which("cmake", path="/usr/bin")
