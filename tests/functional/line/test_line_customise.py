"""The commands with which a user customises packages: patch, explain, check."""

from pathlib import Path

import pytest

from support.line import Line
from support.overriding import override
from support.projects import Project
from wheeltree.cli.main import status
from wheeltree.errors import SourceError

APP = Project(name="app", requires=("leaf>=1",))
LEAF = Project(name="leaf")


@pytest.fixture
def published(line: Line) -> Line:
    line.offer(APP, LEAF)
    line.settings("packages: {leaf: {env: {COLOUR: blue}}}\n")
    line.run("app")
    return line


def builder(line: Line, *arguments: str) -> int:
    """The exit status of a command on the folders of a line."""
    command, *rest = arguments
    places = (
        *("--settings", str(line.places.settings)),
        *("-o", str(line.wheelhouse), "--store", str(line.places.store)),
    )
    return status([command, *places, *rest])


def test_a_change_becomes_a_patch_that_the_next_run_applies(published: Line) -> None:
    change = ("--title", "Answer better", "--", "sh", "-c", "echo 'answer = 43' >> leaf.py")
    assert builder(published, "patch", "leaf", *change) == 0
    (patch,) = published.folder.glob("patches/leaf/*.patch")
    assert patch.name == "0001-answer-better.patch"
    assert list(published.run("app").built) == ["leaf==1.0"]


def test_a_second_patch_is_made_on_top_of_the_first(published: Line) -> None:
    for text in ("one", "two"):
        change = (
            "--this-version",
            "--title",
            text,
            "--",
            "sh",
            "-c",
            f"echo '# {text}' >> leaf.py",
        )
        assert builder(published, "patch", "leaf", *change) == 0
        published.run("app")
    names = sorted(path.name for path in published.folder.glob("patches/leaf-1.0/*.patch"))
    assert names == ["0001-one.patch", "0002-two.patch"]
    assert b"-# one" not in (published.folder / "patches/leaf-1.0/0002-two.patch").read_bytes()


def test_nothing_is_written_where_nothing_was_changed_or_the_command_failed(
    published: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    assert builder(published, "patch", "leaf", "--", "true") == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert builder(published, "patch", "leaf", "--", "false") == 2
    assert not (published.folder / "patches").exists()


def test_a_package_is_explained_with_files_and_lines(
    published: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert builder(published, "explain", "leaf") == 0
    assert f"env.COLOUR = blue   {published.places.settings}:1" in capsys.readouterr().out


def test_the_plugin_of_a_package_is_named_with_what_it_overrides(
    published: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    override(published, "leaf", "def finish(self, wheel):\n    pass\n")
    capsys.readouterr()
    assert builder(published, "explain", "leaf") == 0
    assert f"plugin {published.folder}/overrides/leaf.py: finish" in capsys.readouterr().out
    assert builder(published, "explain", "app") == 0
    assert "  plugin " not in capsys.readouterr().out


def test_a_check_finds_what_can_never_match(
    published: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published.settings(
        "packages:\n  leef: {env: {A: b}}\n  leaf: {rules: [{versions: '>5', env: {A: b}}]}\n"
    )
    requirements = published.write("wanted.txt", "app", "leaf>3")
    index = ("--index-url", published.index.url)
    capsys.readouterr()
    assert builder(published, "check", *index, str(requirements)) == 3
    told = capsys.readouterr().out
    assert "packages.leef: no index has a project named leef" in told
    assert "packages.leaf.rules[0].versions: no version that is offered is >5" in told
    assert f"{requirements}:2: leaf>3: no version that is offered satisfies it" in told


def test_a_check_of_what_fits_says_so(published: Line, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert builder(published, "check", "--index-url", published.index.url, "app") == 0
    assert "nothing to complain of; 2 projects asked for" in capsys.readouterr().out


def test_a_rule_takes_patches_for_a_range_of_versions(line: Line) -> None:
    line.offer(Project(name="leaf", version="1.0"), Project(name="leaf", version="2.0"))
    line.settings(
        "packages: {leaf: {rules: [{versions: '<2', patches: [before-2]}]}}\n",
    )
    patch = "--- a/leaf.py\n+++ b/leaf.py\n@@ -1 +1 @@\n-nothing like it\n+x\n"
    line.patch("leaf/before-2", patch)
    assert list(line.run("leaf").built) == ["leaf==2.0"]
    assert "before-2/01.patch" in line.refuse(SourceError, "leaf==1.0").text


def test_a_patch_of_what_settings_edit_afterwards_is_refused(line: Line) -> None:
    line.offer(LEAF)
    line.settings("packages: {leaf: {pyproject: {tool.mine.a: 1}}}\n")
    line.run("leaf")
    change = ("--", "sh", "-c", "echo '# more' >> pyproject.toml")
    assert builder(line, "patch", "leaf", *change) == 2
    assert not (line.folder / "patches").exists()
