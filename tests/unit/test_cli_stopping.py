"""Signals: the first stops in good order, its echo does nothing."""

import subprocess
import sys

import pytest

SCRIPT = """
import os, signal, sys, time
from wheeltree.cli.stopping import Stopping
{before}
with Stopping():
    try:
        os.kill(os.getpid(), signal.{first})
        time.sleep(0.1)
        print("on")
    except KeyboardInterrupt:
        {after}
        print("cleaned up")
os.kill(os.getpid(), signal.SIGINT)
sys.exit(130)
"""


def run(first: str, *, before: str = "", after: str = "pass") -> tuple[int, str]:
    script = SCRIPT.format(first=first, before=before, after=after)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_stops_and_an_echo_does_nothing(name: str) -> None:
    assert run(name, after="os.kill(os.getpid(), signal.SIGTERM)") == (130, "cleaned up\n")


def test_an_impatient_one_ends_it_at_once() -> None:
    after = (
        "import wheeltree.cli.stopping as it; it._PATIENCE = -1.0;"
        " os.kill(os.getpid(), signal.SIGINT); time.sleep(1)"
    )
    assert run("SIGINT", after=after) == (130, "\nerror: stopped at once\n")


def test_what_the_parent_ignores_is_ignored() -> None:
    before = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    assert run("SIGHUP", before=before) == (130, "on\n")
