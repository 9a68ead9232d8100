import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from odd_wheels import FILENAME, INFO, METADATA, PYTHON, members, write
from packaging.utils import canonicalize_name
from packaging.version import Version
from puppet_sandbox import (
    Play,
    Puppet,
    answer_first_hooks,
    answering,
    control,
    last_answer,
    place,
)

from support.no_plugins import NoPlugins
from wheeltree.building.frontend import Frontend
from wheeltree.building.logs import Log
from wheeltree.building.workbench import laid_out
from wheeltree.building.workshop import Allotment, workshop
from wheeltree.errors import BuildError
from wheeltree.model.digest import digest_bytes
from wheeltree.model.platform import Platform
from wheeltree.model.source import BuildSystem
from wheeltree.model.spec import BuildSpec, Recipe
from wheeltree.model.system import Resources
from wheeltree.sandbox.base import Job
from wheeltree.store.local import Store

TREE = digest_bytes(b"tree")


DEFAULT = Recipe()
SYSTEM = BuildSystem(backend="maker", backend_path=("tools",))


def spec(
    *, native: bool = False, recipe: Recipe = DEFAULT, build_system: BuildSystem = SYSTEM
) -> BuildSpec:
    platform = Platform(
        interpreter=PYTHON,
        layout="closed",
        parts=(("base", digest_bytes(b"b")), ("toolchain", digest_bytes(b"t"))),
    )
    return BuildSpec(
        name=canonicalize_name("demo"),
        version=Version("1.0"),
        tree=TREE,
        epoch=1_600_000_000,
        build_system=build_system,
        environment=(),
        platform=platform if native else platform.taking("base"),
        recipe=recipe,
    )


class Stage:
    """A frontend whose backend is played by a function."""

    def __init__(self, top: Path) -> None:
        self.store = Store(top / "store")
        (top / "tree").mkdir()
        (top / "tree" / "setup.py").touch()
        self.store.keep_folder(TREE, top / "tree")
        self.log = top / "logs" / "demo.log"

    @contextmanager
    def frontend(self, play: Play, asked: BuildSpec | None = None) -> Iterator[Frontend]:
        asked = asked or spec()
        self.sandbox = Puppet(play)
        with (
            workshop(self.store, self.sandbox, NoPlugins()) as shop,
            laid_out(asked, (), shop) as bench,
        ):
            yield Frontend(asked, bench, self.sandbox, Allotment(log=self.log, cores=3))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def leaving_wheel(job: Job, log: int) -> int:
    write(place(job, "/build/out"), members())
    return answering(FILENAME)(job, log)


def test_a_hook_sees_constant_paths_only(stage: Stage) -> None:
    with stage.frontend(leaving_wheel) as frontend:
        assert frontend.build_wheel().name == FILENAME
    (job,) = stage.sandbox.jobs
    assert job.argv == (
        *("/env/bin/python", "/build/inside.py", "/build/hook.py", "/build/hook", "null"),
        *("get_requires_for_build_wheel", "build_wheel"),
    )
    assert job.cwd == "/build/src"
    assert [(bind.target, bind.writable) for bind in job.binds] == [
        ("/build/src", True),
        ("/env", False),
        ("/build/out", True),
        ("/build/bin", False),
        ("/build/inside.py", False),
        ("/build/hook.py", False),
        ("/build/hook", True),
    ]
    assert str(stage.store.root) not in json.dumps([job.argv, dict(job.environ)])
    assert json.loads(job.environ["_PYPROJECT_HOOKS_BACKEND_PATH_JSON"]) == ["/build/src/tools"]


def test_the_arguments_of_a_hook_are_those_of_the_recipe(stage: Stage) -> None:
    heard: list[object] = []

    def play(job: Job, log: int) -> int:
        heard.append(json.loads((control(job) / "input.json").read_text())["kwargs"])
        return leaving_wheel(job, log)

    recipe = Recipe(config_settings=(("--opt", ("a", "b")), ("x", "y")))
    with stage.frontend(play, spec(recipe=recipe)) as frontend:
        frontend.build_wheel()
    assert heard == [
        {
            "wheel_directory": "/build/out",
            "config_settings": {"--opt": ["a", "b"], "x": "y"},
            "metadata_directory": None,
        }
    ]


def test_the_environment_is_made_from_nothing_and_the_recipe_has_the_last_word(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "token")
    recipe = Recipe(environ=(("CFLAGS", "-O3"), ("MAX_JOBS", "1")))
    with stage.frontend(answering([]), spec(recipe=recipe)) as frontend:
        frontend.requires()
    environ = stage.sandbox.jobs[0].environ
    assert "SECRET" not in environ
    assert environ["PATH"] == "/build/bin:/env/bin:/usr/bin:/bin"
    assert environ["SOURCE_DATE_EPOCH"] == "1600000000"
    assert environ["PYTHONHASHSEED"] == "0"
    assert environ["MAKEFLAGS"] == "-j3"
    assert environ["CFLAGS"] == "-O3"
    assert environ["MAX_JOBS"] == "1"


