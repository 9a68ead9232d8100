"""Whatever happens to a run, the next one goes on from what it left; two may run at once."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from support.line import Line
from support.projects import Project
from wheeltree.store.local import Store
from wheeltree.store.upkeep import verify

_KILLS = 50
_LONGEST = 2.0
"""Seconds in which a killed run may get."""


def _offered(line: Line) -> None:
    tools = [Project(name=f"tool{number}") for number in range(3)]
    line.offer(*tools)
    for number in range(5):
        build = tuple(each.name for each in tools[: number % 3 + 1])
        line.offer(Project(name=f"app{number}", build=build, dynamic=number == 0))


_ASKED = [f"app{number}" for number in range(5)]


def _builder(line: Line, *more: str) -> "subprocess.Popen[bytes]":
    command = [
        *(str(Path(sys.executable).with_name("builder")), "bootstrap", *_ASKED, "--json"),
        *("--wheelhouse", str(line.wheelhouse), "--store", str(line.places.store)),
        *("--index-url", line.index.url, "--jobs", "2", *more),
    ]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=line.folder
    )


def _wheels(line: Line) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in line.wheelhouse.rglob("*.whl")}


def test_runs_that_are_killed_at_any_moment_lose_only_what_was_in_flight(
    line: Line, tmp_path: Path
) -> None:
    _offered(line)
    moments = random.Random(2026)
    for _ in range(_KILLS):
        process = _builder(line)
        time.sleep(moments.uniform(0.05, _LONGEST))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert verify(Store(line.places.store)) == ()
        if process.returncode == 0:  # it was done before: the next ones are to have work again
            shutil.rmtree(line.places.store)
            shutil.rmtree(line.wheelhouse)
    process = _builder(line)
    output, _ = process.communicate()
    assert process.returncode == 0, output.decode()

    clean = Line(tmp_path / "clean")
    _offered(clean)
    clean.run(*_ASKED)
    assert _wheels(line) == _wheels(clean)
    assert not list((line.places.store / "tmp").glob("*"))


def test_two_runs_share_one_store(line: Line) -> None:
    _offered(line)
    line.write("settings.yaml", "{}")
    runs = [_builder(line), _builder(line, "--wheelhouse", str(line.folder / "second"))]
    for run in runs:
        output, _ = run.communicate()
        assert run.returncode == 0, output.decode()
    first = {path.name: path.stat().st_size for path in line.wheelhouse.rglob("*.whl")}
    second = {path.name: path.stat().st_size for path in (line.folder / "second").rglob("*.whl")}
    assert first == second
    assert len(first) == 8


def test_two_runs_may_have_one_wheelhouse(line: Line) -> None:
    _offered(line)
    runs = [_builder(line), _builder(line)]
    for run in runs:
        output, _ = run.communicate()
        assert run.returncode == 0, output.decode()
    assert len(_wheels(line)) == 8


def test_an_interrupted_run_stops_its_builds_and_says_how_to_go_on(line: Line) -> None:
    marker = f"wheeltree-test-{os.getpid()}-{time.monotonic_ns()}"
    wait = f"import subprocess; subprocess.run(['sleep', '120'], env={{'MARK': '{marker}'}})"
    line.offer(*[Project(name=each, on_build=wait) for each in _ASKED])
    process = _builder(line)
    assert process.stdout is not None
    for text in process.stdout:
        if b'"started"' in text and b"app" in text and b'"source"' not in text:
            break
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 130, output.decode()
    assert not [pid for pid in _processes() if marker in pid]


def _processes() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            found.append(path.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return found
