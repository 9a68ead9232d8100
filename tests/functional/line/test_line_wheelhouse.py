"""A run builds everything from source, tools included, and publishes it for pip and uv."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.session.invocation import Upgrade

TOOL = Project(name="tool", body="STAMP = 'made with tool'\n")
LEAF = Project(name="leaf", version="1.5")
APP = Project(
    name="an-app",
    requires=("leaf>=1",),
    build=("tool",),
    on_build="import tool; files['an_app/made.txt'] = tool.STAMP",
    scripts={"an-app": "an_app:main"},
    body="import leaf\ndef main() -> None:\n    print('leaf', leaf.VERSION)\n",
)
PIP = ("-m", "pip", "--isolated", "--disable-pip-version-check", "install", "-q", "--no-cache-dir")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Line:
    line = Line(tmp_path_factory.mktemp("published"))
    line.offer(TOOL, LEAF, APP)
    ran = line.run("an-app")
    assert ran.summary.built == ("an-app==1.0", "leaf==1.5", "tool==1.0")
    return line


def test_the_install_set_is_on_top_and_tools_lie_under_build(published: Line) -> None:
    house = published.wheelhouse
    assert published.wheels == ["an_app-1.0-py3-none-any.whl", "leaf-1.5-py3-none-any.whl"]
    assert [each.name for each in house.glob("build/*.whl")] == ["tool-1.0-py3-none-any.whl"]
    assert sorted(each.name for each in house.glob("simple/*/")) == ["an-app", "leaf"]
    assert (house / "build/simple/tool/index.html").is_file()
    assert sorted(each.name for each in house.glob("sdists/*")) == [
        "an_app-1.0.tar.gz",
        "leaf-1.5.tar.gz",
        "tool-1.0.tar.gz",
    ]
    assert sorted(each.name for each in house.glob("logs/*")) == [
        f"{name}.log" for name in ("an-app-1.0", "leaf-1.5", "tool-1.0")
    ]


def test_a_wheel_is_built_with_the_tool_that_was_built_for_it(published: Line) -> None:
    wheel = published.wheelhouse / "an_app-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("an_app/made.txt") == b"made with tool"
    assert published.environment("an-app==1.0") == ["tool==1.0"]


def test_documents_say_what_was_chosen_and_why(published: Line) -> None:
    house = published.wheelhouse
    assert (house / "constraints.txt").read_text() == "an-app==1.0\nleaf==1.5\n"
    graph = json.loads((house / "graph.json").read_text())
    asked = {
        (name, edge["key"], edge["req_type"]) for name in graph for edge in graph[name]["edges"]
    }
    assert asked == {
        ("", "an-app==1.0", "toplevel"),
        ("an-app==1.0", "leaf==1.5", "install"),
        ("an-app==1.0", "tool==1.0", "build-system"),
    }
    order = [each["req"] for each in json.loads((house / "build-order.json").read_text())]
    assert order.index("tool==1.0") < order.index("an-app==1.0")
    assert 'path = "./leaf-1.5-py3-none-any.whl"' in (house / "pylock.toml").read_text()


@pytest.mark.parametrize("way", ["find-links", "index"])
def test_pip_installs_what_was_asked_for(published: Line, tmp_path: Path, way: str) -> None:
    house = published.wheelhouse
    source = {
        "find-links": ["--no-index", "--find-links", str(house)],
        "index": ["--index-url", (house / "simple").as_uri()],
    }[way]
    venv = _venv(tmp_path)
    _run(sys.executable, "-m", "pip", "--python", str(venv), *PIP[2:], *source, "an-app")
    assert _run(str(venv.with_name("an-app"))) == "leaf 1.5\n"


def test_uv_installs_what_was_asked_for(published: Line, tmp_path: Path) -> None:
    venv = _venv(tmp_path)
    uv = (str(Path(sys.executable).with_name("uv")), "--no-config", "--no-cache", "-q")
    index = (published.wheelhouse / "simple").as_uri()
    _run(*uv, "pip", "install", "--python", str(venv), "--index-url", index, "an-app")
    assert _run(str(venv.with_name("an-app"))) == "leaf 1.5\n"


def test_the_interpreter_of_the_wheels_may_be_another_than_that_of_builder(line: Line) -> None:
    where = "import sys; files['plain/where.txt'] = sys.base_prefix"
    line.offer(Project(name="plain", on_build=where))
    python = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}").resolve()
    line.run("plain", python=str(python))
    assert line.plan.python == ".".join(map(str, sys.version_info[:3]))


def test_two_builds_give_the_same_bytes(published: Line, tmp_path: Path) -> None:
    before = {name: (published.wheelhouse / name).read_bytes() for name in published.wheels}
    other = Line(tmp_path / "other")
    other.offer(TOOL, LEAF, APP)
    other.run("an-app", upgrade=Upgrade(everything=True))
    assert {name: (other.wheelhouse / name).read_bytes() for name in other.wheels} == before


def _venv(folder: Path) -> Path:
    _run(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"))
    return folder / "venv/bin/python"


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
