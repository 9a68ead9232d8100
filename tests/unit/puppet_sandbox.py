"""A sandbox that runs nothing: a Python function plays the job."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wheeltree.sandbox.base import Job, Layout, Outcome, Patience

Play = Callable[[Job, int], int]
"""Gets the job and the descriptor of its log; its exit status."""


class Puppet:
    """See `wheeltree.sandbox.base.Sandbox`."""

    kind = "puppet"
    names_attempts = True
    layout: Layout = "closed"

    def __init__(self, play: Play = lambda _job, _log: 0) -> None:
        self.jobs: list[Job] = []
        self._play = play

    def run(self, job: Job, *, log: int, patience: Patience) -> Outcome:
        self.jobs.append(job)
        return Outcome(returncode=self._play(job, log), seconds=1.5, timed_out=patience(0.0) == 0.0)

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


def control(job: Job) -> Path:
    """The control folder of the last hook that a job runs."""
    return place(job, "/build/hook") / job.argv[-1]


def last_answer(job: Job) -> Path:
    """Where the last hook that a job runs leaves its answer."""
    return control(job) / "output.json"


def answer_first_hooks(job: Job) -> None:
    """All hooks but the last return an empty list."""
    for hook in job.argv[5:-1]:
        answer = place(job, "/build/hook") / hook / "output.json"
        answer.write_text(json.dumps({"return_val": []}))


def answering(value: object, **more: Any) -> Play:
    """Hooks of which the last returns `value`, and those before it nothing."""

    def play(job: Job, _log: int) -> int:
        answer_first_hooks(job)
        last_answer(job).write_text(json.dumps({"return_val": value, **more}))
        return 0

    return play
