"""A run that is stopped says so in one line, leaves nothing running, and can be gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project

BUILDER = str(Path(sys.executable).with_name("builder"))
SLEEP = "import time, subprocess; subprocess.Popen(['sleep', '{0}']); time.sleep({0})"
PATIENCE = 30.0


def command(line: Line, *words: str) -> list[str]:
    return [
        BUILDER,
        *words,
        f"--wheelhouse={line.wheelhouse}",
        f"--store={line.places.store}",
    ]


def bootstrap(line: Line, *words: str) -> list[str]:
    url, settings = line.index.url, line.places.settings
    return command(line, "bootstrap", f"--index-url={url}", f"--settings={settings}", *words)


@pytest.fixture
def seconds(request: pytest.FixtureRequest) -> int:
    """A time that no other process on this machine sleeps."""
    return 100_000 + os.getpid() * 10 + hash(request.node.nodeid) % 10


@pytest.mark.parametrize("sandbox", ["bubblewrap", "unshare", "none"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_no_process(
    line: Line, sandbox: str, number: signal.Signals, seconds: int
) -> None:
    line.offer(Project(name="slow", on_build=SLEEP.format(seconds)), Project(name="fast"))
    words = bootstrap(line, "fast", "slow", f"--sandbox={sandbox}")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: len(sleeping(seconds)) > 0)
    for _ in range(3):  # a terminal, a shell and a make may send one each
        process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.splitlines() == [
        "error: stopped",
        "hint: what was built is kept; the same command goes on from it",
    ]
    assert "Traceback" not in out
    wait_for(lambda: not sleeping(seconds))
    assert not list((line.places.store / "work").iterdir())


def test_a_stopped_run_is_gone_on_with(line: Line, seconds: int) -> None:
    slow = Project(name="slow", on_build=SLEEP.format(seconds), build=("fast",))
    line.offer(slow, Project(name="fast"))
    process = subprocess.Popen(bootstrap(line, "slow", "--json"), stdout=subprocess.PIPE, text=True)
    wait_for(lambda: len(sleeping(seconds)) > 0)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)
    *_, error, summary = map(json.loads, out.splitlines())
    assert (error["event"], error["exit_code"]) == ("error", 130)
    assert summary["event"] == "summary"
    assert summary["built"] == ["fast==1.0"]
    assert line.run("fast").built == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminated_shell_ends_what_runs_in_it(
    line: Line, number: signal.Signals, seconds: int
) -> None:
    line.offer(Project(name="fast"))
    line.run("fast")
    words = [*command(line, "shell", "fast"), "--", "sleep", str(seconds)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: len(sleeping(seconds)) > 0)
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "error: stopped"
    wait_for(lambda: not sleeping(seconds))


def sleeping(seconds: int) -> list[str]:
    """Processes on this machine whose command line has that number."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[:2] == ["sleep", str(seconds)]:
            found.append(path.parent.name)
    return found


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)
