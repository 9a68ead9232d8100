"""Locks between processes, however these end."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wheeltree.store.local import Store
from wheeltree.store.locks import Busy, exclusive_now

_MOMENT = 0.2
"""Seconds in which a process has certainly come to wait."""

_PROGRAM = """
import sys, time
from pathlib import Path
from wheeltree.store.local import Store

print("waits", flush=True)
with Store(Path(sys.argv[1])).lock(sys.argv[2]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_killed_holds_nothing(store: Store, number: signal.Signals) -> None:
    with _process(store, "one") as holder:
        assert _lines(holder) == ["waits", "held"]
        assert _is_held(store, "one")
        assert not _is_held(store, "two")
        holder.send_signal(number)
        holder.wait()
        assert not _is_held(store, "one")


def test_a_killed_holder_is_followed_by_who_waits(store: Store) -> None:
    with _process(store, "one") as holder:
        assert _lines(holder) == ["waits", "held"]
        with _process(store, "one") as waiter:
            assert _line(waiter) == "waits"
            time.sleep(_MOMENT)
            holder.kill()
            assert _line(waiter) == "held"


def test_who_waits_can_be_interrupted(store: Store) -> None:
    with store.lock("one"), _process(store, "one") as waiter:
        assert _line(waiter) == "waits"
        time.sleep(_MOMENT)
        waiter.send_signal(signal.SIGINT)
        assert waiter.wait(timeout=10) == -signal.SIGINT
        assert _is_held(store, "one")


@contextmanager
def _process(store: Store, name: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, store.root, name],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        process.kill()


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _lines(process: "subprocess.Popen[str]") -> list[str]:
    return [_line(process), _line(process)]


def _is_held(store: Store, name: str) -> bool:
    try:
        with exclusive_now(store.root / "lock", name):
            return False
    except Busy:
        return True
