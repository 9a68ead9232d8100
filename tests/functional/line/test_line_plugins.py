"""Overrides and observers in whole runs, in the real sandbox."""

import zipfile

import pytest

from support.line import Line
from support.overriding import override
from support.projects import Project
from wheeltree.errors import BuildError, PluginError, SomeBuildsFailed, SourceError
from wheeltree.session.check import check
from wheeltree.session.single import Single, realise_single
from wheeltree.session.why import why

NOTES = "files['app/notes.txt'] = open('notes.txt').read()"
TOOL = Project(name="tool", body="STAMP = 'plain'\n")
APP = Project(name="app", build=("tool",), files={"notes.txt": "old\n"}, on_build=NOTES)
OTHER = Project(name="other")
PATCH = "--- a/notes.txt\n+++ b/notes.txt\n@@ -1 +1 @@\n-old\n+patched\n"


def members(line: Line, name: str) -> dict[str, str]:
    """The files of a published wheel, those of its .dist-info without that folder's name."""
    (wheel,) = line.wheelhouse.glob(f"{name}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {
            each.partition(".dist-info/")[2] or each: archive.read(each).decode()
            for each in archive.namelist()
        }


@pytest.fixture
def offered(line: Line) -> Line:
    line.offer(TOOL, OTHER, APP)
    return line


# Preparing.


def test_a_plugin_edits_the_source_after_its_patches(offered: Line) -> None:
    offered.patch("app", PATCH)
    override(
        offered,
        "app",
        """
        def prepare(self, work):
            super().prepare(work)
            work.replace("notes.txt", "patched", "edited")
            work.write("listed.txt", work.run(["sh", "-c", "echo ran >> notes.txt; ls"]))
        """,
    )
    offered.run("app")
    assert members(offered, "app")["app/notes.txt"] == "edited\nran\n"
    (sdist,) = offered.wheelhouse.glob("sdists/app-*")
    assert sdist.is_file()


def test_what_a_plugin_runs_has_no_network_and_its_failure_names_the_line(offered: Line) -> None:
    file = override(
        offered,
        "app",
        """
        def prepare(self, work):
            work.run(["python3", "-c", "import socket; socket.create_connection(('1.1.1.1', 80))"])
        """,
    )
    refused = offered.refuse(PluginError, "app")
    assert refused.error.message.startswith(f"{file}:5: prepare of app 1.0 failed: `python3 -c")
    assert "tried to reach 1.1.1.1:80 by" in refused.text
    assert refused.error.exit_code == 4


def test_patches_that_a_plugin_forgets_are_an_error(offered: Line) -> None:
    offered.patch("app", PATCH)
    override(offered, "app", "def prepare(self, work): work.write('x', 'y')")
    refused = offered.refuse(PluginError, "app")
    assert "did not apply the patches 01.patch: call super().prepare" in refused.text


def test_a_link_that_a_plugin_leads_out_of_the_source_is_refused(offered: Line) -> None:
    override(offered, "app", "def prepare(self, work): work.run(['ln', '-s', '/etc', 'etc'])")
    assert "the link 'etc' to '/etc'" in offered.refuse(SourceError, "app").text


def test_a_plugin_says_what_a_build_requires(offered: Line) -> None:
    override(
        offered,
        "app",
        """
        def build_requires(self, tree):
            assert tree.read("notes.txt") == "old\\n"
            return [*super().build_requires(tree), "other"]
        """,
    )
    offered.run("app")
    assert offered.environment("app==1.0") == ["other==1.0", "tool==1.0"]


def test_a_plugin_sets_variables_and_settings_are_stronger(line: Line) -> None:
    shown = "import os; files['app/e.txt'] = os.environ['A'] + os.environ['B']"
    line.offer(Project(name="app", on_build=shown))
    override(line, "app", "def environ(self, work): return {'A': str(work.version), 'B': 'plugin'}")
    line.settings("packages: {app: {env: {B: settings}}}")
    line.run("app")
    assert members(line, "app")["app/e.txt"] == "1.0settings"


