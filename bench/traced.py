"""`builder` with a stopwatch around its sandbox.

Run as `python -m bench.traced together|apart TRACE ARGUMENTS...`: the file TRACE gets one JSON
object for every process that the sandbox ran, and for every question and build around them. It
replaces four functions: the one that chooses a sandbox, by one that wraps what it returns, and
those that ask and build, by ones that say first for which package. Everything else is `builder` as
it is; but `apart` gives every hook a process of its own, where `builder` may fork one for several.
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
from wheeltree.building import inside
from wheeltree.building.realise import anticipate, inquire, realise
from wheeltree.cli.main import status
from wheeltree.cli.pace import set_pace
from wheeltree.model.frozen import replace
from wheeltree.model.spec import BuildSpec, Inquiry
from wheeltree.planning import answers
from wheeltree.sandbox import choose as choosing
from wheeltree.sandbox.base import Job, Outcome, Patience, Sandbox
from wheeltree.sandbox.choose import choose

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

    def run(self, job: Job, *, log: int, patience: Patience) -> Outcome:
        """See `Sandbox.run`. CPU time is right only while one job runs at a time."""
        before, begun = _children(), time.monotonic()
        outcome = self._sandbox.run(job, log=log, patience=patience)
        what = " ".join(_hooks(job)) or OTHER
        self._trace.write(what, begun=begun, cpu=_children() - before)
        return outcome

    def interact(self, job: Job) -> int:
        """See `Sandbox.interact`."""
        return self._sandbox.interact(job)

    def stop(self) -> None:
        """See `Sandbox.stop`."""
        self._sandbox.stop()


class Apart(Stopwatch):
    """The same with a job for every hook, so that each starts in a new process (PEP 517)."""

    def run(self, job: Job, *, log: int, patience: Patience) -> Outcome:
        """See `Sandbox.run`."""
        hooks = _hooks(job)
        if len(hooks) < 2:
            return super().run(job, log=log, patience=patience)
        place = job.argv.index(hooks[0])
        script, control, within = job.argv[:place][-3:]
        before, seconds = job.argv[: place - 3], []
        for hook in hooks:
            argv = (*before, script, control, "null", hook)
            outcome = super().run(replace(job, argv=argv), log=log, patience=patience)
            seconds.append(outcome.seconds)
            more = outcome.returncode == 0 and hook is not hooks[-1]
            if not (more and _goes_on(job, control, hook, json.loads(within))):
                return replace(outcome, seconds=sum(seconds))
        raise AssertionError(hooks)


def _hooks(job: Job) -> tuple[str, ...]:
    return tuple(word for word in job.argv if word in HOOKS)


def _goes_on(job: Job, control: str, hook: str, within: dict[str, list[str]] | None) -> bool:
    """Whether the hooks after this one are to run: what runs inside decides it so too."""
    folder = next(bind.source for bind in job.binds if bind.target == control)
    return inside._within(str(folder), hook, within)  # noqa: SLF001


def _noting(function: Callable[..., T], trace: Trace, *, question: bool) -> Callable[..., T]:
    def called(work: BuildSpec | Inquiry, *rest: object) -> T:
        _THREAD.subject, _THREAD.question = str(work), question
        begun = time.monotonic()
        try:
            return function(work, *rest)
        finally:
            trace.write(TASK, begun=begun, cpu=0.0)

    return called


_WATCHES = {"together": Stopwatch, "apart": Apart}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    _, how, path, *arguments = sys.argv
    with Path(path).open("w", encoding="utf-8") as file:
        trace = Trace(file)
        vars(choosing)["choose"] = lambda kind: _WATCHES[how](choose(kind), trace)
        for function in (anticipate, inquire):
            vars(answers)[function.__name__] = _noting(function, trace, question=True)
        vars(answers)["realise"] = _noting(realise, trace, question=False)
        set_pace()
        ended = status(arguments)
    sys.exit(ended)


if __name__ == "__main__":
    main()
