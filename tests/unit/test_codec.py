"""How values are spelt and read when several threads do it at once."""

import subprocess
import sys

import pytest

SCRIPT = """
import threading
from dataclasses import dataclass
from wheeltree.model import codec

started, asked = threading.Event(), threading.Event()

def paused():
    started.set()
    asked.wait(0.5)
    return int

@dataclass
class Inner:
    number: "paused()"

@dataclass
class Outer:
    name: str
    inner: Inner

@dataclass
class Other:
    outer: Outer

def read(kind):
    {first}

def read_too():
    started.wait()
    asked.set()
    {second}

threads = [threading.Thread(target=read, args=(Other,)), threading.Thread(target=read_too)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("both read it")
"""
DECODES = (
    """codec.decode(b'{"outer": {"name": "a", "inner": {"number": 1}}}', Other)""",
    """codec.decode(b'{"name": "a", "inner": {"number": 1}}', Outer)""",
)
CONVERTS = (
    """codec.convert({"outer": {"name": "a", "inner": {"number": 1}}}, Other)""",
    """codec.convert({"name": "a", "inner": {"number": 1}}, Outer)""",
)


@pytest.mark.parametrize("first", [DECODES[0], CONVERTS[0]], ids=["decoded", "converted"])
@pytest.mark.parametrize("second", [DECODES[1], CONVERTS[1]], ids=["decoded", "converted"])
def test_a_type_that_one_thread_is_learning_is_read_by_another(first: str, second: str) -> None:
    """msgspec shows a class to others before it knows its fields: reading it then is a SIGSEGV."""
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(first=first, second=second)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "both read it\n", "")
