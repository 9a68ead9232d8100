"""What a plugin raises and returns, as builder sees it."""

from pathlib import Path

import pytest
from override_folder import loaded, plugin, write
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import PatchError, PluginError
from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.work import Package
from wheeltree.testing import FakeWheel, FakeWork, fake_candidates, fake_tree

NAME = canonicalize_name("demo")
PACKAGE = Package(name=NAME, version=Version("1.0"))


def guarded(tmp_path: Path, body: str) -> Guarded:
    return loaded(write(tmp_path, demo=plugin(body)))


def call(found: Guarded, method: str) -> object:
    match method:
        case "select":
            return found.select(NAME, fake_candidates("2.0", "1.0"))
        case "prepare":
            found.prepare(FakeWork({"setup.py": ""}))
            return None
        case "build_requires":
            return found.build_requires(fake_tree(requires=["setuptools"]))
        case "environ":
            return found.environ(PACKAGE)
        case "build_wheel":
            return found.build_wheel(FakeWork())
        case _:
            found.finish(FakeWheel())
            return None


METHODS = {
    "select": "candidates",
    "prepare": "work",
    "build_requires": "tree",
    "environ": "work",
    "build_wheel": "work",
    "finish": "wheel",
}


@pytest.mark.parametrize(("method", "argument"), METHODS.items())
def test_what_a_method_raises_names_file_line_and_method(
    tmp_path: Path, method: str, argument: str
) -> None:
    found = guarded(
        tmp_path, f"def {method}(self, {argument}):\n    helper = {{}}\n    helper['k']"
    )
    subject = "demo" if method == "select" else "demo 1.0"
    with pytest.raises(PluginError) as error:
        call(found, method)
    file = tmp_path / "overrides" / "demo.py"
    assert error.value.message == f"{file}:5: {method} of {subject} failed: KeyError: 'k'"
    assert error.value.details == (f"line 5, in {method}: helper['k']",)


@pytest.mark.parametrize(("method", "argument"), METHODS.items())
def test_the_default_is_called_with_super(tmp_path: Path, method: str, argument: str) -> None:
    body = f"def {method}(self, {argument}): return super().{method}({argument})"
    default = guarded(tmp_path, "x = 1")
    assert call(guarded(tmp_path, body), method) == call(default, method)


def test_a_refusal_of_the_work_names_the_line_of_the_plugin(tmp_path: Path) -> None:
    found = guarded(
        tmp_path,
        """
        def prepare(self, work):
            self.helped(work)

        def helped(self, work):
            work.replace("setup.py", "curl", "pass")
        """,
    )
    with pytest.raises(PluginError) as error:
        call(found, "prepare")
    file = tmp_path / "overrides" / "demo.py"
    assert error.value.message == (
        f"{file}:7: prepare of demo 1.0 failed: setup.py has 'curl' nowhere, not once"
    )
    assert len(error.value.details) == 2


def test_errors_of_builder_pass_through(tmp_path: Path) -> None:
    body = "def prepare(self, work):\n    from wheeltree.errors import PatchError as E\n    raise E('x')"
    with pytest.raises(PatchError, match="x"):
        call(guarded(tmp_path, body), "prepare")


def test_an_exit_is_a_failure_and_not_the_end(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="SystemExit"):
        call(guarded(tmp_path, "def finish(self, wheel): raise SystemExit"), "finish")


def test_patches_that_are_not_applied_are_an_error(tmp_path: Path) -> None:
    found = guarded(tmp_path, "\ndef prepare(self, work): pass")
    with pytest.raises(PluginError, match=r"demo\.py:3: prepare of demo 1.0 did not apply .* a, b"):
        found.prepare(FakeWork(patches=("a", "b")))
    found.prepare(FakeWork())


def test_patches_are_applied_once(tmp_path: Path) -> None:
    body = "def prepare(self, work):\n    work.apply_patches()\n    super().prepare(work)"
    with pytest.raises(PluginError, match="the patches are applied already"):
        guarded(tmp_path, body).prepare(FakeWork(patches=("a",)))


@pytest.mark.parametrize(
    ("body", "method", "said"),
    [
        ("def build_requires(self, tree): return 'x'", "build_requires", "returned a string"),
        ("def build_requires(self, tree): return ['x y']", "build_requires", "is no requirement"),
        ("def build_requires(self, tree): return [1]", "build_requires", "is no requirement"),
        ("def build_requires(self, tree): return 1", "build_requires", "TypeError"),
        ("def environ(self, work): return {'A': 1}", "environ", "'A': 1, which is no environment"),
        ("def environ(self, work): return {'A=B': ''}", "environ", "no environment variable"),
        ("def environ(self, work): return None", "environ", "TypeError"),
        ("def build_wheel(self, work): pass", "build_wheel", "returned None, no path of a wheel"),
        ("def select(self, candidates): return [1]", "select", "returned 1, which was not offered"),
        ("def select(self, candidates): return [*candidates] * 2", "select", "twice"),
        ("def select(self, candidates): pass", "select", "TypeError"),
    ],
)
def test_a_result_of_another_kind_is_refused(
    tmp_path: Path, body: str, method: str, said: str
) -> None:
    with pytest.raises(PluginError, match=rf"demo\.py:3: {method} of demo.*{said}"):
        call(guarded(tmp_path, body), method)


def test_select_narrows_and_orders(tmp_path: Path) -> None:
    found = guarded(tmp_path, "def select(self, candidates): return [*candidates][:0:-1]")
    offered = fake_candidates("3.0", "2.0", "1.0")
    assert [str(each.version) for each in found.select(NAME, offered)] == ["1.0", "2.0"]
