import os
import time
import zipfile
from pathlib import Path

import pytest
from workshop import Workshop, as_input, demo, wheel

from wheeltree.building.realise import find, recall
from wheeltree.errors import BuildError, StoreError
from wheeltree.model.digest import Key
from wheeltree.model.spec import BuildSpec, Input, Inquiry

MODULE = """
#include <Python.h>
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "demo", __FILE__, -1, NULL};
PyMODINIT_FUNC PyInit_demo(void) { return PyModule_Create(&def); }
"""
SETUP = """
from setuptools import setup, Extension
setup(name="demo", version="1.0", ext_modules=[Extension("demo", ["src/demo.c"])])
"""
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'

COMPILE = """
import os, subprocess, tempfile
folder = tempfile.mkdtemp()
os.chdir(folder)
with open("a.c", "w") as file: file.write("const char *where(void) { return __FILE__; }")
subprocess.run(["gcc", "-g", "-shared", "-o", "a.so", folder + "/a.c"], check=True)
with open("a.so", "rb") as file: found["demo/a.so"] = file.read()
"""


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture
def another(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "another" / "place")


def read(shop: Workshop, spec: BuildSpec, path: str) -> bytes:
    artifact = find(shop.store, spec)
    assert artifact is not None
    file = shop.store.file(artifact.file)
    assert file is not None
    with zipfile.ZipFile(file) as archive:
        return archive.read(path)


def test_backends_that_build_themselves_are_built_from_nothing(shop: Workshop) -> None:
    for name in ("flit-core", "setuptools"):
        spec = shop.sdist(name)
        artifact = shop.realise(spec)
        assert artifact.name == name
        assert artifact.seconds > 0
        assert artifact.sandbox == shop.sandbox.kind
        assert find(shop.store, spec) == artifact


def test_a_wheel_is_the_same_in_another_store_at_another_time(
    shop: Workshop, another: Workshop
) -> None:
    first = shop.realise(shop.sdist("flit-core"))
    time.sleep(2.1)  # zip counts in twos
    second = another.realise(another.sdist("flit-core"))
    assert first.content == second.content
    assert first.file == second.file


def test_an_extension_is_the_same_in_another_store(shop: Workshop, another: Workshop) -> None:
    files = {"pyproject.toml": SETUPTOOLS, "setup.py": SETUP, "src/demo.c": MODULE}
    artifacts = []
    for each in (shop, another):
        tool = each.sdist("setuptools")
        each.realise(tool)
        artifacts.append(each.realise(each.project(files, as_input(tool), native=True)))
    first, second = artifacts
    assert first.filename.startswith("demo-1.0-cp3")
    assert (first.content, first.file) == (second.content, second.file)


def test_what_is_compiled_in_a_folder_of_random_name_is_the_same(
    shop: Workshop, another: Workshop
) -> None:
    contents = set()
    for each in (shop, another):
        spec = each.project(demo(COMPILE), native=True)
        contents.add(each.realise(spec).content)
        library = read(each, spec, "demo/a.so")
        assert b"/build/src/a.c" in library
        assert b"/tmp/tmp" not in library
    assert len(contents) == 1


def test_hatchling_builds_with_an_environment_of_several_wheels(shop: Workshop) -> None:
    names = ("hatchling", "packaging", "pathspec", "pluggy", "trove-classifiers")
    environment = [shop.seed(wheel(name)) for name in names]
    files = {
        "pyproject.toml": '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "demo"\nversion = "1.0"\ndependencies = ["b>=1"]\n',
        "demo/__init__.py": "",
    }
    spec = shop.project(files, *environment)
    answer = shop.inquire(spec)
    assert answer.requires == ()
    assert answer.metadata is not None
    assert answer.metadata.requires_dist == ("b>=1",)
    assert shop.realise(spec).metadata == answer.metadata


@pytest.mark.parametrize("kind", ["unshare", "none"])
def test_another_sandbox_gives_the_same_wheel(kind: str, shop: Workshop, tmp_path: Path) -> None:
    other = Workshop(tmp_path / kind, sandbox=kind)
    artifacts = [each.realise(each.project(demo(COMPILE), native=True)) for each in (shop, other)]
    assert artifacts[0].content == artifacts[1].content


def test_a_rebuilt_tool_that_came_out_the_same_rebuilds_nothing_above_it(shop: Workshop) -> None:
    log = shop.logs / "demo==1.0.log"
    first, second = (shop.project(demo(f"# {number}")) for number in (1, 2))
    assert shop.realise(first).content == shop.realise(second).content
    files = demo("found['demo/other.py'] = b''")
    artifact = shop.realise(shop.project(files, as_input(first)))
    log.unlink()
    above = shop.project(files, as_input(second))
    assert find(shop.store, above) == artifact
    assert shop.realise(above) == artifact
    assert not log.exists()


def test_an_answer_is_kept_and_survives_a_tool_that_came_out_the_same(shop: Workshop) -> None:
    first, second = (shop.project(demo(f"# {number}")) for number in (1, 2))
    shop.realise(first)
    shop.realise(second)
    answer = shop.inquire(shop.project(demo(), as_input(first)))
    log = shop.logs / "demo==1.0.ask.log"
    log.unlink()
    above = shop.project(demo(), as_input(second))
    assert shop.inquire(above) == answer
    assert recall(shop.store, Inquiry(spec=above, metadata=True)) == answer
    assert not log.exists()


def test_a_backend_without_the_metadata_hook_is_asked_for_the_wheel(shop: Workshop) -> None:
    answer = shop.inquire(shop.project(demo()))
    assert answer.requires == ()
    assert answer.metadata is not None


