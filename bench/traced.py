"""`builder` with a stopwatch around its sandbox.

Run as `python -m bench.traced TRACE ARGUMENTS...`: the file TRACE gets one JSON object for every
process that the sandbox ran. It replaces three functions: the one that chooses a sandbox, by one
that wraps what it returns, and those that ask and build, by ones that say first for which package.
Everything else is `builder` as it is.
"""

import json
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO, TypeVar

from wheeltree.building.realise import inquire, realise
from wheeltree.cli.main import main as builder
from wheeltree.model.spec import BuildSpec, Inquiry
from wheeltree.planning import answers
from wheeltree.sandbox.base import Job, Outcome, Sandbox
from wheeltree.sandbox.choose import choose
from wheeltree.session import run as session

T = TypeVar("T")

_HOOKS = (
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_wheel",
    "build_wheel",
)
_THREAD = threading.local()
"""For which package this thread works, and whether it asks."""

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
            subject=getattr(_THREAD, "subject", ""),
            question=getattr(_THREAD, "question", False),
            begun=begun,
            ended=ended,
            seconds=outcome.seconds,
            cpu=cpu,
        )
        return outcome

    def _write(self, **fields: str | float | bool) -> None:
        with self._lock:
            self._trace.write(json.dumps(fields) + "\n")
            self._trace.flush()

    def interact(self, job: Job) -> int:
        """See `Sandbox.interact`."""
        return self._sandbox.interact(job)

    def stop(self) -> None:
        """See `Sandbox.stop`."""
        self._sandbox.stop()


def _noting(function: Callable[..., T], *, question: bool) -> Callable[..., T]:
    def called(work: BuildSpec | Inquiry, **rest: object) -> T:
        _THREAD.subject, _THREAD.question = str(work), question
        return function(work, **rest)

    return called


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    _, trace, *arguments = sys.argv
    with Path(trace).open("w", encoding="utf-8") as file:
        vars(session)["choose"] = lambda kind: Stopwatch(choose(kind), file)
        vars(answers)["inquire"] = _noting(inquire, question=True)
        vars(answers)["realise"] = _noting(realise, question=False)
        sys.argv = ["builder", *arguments]
        builder()


if __name__ == "__main__":
    main()