def test_only_a_native_build_has_compilers_before_those_of_the_system(stage: Stage) -> None:
    found = {}
    for native in (False, True):

        def play(job: Job, log: int, native: bool = native) -> int:
            found[native] = [path.name for path in place(job, "/build/bin").iterdir()]
            return answering([])(job, log)

        with stage.frontend(play, spec(native=native)) as frontend:
            frontend.requires()
    assert found[False] == []
    assert set(found[True]) <= {path.name for path in Path("/usr/bin").iterdir()}


def test_nothing_of_a_build_is_left(stage: Stage) -> None:
    with stage.frontend(leaving_wheel) as frontend:
        frontend.build_wheel()
    assert list(stage.store.work.iterdir()) == []


def test_requirements_are_spelled_canonically(stage: Stage) -> None:
    with stage.frontend(answering(["Cython >= 3 , <4"])) as frontend:
        assert frontend.requires() == ("Cython<4,>=3",)


@pytest.mark.parametrize("answer", [None, "cython", {"a": 1}, ["???"], [3], [None], [["a"]]])
def test_requirements_that_are_none_are_an_error(answer: object, stage: Stage) -> None:
    with (
        stage.frontend(answering(answer)) as frontend,
        pytest.raises(BuildError, match=r"demo 1\.0: get_requires_for_build_wheel returned"),
    ):
        frontend.requires()


def test_metadata_is_read_from_the_folder_that_the_hook_named(stage: Stage) -> None:
    def play(job: Job, log: int) -> int:
        folder = place(job, "/build/out") / INFO
        folder.mkdir()
        (folder / "METADATA").write_bytes(METADATA + b"Requires-Dist: b\n")
        return answering(INFO)(job, log)

    with stage.frontend(play) as frontend:
        assert frontend.metadata().requires_dist == ("b",)


@pytest.mark.parametrize(
    ("returned", "kind", "says"),
    [
        ("../etc.dist-info", "none", "not a .dist-info folder"),
        (None, "none", "not a .dist-info folder"),
        (INFO, "none", "left no"),
        (INFO, "linked folder", "is not a folder"),
        (INFO, "linked file", "not a regular small file"),
        (INFO, "pipe", "not a regular small file"),
        (INFO, "latin", "not UTF-8"),
    ],
)
def test_metadata_that_is_no_plain_file_is_an_error(
    returned: object, kind: str, says: str, stage: Stage
) -> None:
    def play(job: Job, log: int) -> int:
        folder = place(job, "/build/out") / INFO
        match kind:
            case "linked folder":
                folder.symlink_to("/etc")
            case "linked file":
                folder.mkdir()
                (folder / "METADATA").symlink_to("/etc/passwd")
            case "pipe":
                folder.mkdir()
                os.mkfifo(folder / "METADATA")
            case "latin":
                folder.mkdir()
                (folder / "METADATA").write_bytes(b"Name: caf\xe9\n")
            case _:
                pass
        return answering(returned)(job, log)

    with stage.frontend(play) as frontend, pytest.raises(BuildError, match=says):
        frontend.metadata()


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"not json", b"[" * 100_000, b"\xff", b'{"return_val": '],
    ids=["empty", "list", "text", "deep", "binary", "cut"],
)
def test_an_answer_that_is_no_json_object_is_an_error(text: bytes, stage: Stage) -> None:
    def play(job: Job, _log: int) -> int:
        answer_first_hooks(job)
        last_answer(job).write_bytes(text)
        return 0

    with (
        stage.frontend(play) as frontend,
        pytest.raises(BuildError, match="answered what is no answer"),
    ):
        frontend.build_wheel()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "nothing", "huge"])
def test_an_answer_that_is_no_plain_file_is_an_error(kind: str, stage: Stage) -> None:
    def play(job: Job, _log: int) -> int:
        answer_first_hooks(job)
        path = last_answer(job)
        match kind:
            case "link":
                path.symlink_to("/etc/passwd")
            case "pipe":
                os.mkfifo(path)
            case "folder":
                path.mkdir()
            case "huge":
                path.touch()
                os.truncate(path, 1 << 30)
            case _:
                pass
        return 0

    with stage.frontend(play) as frontend, pytest.raises(BuildError, match=r"output\.json"):
        frontend.build_wheel()


def test_warnings_of_a_hook_are_not_ours(stage: Stage) -> None:
    warning = {"message": "\x1b[31mlook", "filename": "x", "lineno": 1}
    with stage.frontend(answering([], warnings=[warning])) as frontend:
        assert frontend.requires() == ()


