"""Loading overrides: what is found, what counts in the fingerprint, and what is refused."""

import sys
from pathlib import Path

import pytest
from override_folder import HEADER, loaded, plugin, write
from packaging.utils import canonicalize_name

from wheeltree.errors import PluginError
from wheeltree.plugins.installed import Installed
from wheeltree.plugins.overrides import Overrides
from wheeltree.plugins.registry import Plugins
from wheeltree.testing import FakeWork, fake_tree

NAME = canonicalize_name("demo")
WRITES = plugin("def prepare(self, work): work.write('x', '1')")


def test_a_project_without_a_plugin_is_treated_as_every_package(tmp_path: Path) -> None:
    plain = Plugins(Overrides(tmp_path / "overrides"), Installed()).of(NAME)
    work = FakeWork(patches=("1.patch",))
    plain.prepare(work)
    assert work.patched
    assert not plain.overrides("prepare", "build_wheel")
    assert (plain.prepares, plain.builds("")) == (None, None)


def test_the_name_of_the_file_is_normalised(tmp_path: Path) -> None:
    folder = write(tmp_path, **{"Zope.Interface_X": WRITES})
    work = FakeWork()
    loaded(folder, "zope-interface-x").prepare(work)
    assert work.files == {"x": "1"}


def test_an_override_is_loaded_once_and_only_when_it_is_asked_for(tmp_path: Path) -> None:
    folder = write(tmp_path, demo=WRITES, broken="1/0")
    plugins = Plugins.beside(folder)
    assert plugins.of(NAME) is plugins.of(NAME)


def test_what_several_overrides_share_is_imported_relatively(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        _common="WORD = 'shared'\n",
        demo="from . import _common\n"
        + plugin("def build_requires(self, tree): return [_common.WORD]"),
    )
    assert loaded(folder).build_requires(fake_tree()) == ("shared",)


def test_a_folder_of_modules_can_be_shared_too(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        demo="from ._lib.words import WORD\n"
        + plugin("def build_requires(self, tree): return [WORD]"),
    )
    (folder / "_lib").mkdir()
    (folder / "_lib" / "__init__.py").write_text("")
    (folder / "_lib" / "words.py").write_text("WORD = 'deep'\n")
    assert loaded(folder).build_requires(fake_tree()) == ("deep",)


def test_a_base_class_of_another_override_may_be_imported(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        numpy=WRITES.replace("class Plugin", "class Numpy"),
        demo="from .numpy import Numpy\nclass Demo(Numpy): ...\n",
    )
    work = FakeWork()
    loaded(folder).prepare(work)
    assert work.files == {"x": "1"}


def test_nothing_is_left_where_imports_are_looked_for(tmp_path: Path) -> None:
    before = list(sys.meta_path), list(sys.path)
    loaded(write(tmp_path, demo=WRITES))
    assert (list(sys.meta_path), list(sys.path)) == before
    assert not list(tmp_path.rglob("__pycache__"))


# The fingerprint.


def test_the_fingerprint_follows_from_the_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    first, second = loaded(write(one, demo=WRITES)), loaded(write(two, demo=WRITES))
    assert first.prepares == second.prepares is not None
    # Written within the same second, of the same size: byte code would not notice.
    again = loaded(write(one, demo=WRITES.replace("'1'", "'2'")))
    assert again.prepares != first.prepares
    work = FakeWork()
    again.prepare(work)
    assert work.files == {"x": "2"}


def test_the_fingerprint_has_the_modules_that_are_imported_and_no_others(tmp_path: Path) -> None:
    text = "from . import _common\n" + WRITES
    first = loaded(write(tmp_path, demo=text, _common="x = 1\n", other="y = 1\n"))
    assert loaded(write(tmp_path, other="y = 2\n")).prepares == first.prepares
    assert loaded(write(tmp_path, _common="x = 2\n")).prepares != first.prepares


@pytest.mark.parametrize(
    ("body", "prepares", "builds"),
    [
        ("def prepare(self, work): pass", True, False),
        ("def build_requires(self, tree): return []", True, False),
        ("def build_wheel(self, work): return 'x.whl'", False, True),
        ("def finish(self, wheel): pass", False, True),
        ("def environ(self, work): return {}", False, False),
        ("def select(self, candidates): return candidates", False, False),
    ],
)
def test_it_counts_where_a_method_is_overridden(
    tmp_path: Path, body: str, *, prepares: bool, builds: bool
) -> None:
    found = loaded(write(tmp_path, demo=plugin(body)))
    assert (found.prepares is not None, found.builds("") is not None) == (prepares, builds)


def test_a_module_that_is_imported_later_is_refused(tmp_path: Path) -> None:
    late = plugin("def prepare(self, work):\n    from . import _late")
    found = loaded(write(tmp_path, demo=late, _late=""))
    with pytest.raises(PluginError, match=r"demo\.py:4: prepare of demo 1\.0 failed") as error:
        found.prepare(FakeWork())
    assert "at the top of the file" in error.value.hint


# What is refused.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (\n", r"demo\.py:1: importing it failed: SyntaxError: '\(' was never closed"),
        ("\n1/0\n", r"demo\.py:2: importing it failed: ZeroDivisionError: division by zero"),
        ("import _common\n", r"demo\.py:1: importing it failed: ModuleNotFoundError"),
        ("raise SystemExit(3)\n", r"demo\.py:1: importing it failed: SystemExit: 3"),
        ("x = 1\n", r"demo\.py: an override has one class derived .* and this has none"),
        (
            HEADER + "class A(PackagePlugin): ...\nclass B(PackagePlugin): ...\n",
            r"demo\.py: an override has one class .* and this has A, B",
        ),
        (
            plugin("def __init__(self, x): ..."),
            r"demo\.py:3: Plugin cannot be made without arguments: missing a required arg.*: 'x'",
        ),
        (
            plugin("def __init__(self): raise ValueError('no')"),
            r"demo\.py:3: making a Plugin failed: ValueError: no",
        ),
        (
            plugin("def build_weel(self, work): ..."),
            r"demo\.py:3: Plugin has the method build_weel.* is build_wheel meant\?",
        ),
        (
            plugin("def prepare(self): ..."),
            r"demo\.py:3: Plugin has prepare\(self\), which is called as prepare\(self, work\)",
        ),
    ],
)
def test_what_is_no_override_says_why_and_where(tmp_path: Path, text: str, said: str) -> None:
    folder = write(tmp_path, demo=text, _common="")
    with pytest.raises(PluginError, match=said) as error:
        loaded(folder)
    assert error.value.exit_code == 4


def test_an_error_in_a_shared_module_names_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path, demo="from . import _common\n" + WRITES, _common="\n\noops\n")
    with pytest.raises(
        PluginError, match=r"_common\.py:3: importing it failed: NameError"
    ) as error:
        loaded(folder)
    assert error.value.details[0] == "line 1, in <module>: from . import _common"


def test_a_file_that_is_no_project_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="that is no project name"):
        Overrides(write(tmp_path, **{"a b": ""}))


def test_two_files_for_one_project_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"a-b\.py and .*a_b\.py are overrides of the same"):
        Overrides(write(tmp_path, **{"a-b": "", "a_b": ""}))