def test_a_plugin_selects_versions_and_moves_those_of_the_plan(line: Line) -> None:
    for version in ("1.0", "2.0", "3.0"):
        line.offer(Project(name="app", version=version))
    body = "def select(self, candidates): return [c for c in candidates if c.version.major < {}]"
    override(line, "app", body.format(3))
    line.run("app")
    assert line.pins() == ["app==2.0"]
    override(line, "app", body.format(9))
    line.run("app")
    assert line.pins() == ["app==2.0"]
    override(line, "app", body.format(2))
    ran = line.run("app")
    assert line.pins() == ["app==1.0"]
    assert "moved: app 2.0 -> 1.0" in ran.notices


# Building.


def test_a_plugin_runs_programs_around_the_build(offered: Line) -> None:
    override(
        offered,
        "app",
        """
        def build_wheel(self, work):
            told = work.run(["python", "-c", "import tool; print(tool.STAMP)"])
            work.write("notes.txt", told)
            path = super().build_wheel(work)
            assert work.run(["ls", work.output]) == path.rpartition("/")[2] + "\\n"
            return path
        """,
    )
    offered.run("app")
    assert members(offered, "app")["app/notes.txt"] == "plain\n"
    log = (offered.wheelhouse / "logs" / "app-1.0.log").read_text()
    assert "-- python -c 'import tool; print(tool.STAMP)'\nplain\n" in log


def test_a_plugin_may_build_without_the_backend_and_anywhere_in_the_source(offered: Line) -> None:
    override(
        offered,
        "app",
        """
        def build_wheel(self, work):
            work.run(["mkdir", "dist"])
            made = super().build_wheel(work)
            work.run(["mv", made, "dist"])
            return "dist/" + made.rpartition("/")[2]
        """,
    )
    offered.run("app")
    assert members(offered, "app")["app/notes.txt"] == "old\n"


def test_a_program_that_fails_in_a_build_fails_the_build(offered: Line) -> None:
    override(offered, "app", "def build_wheel(self, work): return work.run(['false'])")
    refused = offered.refuse(BuildError, "app")
    assert "app 1.0: false failed (exit status 1)" in refused.text


@pytest.mark.parametrize(
    "path", ["nothing.whl", "/etc/passwd.whl", "../../x.whl", "/build/out/no.whl", "link.whl"]
)
def test_a_wheel_that_is_not_there_is_refused(offered: Line, path: str) -> None:
    body = "def build_wheel(self, work):\n    work.run(['ln', '-s', '/etc/passwd', 'link.whl'])\n"
    file = override(offered, "app", f"{body}    return {path!r}\n")
    refused = offered.refuse(PluginError, "app")
    assert f"{file}:4: build_wheel of app 1.0 returned {path!r}, and there is no" in refused.text


def test_a_plugin_finishes_the_wheel(offered: Line) -> None:
    override(
        offered,
        "app",
        """
        def finish(self, wheel):
            wheel.replace(f"{wheel.dist_info}/METADATA", "Name: app\\n", "Name: app\\nLicense: X\\n")
            wheel.write("app/more.txt", "more")
            wheel.remove("app/notes.txt")
        """,
    )
    offered.run("app")
    found = members(offered, "app")
    assert "License: X\n" in found["METADATA"]
    assert found["app/more.txt"] == "more"
    assert "app/more.txt,sha256=" in found["RECORD"]
    assert "app/notes.txt" not in found


def test_a_finished_wheel_requires_what_was_planned(offered: Line) -> None:
    override(
        offered,
        "app",
        """
        def finish(self, wheel):
            path = f"{wheel.dist_info}/METADATA"
            wheel.write(path, "Requires-Dist: other\\n" + wheel.read(path))
        """,
    )
    refused = offered.refuse(PluginError, "app")
    assert "finish of app 1.0 changed what the wheel requires" in refused.text


def test_a_broken_plugin_of_one_package_lets_the_others_be_built(offered: Line) -> None:
    override(offered, "app", "def finish(self, wheel): 1 / 0")
    refused = offered.refuse(SomeBuildsFailed, "app", "other", keep_going=True)
    assert refused.summary.built == ("other==1.0", "tool==1.0")
    assert refused.failed["app==1.0"].cause.endswith("ZeroDivisionError: division by zero")


# What a change of a plugin rebuilds.


