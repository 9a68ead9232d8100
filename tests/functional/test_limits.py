"""What a build may take of the machine, and what is said when it takes more."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from workshop import Workshop, demo

from wheeltree.errors import BuildError
from wheeltree.model.spec import BuildSpec
from wheeltree.model.system import Resources

FORK_BOMB = """
import os, time
while True:
    if os.fork() == 0:
        time.sleep(600)
    time.sleep(0.002)
"""
# One whose children fork too has thousands before it is looked at again, and other tests starve.
MEMORY = """
import time
held = []
while True:
    held.append(bytearray(b"x") * (16 << 20))
    time.sleep(0.01)
"""
SHARED = """
import time
with open("/dev/shm/held", "wb") as file:
    while True:
        file.write(bytes(1 << 20))
        file.flush()
        time.sleep(0.002)
"""
FILES = """
import itertools, time
for number in itertools.count():
    with open(f"filling-{number}", "wb") as file:
        file.write(bytes(1 << 20))
    time.sleep(0.002)
"""
TEMPORARY = FILES.replace("filling", "/tmp/filling")
OUTPUT = """
import sys
for _ in range(1 << 10):
    sys.stdout.write("x" * (1 << 20))
"""
SILENCE = "import time\ntime.sleep(600)"

SMALL = Resources(
    most_processes=60,
    most_memory=400 << 20,
    most_disk=150 << 20,
    most_log=3 << 20,
    silence=20,
)

SAID = {
    "fork bomb": (FORK_BOMB, "had more than 60 processes at once", "most_processes"),
    "memory": (MEMORY, r"took \S+ [GM]iB of memory, and may have 400 MiB", "most_memory"),
    "disk": (FILES, r"wrote \S+ [GM]iB to its folders, and may have 150 MiB", "most_disk"),
    "temporary files": (TEMPORARY, r"wrote \S+ [GM]iB to its folders", "most_disk"),
    "files in memory": (SHARED, r"wrote \S+ [GM]iB to its folders", "most_disk"),
    "output": (OUTPUT, "printed more than its log could hold, which is 3 MiB", "most_log"),
    "silence": (SILENCE, "printed nothing for 20 s", "builder shell demo"),
}


def limited(shop: Workshop, actions: str) -> BuildSpec:
    spec = shop.project(demo(actions))
    return replace(spec, recipe=replace(spec.recipe, resources=SMALL))


@pytest.mark.parametrize("kind", ["bubblewrap", "unshare"])
@pytest.mark.parametrize("what", SAID)
def test_a_build_that_takes_too_much_is_told_what_it_may(
    what: str, kind: str, tmp_path: Path
) -> None:
    actions, message, hint = SAID[what]
    shop = Workshop(tmp_path, sandbox=kind)
    began = time.monotonic()
    with pytest.raises(BuildError, match=message) as caught:
        shop.realise(limited(shop, actions))
    assert hint in caught.value.hint
    assert "the whole log is" in caught.value.details[-1]
    assert time.monotonic() - began < 60
    assert not list(shop.store.work.glob("*/src"))


def test_without_a_sandbox_a_build_is_watched_all_the_same(tmp_path: Path) -> None:
    shop = Workshop(tmp_path, sandbox="none")
    spec = limited(
        shop, "import os, time\nfor _ in range(100): os.fork() or time.sleep(600)\ntime.sleep(600)"
    )
    with pytest.raises(BuildError, match="had more than 60 processes at once"):
        shop.realise(spec)


def test_what_stays_within_its_limits_is_built(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.realise(limited(shop, "import time\nprint('busy', flush=True)\ntime.sleep(1.5)"))
