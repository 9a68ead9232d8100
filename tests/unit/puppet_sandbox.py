"""A sandbox that runs nothing: a Python function plays the job."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wheeltree.sandbox.base import Job, Layout, Outcome

Play = Callable[[Job, int], int]
"""Gets the job and the descriptor of its log; its exit status."""


class Puppet:
    """See `wheeltree.sandbox.base.Sandbox`."""

    kind = "puppet"
    layout: Layout = "closed"

    def __init__(self, play: Play = lambda _job, _log: 0) -> None:
        self.jobs: list[Job] = []
        self._play = play

    def run(self, job: Job, *, log: int, timeout: float | None) -> Outcome:
        self.jobs.append(job)
        return Outcome(returncode=self._play(job, log), seconds=1.5, timed_out=timeout == 0)

    def interact(self, job: Job) -> int:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError


def place(job: Job, target: str) -> Path:
    """Where on this machine the job sees `target`."""
    for bind in job.binds:
        if target == bind.target:
            return bind.source
    raise KeyError(target)


def answering(value: object, **more: Any) -> Play:
    """A hook that returns `value`."""

    def play(job: Job, _log: int) -> int:
        text = json.dumps({"return_val": value, **more})
        (place(job, "/build/hook") / "output.json").write_text(text)
        return 0

    return play