def test_metadata_is_left_open_where_the_environment_lacks_what_is_required(
    shop: Workshop,
) -> None:
    files = demo()
    files["maker.py"] += "\ndef get_requires_for_build_wheel(settings=None): return ['cython>=3']\n"
    answer = shop.inquire(shop.project(files))
    assert answer.requires == ("cython>=3",)
    assert answer.metadata is None


def test_a_failing_build_says_what_failed_and_what_to_do(shop: Workshop) -> None:
    spec = shop.project(demo("import sys; print('\\x1b[31mtrying')\nimport cython_and_friends"))
    with pytest.raises(BuildError) as caught:
        shop.realise(spec)
    assert caught.value.message == "demo 1.0: build_wheel failed (exit status 1)"
    last, log = caught.value.details[-2:]
    assert last.endswith("No module named 'cython_and_friends'")
    assert log == f"the whole log is {shop.logs / 'demo==1.0.log'}"
    assert "trying" in "".join(caught.value.details)
    assert "\x1b" not in str(caught.value)
    assert "Python module cython_and_friends" in caught.value.hint
    assert find(shop.store, spec) is None
    assert list(shop.store.work.iterdir()) == []


@pytest.mark.parametrize(
    ("actions", "says"),
    [
        ("import os; os._exit(0)", "left no 'output.json'"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed by signal 9"),
        (
            "import urllib.request as u; u.urlopen('http://example.invalid')",
            "builds have no network",
        ),
        ("found['../../escape.py'] = b''", "path that wheels may not have"),
        ("found['other-1.0.dist-info/METADATA'] = b''", "2 .dist-info folders"),
        ("open('/env/x', 'w')", "Read-only file system"),
        ("import subprocess; subprocess.run(['gcc'])", "exit status 1"),
        ("import sys\nwhile True: sys.stdout.write('x' * 1000000)", "more than its log could hold"),
    ],
)
def test_a_build_that_misbehaves_is_an_error_and_leaves_nothing(
    actions: str, says: str, shop: Workshop
) -> None:
    with pytest.raises(BuildError) as caught:
        shop.realise(shop.project(demo(actions)))
    assert says in str(caught.value)
    assert list(shop.store.work.iterdir()) == []


def test_a_build_of_another_version_is_an_error(shop: Workshop) -> None:
    with pytest.raises(BuildError, match=r"is a wheel of demo 1\.0"):
        shop.realise(shop.project(demo(), version="1.1"))


def test_a_wheel_for_another_machine_is_an_error(shop: Workshop) -> None:
    with pytest.raises(BuildError, match="has no tag that Python"):
        shop.realise(shop.project(demo(tag="cp39-cp39-win_amd64")))


def test_what_a_build_sees_is_constant(shop: Workshop) -> None:
    see = (
        "import os, sys, json\n"
        "seen = [os.getcwd(), sys.prefix, sys.executable, sorted(os.environ), os.umask(0)]\n"
        "found['seen.json'] = json.dumps(seen).encode()"
    )
    spec = shop.project(demo(see))
    shop.realise(spec)
    seen = read(shop, spec, "seen.json").decode()
    assert seen.startswith('["/build/src", "/env", "/env/bin/python", ')
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert "PYTEST" not in seen
    assert seen.endswith(f", {0o022}]")


def test_programs_of_the_environment_run(shop: Workshop) -> None:
    tool = shop.project(
        demo(
            "found['demo-1.0.dist-info/entry_points.txt'] = b'[console_scripts]\\nsay=demo:missing'"
        )
    )
    shop.realise(tool)
    use = "import subprocess\nfound['x'] = subprocess.run(['say'], capture_output=True).stderr"
    spec = shop.project(demo(use), as_input(tool))
    shop.realise(spec)
    assert b"cannot import name 'missing' from 'demo' (/env/lib/" in read(shop, spec, "x")


def test_modules_of_the_environment_come_with_bytecode(shop: Workshop) -> None:
    tool = shop.project(demo())
    shop.realise(tool)
    see = (
        "import demo, importlib.util\n"
        "pyc = importlib.util.cache_from_source(demo.__file__)\n"
        "found['x'] = open(pyc, 'rb').read()[4:8]"
    )
    spec = shop.project(demo(see), as_input(tool))
    shop.realise(spec)
    assert read(shop, spec, "x") == (0b01).to_bytes(4, "little")  # hashed and unchecked


def test_the_content_of_a_sample_build_is_pinned(shop: Workshop) -> None:
    """Another digest rebuilds everything: if it is meant, raise OUTPUT_SCHEMA."""
    assert shop.realise(shop.project(demo())).content == (
        "b4999243e355c0e889e6c5be01d234432e388df8ee4a47ed3152b9c99a207692"
    )


def test_a_missing_input_is_named(shop: Workshop) -> None:
    tool = shop.sdist("flit-core")
    gone = Input(name=tool.name, version=tool.version, key=Key("0" * 64))
    with pytest.raises(StoreError, match=r"demo==1\.0 is built with flit-core=="):
        shop.realise(shop.project(demo(), gone))


def test_a_missing_source_tree_is_named(shop: Workshop, another: Workshop) -> None:
    with pytest.raises(StoreError, match=r"source tree of demo==1\.0"):
        another.realise(shop.project(demo()))


def test_a_wheel_that_is_gone_is_built_again(shop: Workshop) -> None:
    spec = shop.project(demo())
    first = shop.realise(spec)
    file = shop.store.file(first.file)
    assert file is not None
    file.unlink()
    assert find(shop.store, spec) is None
    assert shop.realise(spec).content == first.content
    assert find(shop.store, spec) is not None
