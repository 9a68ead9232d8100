"""A run builds everything from source, tools included, and publishes it for pip and uv."""

from support.line import Line
from support.projects import Project

TOOL = Project(name="tool", body="STAMP = 'made with tool'\n")
LEAF = Project(name="leaf")
APP = Project(
    name="app",
    requires=("leaf",),
    build=("tool",),
    on_build="import tool; files['app/made.txt'] = tool.STAMP",
)


def test_tools_are_built_from_source_as_well(line: Line) -> None:
    line.offer(TOOL, LEAF, APP)
    ran = line.run("app")
    assert set(ran.summary.built) == {"app==1.0", "leaf==1.0", "tool==1.0"}
    assert line.wheels == ["app-1.0-py3-none-any.whl", "leaf-1.0-py3-none-any.whl"]