def test_a_failed_hook_says_which_with_the_end_of_its_log(stage: Stage) -> None:
    def play(job: Job, log: int) -> int:
        answer_first_hooks(job)
        os.write(
            log, b"compiling\n\x1b[31mx.c:1:10: fatal error: ffi.h: No such file or directory\n"
        )
        return 1

    with stage.frontend(play) as frontend, pytest.raises(BuildError) as caught:
        frontend.build_wheel()
    assert caught.value.message == "demo 1.0: build_wheel failed (exit status 1)"
    assert caught.value.details[-2:] == (
        "x.c:1:10: fatal error: ffi.h: No such file or directory",
        f"the whole log is {stage.log}",
    )
    assert "ffi.h is missing: install libffi-dev" in caught.value.hint


def test_a_failed_hook_that_leaves_no_trace_can_be_looked_into(stage: Stage) -> None:
    def play(job: Job, _log: int) -> int:
        answer_first_hooks(job)
        return 1

    with stage.frontend(play) as frontend, pytest.raises(BuildError) as caught:
        frontend.build_wheel()
    assert caught.value.hint == "look around in its build: builder shell demo"


def test_a_killed_hook_names_the_signal(stage: Stage) -> None:
    with (
        stage.frontend(lambda _job, _log: 137) as frontend,
        pytest.raises(BuildError, match="build_wheel was killed by signal 9"),
    ):
        frontend.build_wheel()


def test_a_hook_that_took_too_long_names_its_limit(stage: Stage) -> None:
    with (
        stage.frontend(
            answering([]), spec(recipe=Recipe(resources=Resources(timeout=0)))
        ) as frontend,
        pytest.raises(BuildError, match="was not done after 0 s"),
    ):
        frontend.requires()


def test_of_two_limits_the_one_that_ended_a_job_is_named(stage: Stage) -> None:
    """Two hooks in one job have twice the time of one: here it was not used up."""
    limits = Resources(timeout=1, silence=0)
    with (
        stage.frontend(answering([]), spec(recipe=Recipe(resources=limits))) as frontend,
        pytest.raises(BuildError, match="printed nothing for 0 s"),
    ):
        frontend.build_wheel()


def test_a_backend_that_cannot_be_imported_is_named(stage: Stage) -> None:
    trace = "Traceback:\nModuleNotFoundError: No module named 'maker'\n"
    play = answering(None, no_backend=True, traceback=trace, backend_error="Cannot import")
    with (
        stage.frontend(play) as frontend,
        pytest.raises(BuildError, match="backend 'maker' cannot be imported") as caught,
    ):
        frontend.requires()
    assert "Python module maker" in caught.value.hint


def test_a_backend_path_that_leaves_the_source_is_an_error(stage: Stage) -> None:
    wrong = spec(build_system=BuildSystem(backend="maker", backend_path=("../..",)))
    with (
        stage.frontend(answering([]), wrong) as frontend,
        pytest.raises(BuildError, match=r"backend-path in pyproject\.toml"),
    ):
        frontend.requires()


def test_the_time_of_all_hooks_is_counted(stage: Stage) -> None:
    with stage.frontend(answering([])) as frontend:
        frontend.requires()
        frontend.requires()
        assert frontend.seconds == 3.0


def test_a_log_has_a_limit_and_its_writer_is_told(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", limit=1000)
    with log.descriptor() as descriptor, pytest.raises(BrokenPipeError):
        _write_forever(descriptor)
    assert log.full
    assert (tmp_path / "log").stat().st_size < 1100


def test_everything_is_in_the_log_when_a_hook_is_done(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", limit=1 << 20)
    for number in range(20):
        with log.descriptor() as descriptor:
            os.write(descriptor, b"%d\n" % number)
    assert not log.full
    assert log.tail().split() == [b"%d" % number for number in range(20)]


def _write_forever(descriptor: int) -> None:
    while True:
        os.write(descriptor, b"x" * 100)


def test_a_question_and_its_wheel_are_one_job_if_nothing_is_added(stage: Stage) -> None:
    with stage.frontend(leaving_wheel) as frontend:
        requires, wheel = frontend.requires_and_wheel()
    assert requires == ()
    assert wheel is not None
    assert len(stage.sandbox.jobs) == 1


def test_a_wheel_that_was_built_although_something_is_added_does_not_count(stage: Stage) -> None:
    def lying(job: Job, log: int) -> int:
        leaving_wheel(job, log)
        first = place(job, "/build/hook") / job.argv[-2] / "output.json"
        first.write_text(json.dumps({"return_val": ["cython"]}))
        return 0

    with stage.frontend(lying) as frontend:
        assert frontend.requires_and_wheel() == (("cython",), None)