BUILDS = """
def build_wheel(self, work):
    work.write("notes.txt", "{}")
    return super().build_wheel(work)
"""
USER = Project(name="user", build=("app",), on_build="import app")
STAMPED = Project(name="app", build=("tool",), files={"notes.txt": "old\n"}, on_build=NOTES)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            "def prepare(self, work): work.write('notes.txt', 'one')",
            "def prepare(self, work): work.write('notes.txt', 'two')",
        ),
        (BUILDS.format(1), BUILDS.format(2)),
        (
            "def finish(self, wheel): wheel.write('app/notes.txt', 'one')",
            "def finish(self, wheel): wheel.write('app/notes.txt', 'two')",
        ),
    ],
)
def test_a_changed_plugin_rebuilds_its_package_and_what_is_built_with_it(
    line: Line, one: str, two: str
) -> None:
    line.offer(TOOL, OTHER, STAMPED, USER)
    override(line, "app", one)
    line.run("user", "other")
    assert line.run("user", "other").events == ()
    override(line, "app", two)
    assert why("app", line.places)[0].changed == ("its plugin changed",)
    assert line.run("user", "other").built == {
        "app==1.0": "its plugin changed",
        "user==1.0": "app==1.0 was rebuilt",
    }
    override(line, "app", one)
    assert line.run("user", "other").built == {}


def test_a_plugin_that_comes_to_the_same_source_rebuilds_nothing(offered: Line) -> None:
    override(offered, "app", "def prepare(self, work): work.write('notes.txt', 'new')")
    offered.run("app")
    override(offered, "app", "def prepare(self, work): work.write('notes.txt', 'n' + 'ew')")
    assert offered.run("app").built == {}


def test_a_changed_module_that_a_plugin_imports_counts_too(offered: Line) -> None:
    body = "def finish(self, wheel): wheel.write('app/x', WORD)"
    override(offered, "app", body, before="from ._words import WORD")
    (offered.folder / "overrides" / "_words.py").write_text("WORD = 'a'\n")
    offered.run("app", "other")
    (offered.folder / "overrides" / "_words.py").write_text("WORD = 'b'\n")
    assert offered.run("app", "other").built == {"app==1.0": "its plugin changed"}


def test_an_override_of_a_package_that_is_not_built_is_never_loaded(offered: Line) -> None:
    (offered.folder / "overrides").mkdir()
    (offered.folder / "overrides" / "unused.py").write_text("1/0\n")
    offered.run("app")


def test_a_single_build_needs_the_plugin_that_it_was_planned_with(offered: Line) -> None:
    file = override(offered, "app", "def finish(self, wheel): wheel.write('app/x', 'y')")
    offered.run("app", plan_only=True)
    file.write_text(file.read_text().replace("'y'", "'z'"))
    single = Single(spec="app", places=offered.places)
    with pytest.raises(PluginError, match=r"app==1\.0 was planned with another plugin than"):
        realise_single(single, None, lambda _event: None)
    file.write_text(file.read_text().replace("'z'", "'y'"))
    again = Single(spec="app", places=offered.places)
    assert "app==1.0" in realise_single(again, None, lambda _event: None).built


def test_why_tells_of_a_changed_plugin_of_a_folder(line: Line) -> None:
    folder = APP.write(line.folder / "mine")
    line.offer(TOOL)
    file = override(line, "app", "def prepare(self, work): work.write('notes.txt', 'one')")
    line.run(folder)
    assert why("app", line.places)[0].changed == ()
    file.write_text(file.read_text().replace("one", "two"))
    assert why("app", line.places)[0].changed == ("its plugin changed",)
    assert line.run(folder).built == {"app==1.0": "its plugin changed"}


def test_overrides_are_checked_without_a_run(offered: Line) -> None:
    override(offered, "app", "def prepare(self): pass")
    override(offered, "unknown", "def prepare(self, work): pass")
    folder = offered.folder / "overrides"
    said = "Plugin has prepare(self), which is called as prepare(self, work)"
    assert [str(each) for each in check(offered.invocation()).problems] == [
        f"{folder}/app.py:4: {said}",
        f"{folder}/unknown.py: no index has a project named unknown",
    ]
