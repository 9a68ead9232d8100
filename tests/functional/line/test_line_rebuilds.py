"""A changed input rebuilds the package and what is built with it, says why, and no more."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.host import fingerprint
from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.model.platform import Interpreter, Part
from wheeltree.session.invocation import Upgrade

TOOL = Project(
    name="tool",
    body="STAMP = 'plain'\n",
    on_build="import os\n"
    "if 'STAMP' in os.environ: files['tool/__init__.py'] += f'STAMP = {os.environ[\"STAMP\"]!r}\\n'",
)
APP = Project(
    name="app",
    requires=("other",),
    build=("tool",),
    on_build="import tool; files['app/made.txt'] = tool.STAMP",
)
OTHER = Project(name="other")
PATCH = """--- a/notes.txt
+++ b/notes.txt
@@ -1 +1 @@
-old
+new
"""


@pytest.fixture
def built(line: Line) -> Line:
    line.offer(TOOL, OTHER, APP)
    line.run("app")
    return line


def test_a_changed_setting_rebuilds_the_package_and_what_is_built_with_it(built: Line) -> None:
    built.settings("packages: {tool: {env: {STAMP: louder}}}")
    ran = built.run("app")
    assert ran.built == {
        "tool==1.0": "its environment variables changed",
        "app==1.0": "tool==1.0 was rebuilt",
    }
    assert ran.summary.reused == ("other==1.0",)


def test_a_changed_variable_that_settings_name_rebuilds(
    built: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.settings('packages: {other: {env: {LEVEL: "${BUILD_LEVEL:-1}"}}}')
    built.run("app")
    assert built.run("app").events == ()
    monkeypatch.setenv("BUILD_LEVEL", "2")
    assert built.run("app").built == {"other==1.0": "its environment variables changed"}


def test_a_changed_patch_rebuilds_the_package_and_what_is_built_with_it(line: Line) -> None:
    made = "files['tool/notes.txt'] = open('notes.txt').read()"
    app = Project(name="app", build=("tool",), on_build="import tool")
    line.offer(Project(name="tool", on_build=made, files={"notes.txt": "old\n"}), app, OTHER)
    line.run("app", "other")
    line.patch("tool", PATCH)
    ran = line.run("app", "other")
    assert ran.built == {"tool==1.0": "its source changed", "app==1.0": "tool==1.0 was rebuilt"}
    line.patch("tool", PATCH.replace("new", "newer"))
    assert set(line.run("app", "other").built) == {"tool==1.0", "app==1.0"}


def test_a_new_version_rebuilds_what_is_built_with_it(built: Line) -> None:
    built.offer(Project(name="tool", version="2.0", body="STAMP = 'two'\n"))
    ran = built.run("app", upgrade=Upgrade(everything=True))
    assert ran.built == {"tool==2.0": "not built before", "app==1.0": "tool 1.0 -> 2.0"}
    assert "moved: tool 1.0 -> 2.0" in ran.notices


def test_a_changed_folder_rebuilds_the_package(line: Line) -> None:
    line.offer(OTHER)
    folder = Project(name="mine", requires=("other",)).write(line.folder / "mine")
    line.run(folder)
    assert line.run(folder).built == {}
    (folder / "tiny.json").write_text((folder / "tiny.json").read_text().replace("VERSION", "WHEN"))
    ran = line.run(folder)
    assert ran.built == {"mine==1.0": "its source changed"}
    assert "mine-1.0-1-py3-none-any.whl" in line.wheels


def test_what_is_asked_for_with_rebuild_is_built_again(built: Line) -> None:
    ran = built.run("app", rebuild=frozenset({"other"}))
    assert ran.built == {"other==1.0": "asked for with --rebuild"}
    assert ran.summary.reused == ("app==1.0", "tool==1.0")


def test_what_was_never_built_can_be_asked_for_with_rebuild(line: Line) -> None:
    line.offer(TOOL, OTHER, APP)
    line.run("app", rebuild=frozenset({"tool"}))
    assert set(line.run("app", rebuild=frozenset({"tool"})).built) == {"tool==1.0"}


def test_a_rebuilt_tool_that_comes_out_the_same_rebuilds_nothing_above_it(built: Line) -> None:
    built.settings("packages: {tool: {env: {UNUSED: 1}}}")
    ran = built.run("app")
    assert ran.built == {"tool==1.0": "its environment variables changed"}
    assert ran.asked == ["tool==1.0"]
    assert ran.summary.built == ("tool==1.0",)
    assert ran.summary.reused == ("app==1.0", "other==1.0")


# The parts of the system.


@contextmanager
def _system(**parts: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        digests: tuple[tuple[Part, Digest], ...] = (
            ("base", digest_bytes(parts.get("base", "").encode())),
            ("toolchain", digest_bytes(parts.get("toolchain", "").encode())),
            ("headers", digest_bytes(parts.get("headers", "").encode())),
        )

        def of_test(_: Interpreter) -> tuple[tuple[Part, Digest], ...]:
            return digests

        patched.setattr(fingerprint, "parts", of_test)
        patched.setattr(fingerprint, "stamp", lambda: str(sorted(parts.items())))
        yield


COMPILED = Project(name="compiled", files={"code.c": "int one;\n"})
PURE = Project(name="pure", build=("compiled",))


@pytest.mark.parametrize(
    ("upgraded", "rebuilt"),
    [
        ({"unrelated": "tzdata 2"}, {}),
        ({"toolchain": "gcc 15"}, {"compiled==1.0": "the toolchain changed"}),
        (
            {"headers": "libxml2-dev 3"},
            {"compiled==1.0": "the system's development packages changed"},
        ),
    ],
)
def test_an_upgraded_system_package_rebuilds_only_what_uses_it(
    line: Line, upgraded: dict[str, str], rebuilt: dict[str, str]
) -> None:
    line.offer(COMPILED, PURE)
    with _system():
        line.run("pure")
    with _system(**upgraded):
        assert line.run("pure").built == rebuilt


def test_another_libc_rebuilds_everything(line: Line) -> None:
    line.offer(COMPILED, PURE)
    with _system():
        line.run("pure")
    with _system(base="libc 3"):
        assert set(line.run("pure").built) == {"compiled==1.0", "pure==1.0"}
