"""What the trap for attempts to reach the network costs a job, measured in pairs.

    python -m bench.trap [pairs]

A pair is the same job, once in a sandbox whose calls are watched and once in one whose are not,
in changing order; the job runs a program, and starts Python, which asks for users and has a server
of its own. The difference is the trap, and the first column is sandbox and trap together.
"""

import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from wheeltree.sandbox import notify
from wheeltree.sandbox.authority import Authority
from wheeltree.sandbox.base import Job, Sandbox, within
from wheeltree.sandbox.bubblewrap import Bubblewrap
from wheeltree.sandbox.unshare import Unshare

_SERVER = """
import pwd, socket
pwd.getpwuid(1000)
with socket.create_server(("127.0.0.1", 0)) as server:
    for _ in range(20):
        with socket.create_connection(server.getsockname()) as client:
            server.accept()[0].close()
"""
_JOBS = {
    "true": ("/bin/true",),
    "a server of its own": ("/usr/bin/python3", "-I", "-S", "-c", _SERVER),
}


def main(pairs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder))
        authority.prepare()
        bwrap = shutil.which("bwrap")
        sandboxes: list[Sandbox] = [Unshare(authority)]
        sandboxes += [Bubblewrap(bwrap, authority)] if bwrap else []
        print(f"{platform.platform()}, {pairs} pairs, medians in ms")
        for sandbox in sandboxes:
            for name, argv in _JOBS.items():
                _report(sandbox, name, argv, pairs)


def _report(sandbox: Sandbox, name: str, argv: tuple[str, ...], pairs: int) -> None:
    job = Job(
        argv=argv,
        cwd="/tmp",
        environ={"PATH": "/usr/bin:/bin"},
        binds=(),
        prefix="/usr",
        native=True,
    )
    with_trap, without = [], []
    for number in range(pairs + 1):
        first, second = (_watched, _unwatched) if number % 2 else (_unwatched, _watched)
        times = {each: _seconds(sandbox, job, each) for each in (first, second)}
        if number:  # the first warms caches
            with_trap.append(times[_watched])
            without.append(times[_unwatched])
    differences = [a - b for a, b in zip(with_trap, without, strict=True)]
    print(
        f"{sandbox.kind:10} {name:20} with {_ms(with_trap)}  without {_ms(without)}  "
        f"trap {_ms(differences)}"
    )


def _ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:6.1f}"


_real = notify.watch_this_thread


@contextmanager
def _watched() -> Iterator[None]:
    yield


@contextmanager
def _unwatched() -> Iterator[None]:
    notify.watch_this_thread = lambda machine: None  # noqa: ARG005
    try:
        yield
    finally:
        notify.watch_this_thread = _real


def _seconds(sandbox: Sandbox, job: Job, how: Callable[[], AbstractContextManager[None]]) -> float:
    with tempfile.TemporaryFile() as log, how():
        began = time.perf_counter()
        outcome = sandbox.run(job, log=log.fileno(), patience=within(60))
        took = time.perf_counter() - began
    assert outcome.returncode == 0
    assert outcome.attempts == ()
    return took


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
