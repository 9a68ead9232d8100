"""What `wheeltree.testing` gives to those who test their plugins."""

import gc
from pathlib import Path

import pytest
from override_folder import plugin, write

from wheeltree.errors import PluginError
from wheeltree.plugins import BuildWork, PackagePlugin, SourceWork, WorkRefused
from wheeltree.testing import (
    FakeWheel,
    FakeWork,
    check_plugin,
    fake_candidates,
    fake_tree,
    load_override,
)


class Banner(PackagePlugin):
    """As a user would write it."""

    def prepare(self, work: SourceWork) -> None:
        super().prepare(work)
        work.replace("setup.py", "curl", "true")

    def build_wheel(self, work: BuildWork) -> str:
        work.run(["make", "fonts"])
        return super().build_wheel(work)


FILES = {"setup.py": "run('curl')\n"}


def test_a_plugin_is_tried_on_a_few_files() -> None:
    work = FakeWork(FILES, patches=("1.patch",))
    Banner().prepare(work)
    assert work.patched
    assert work.files == {"setup.py": "run('true')\n"}


def test_programs_that_it_runs_are_recorded_and_may_be_played() -> None:
    def play(work: FakeWork, argv: tuple[str, ...]) -> str:
        work.write("fonts.txt", " ".join(argv))
        return "done"

    work = FakeWork(FILES, name="a-b", program=play)
    assert Banner().build_wheel(work) == "/build/out/a_b-1.0-py3-none-any.whl"
    assert work.runs == [("make", "fonts")]
    assert work.wheels_built == 1
    assert work.files["fonts.txt"] == "make fonts"
    assert work.run(["x"]) == "done"


@pytest.mark.parametrize("argv", ["make fonts", (), ""])
def test_a_program_is_a_list_of_words(argv: str) -> None:
    with pytest.raises(WorkRefused, match="run takes a list of words"):
        FakeWork().run(argv)


def test_its_folder_is_gone_when_it_is() -> None:
    work = FakeWork(FILES)
    places = list(Path(work._root).parent.glob(work._root.name))
    assert len(places) == 1
    del work
    gc.collect()
    assert not places[0].exists()


def test_a_wheel_has_metadata_to_be_changed() -> None:
    wheel = FakeWheel({"demo/x.txt": "x"}, name="A.b", version="2.0")
    wheel.replace(f"{wheel.dist_info}/METADATA", "Version: 2.0\n", "Version: 2.0\nLicense: X\n")
    assert wheel.files["a_b-2.0.dist-info/METADATA"].endswith("License: X\n")
    assert wheel.files["demo/x.txt"] == "x"


def test_trees_and_candidates_are_made_in_a_line() -> None:
    tree = fake_tree({"setup.cfg": "[x]"}, requires=["setuptools"])
    assert (tree.read("setup.cfg"), tree.has("nothing"), tree.requires) == (
        "[x]",
        False,
        ("setuptools",),
    )
    assert [str(each) for each in fake_candidates("2", "1")] == ["demo==2", "demo==1"]


def test_a_good_plugin_is_returned() -> None:
    made = check_plugin(Banner, FILES)
    assert isinstance(made, Banner)
    assert check_plugin(made) is made


def test_a_file_is_loaded_as_builder_does(tmp_path: Path) -> None:
    folder = write(tmp_path, demo=plugin("def environ(self, work): return {'A': '1'}"))
    made = check_plugin(load_override(folder / "demo.py"))
    assert type(made).__name__ == "Plugin"


class Forgetful(PackagePlugin):
    def prepare(self, work: SourceWork) -> None:
        work.write("x", "1")


LINE = f"{__file__}:{Forgetful.prepare.__code__.co_firstlineno}"


class Moody(PackagePlugin):
    def __init__(self) -> None:
        self.count = 0

    def prepare(self, work: SourceWork) -> None:
        super().prepare(work)
        self.count += 1
        work.write("x", str(self.count))


class Misspelled(PackagePlugin):
    def finnish(self, wheel: FakeWheel) -> None: ...


@pytest.mark.parametrize(
    ("kind", "error", "said"),
    [
        (
            Forgetful,
            PluginError,
            f"{LINE}: prepare of demo 1.0 did not apply the patches some.patch",
        ),
        (Moody, AssertionError, "Moody.prepare comes to another source the second time"),
        (Misspelled, AssertionError, "method finnish, which nobody calls: is finish meant"),
        (Banner, PluginError, "there is no file setup.py"),
    ],
)
def test_a_bad_plugin_is_refused(
    kind: type[PackagePlugin], error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as refused:
        check_plugin(kind, {})
    assert said in str(refused.value)
