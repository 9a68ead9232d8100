"""`builder` with a stopwatch around its sandbox.

Run as `python -m bench.traced TRACE ARGUMENTS...`: the file TRACE gets one JSON object for every
process that the sandbox ran. It replaces one function of the session by one that wraps what it
returns; everything else is `builder` as it is.
"""

import json
import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import TextIO

from wheeltree.cli.main import main as builder
from wheeltree.sandbox.base import Job, Outcome, Sandbox
from wheeltree.sandbox.choose import choose
from wheeltree.session import run as session

_HOOKS = (
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_wheel",
    "build_wheel",
)
_OTHER = "other"
"""Bytecode of a wheel, or GNU patch: not a backend's work."""


class Stopwatch:
    """A sandbox that writes down what each of its jobs took."""

    def __init__(self, sandbox: Sandbox, trace: TextIO) -> None:
        self.kind = sandbox.kind
        self.layout = sandbox.layout
        self._sandbox = sandbox
        self._trace = trace
        self._lock = threading.Lock()

    def run(self, job: Job, *, log: int, timeout: float | None) -> Outcome:
        """See `Sandbox.run`. CPU time is right only while one job runs at a time."""
        before, begun = _children(), time.monotonic()
        outcome = self._sandbox.run(job, log=log, timeout=timeout)
        ended, cpu = time.monotonic(), _children() - before
        hooks = (word for word in job.argv if word in _HOOKS)
        self._write(
            hook=next(hooks, _OTHER),
            log=Path(os.readlink(f"/proc/self/fd/{log}")).name,
            begun=begun,
            ended=ended,
            seconds=outcome.seconds,
            cpu=cpu,
        )
        return outcome

    def _write(self, **fields: str | float) -> None:
        with self._lock:
            self._trace.write(json.dumps(fields) + "\n")
            self._trace.flush()

    def interact(self, job: Job) -> int:
        """See `Sandbox.interact`."""
        return self._sandbox.interact(job)

    def stop(self) -> None:
        """See `Sandbox.stop`."""
        self._sandbox.stop()


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    _, trace, *arguments = sys.argv
    with Path(trace).open("w", encoding="utf-8") as file:
        vars(session)["choose"] = lambda kind: Stopwatch(choose(kind), file)
        sys.argv = ["builder", *arguments]
        builder()


if __name__ == "__main__":
    main()
