"""The local index as a process that lives while something is measured."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, kw_only=True)
class Local:
    """A running local index."""

    port: int

    @property
    def url(self) -> str:
        """What tools get as their index."""
        return f"http://127.0.0.1:{self.port}/simple"

    def misses(self) -> int:
        """How often it had to ask the upstream so far; in a measured run it must not."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/misses") as answer:
            return int(answer.read())


@contextmanager
def serving(folder: Path, upstream: str | None) -> Iterator[Local]:
    """A local index that serves `folder` while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.index", folder, *([upstream] if upstream else [])],
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield Local(port=int(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
