"""`builder` with a stopwatch around its sandbox.

Run as `python -m bench.traced TRACE ARGUMENTS...`: the file TRACE gets one JSON object for every
process that the sandbox ran, and for every question and build around them. It replaces three
functions: the one that chooses a sandbox, by one that wraps what it returns, and those that ask and
build, by ones that say first for which package. Everything else is `builder` as it is.
"""

import json
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO, TypeVar

from bench.hooks import HOOKS, OTHER, TASK
from wheeltree.building.realise import inquire, realise
from wheeltree.cli.main import main as builder
from wheeltree.model.spec import BuildSpec, Inquiry
from wheeltree.planning import answers
from wheeltree.sandbox.base import Job, Outcome, Sandbox
from wheeltree.sandbox.choose import choose
from wheeltree.session import run as session

T = TypeVar("T")

_THREAD = threading.local()
"""For which package this thread works, and whether it asks."""


class Trace:
    """The file that is written; safe to use from several threads."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def write(self, hook: str, *, begun: float, cpu: float) -> None:
        """One thing that has just ended in this thread."""
        ended = time.monotonic()
        line = {
            "hook": hook,
            "subject": getattr(_THREAD, "subject", ""),
            "question": getattr(_THREAD, "question", False),
            "begun": begun,
            "ended": ended,
            "cpu": cpu,
        }
        with self._lock:
            self._file.write(json.dumps(line) + "\n")


class Stopwatch:
    """A sandbox that writes down what each of its jobs took."""

    def __init__(self, sandbox: Sandbox, trace: Trace) -> None:
        self.kind = sandbox.kind
        self.layout = sandbox.layout
        self._sandbox = sandbox
        self._trace = trace

    def run(self, job: Job, *, log: int, timeout: float | None) -> Outcome:
        """See `Sandbox.run`. CPU time is right only while one job runs at a time."""
        before, begun = _children(), time.monotonic()
        outcome = self._sandbox.run(job, log=log, timeout=timeout)
        hooks = (word for word in job.argv if word in HOOKS)
        self._trace.write(next(hooks, OTHER), begun=begun, cpu=_children() - before)
        return outcome

    def interact(self, job: Job) -> int:
        """See `Sandbox.interact`."""
        return self._sandbox.interact(job)

    def stop(self) -> None:
        """See `Sandbox.stop`."""
        self._sandbox.stop()


def _noting(function: Callable[..., T], trace: Trace, *, question: bool) -> Callable[..., T]:
    def called(work: BuildSpec | Inquiry, **rest: object) -> T:
        _THREAD.subject, _THREAD.question = str(work), question
        begun = time.monotonic()
        try:
            return function(work, **rest)
        finally:
            trace.write(TASK, begun=begun, cpu=0.0)

    return called


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    _, path, *arguments = sys.argv
    with Path(path).open("w", encoding="utf-8") as file:
        trace = Trace(file)
        vars(session)["choose"] = lambda kind: Stopwatch(choose(kind), trace)
        vars(answers)["inquire"] = _noting(inquire, trace, question=True)
        vars(answers)["realise"] = _noting(realise, trace, question=False)
        sys.argv = ["builder", *arguments]
        builder()


if __name__ == "__main__":
    main()
