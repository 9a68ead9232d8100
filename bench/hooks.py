"""What `traced` wrote down: which hook of which package ran when."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

REQUIRES = "get_requires_for_build_wheel"
WHEEL = "build_wheel"
HOOKS = (REQUIRES, "prepare_metadata_for_build_wheel", WHEEL)
OTHER = "other"
"""What else ran in a sandbox: bytecode of a wheel, GNU patch."""
TASK = "task"
"""A whole question or build, with everything that is done around its hooks."""


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One process that a sandbox ran, or one task; times in seconds, on one clock."""

    hook: str
    """One of HOOKS or several of them with blanks between, OTHER or TASK."""
    subject: str
    """`name==version` of the package that it worked for."""
    question: bool
    """Whether it was part of a question to a backend, not of a build."""
    begun: float
    ended: float
    cpu: float

    @property
    def backend(self) -> bool:
        """Whether it was the work of a build backend."""
        return self.hook not in {OTHER, TASK}

    @property
    def seconds(self) -> float:
        """From the start of the process to its end."""
        return self.ended - self.begun

    @property
    def work(self) -> float:
        """Core-seconds: more than wall time where it used several cores, never less."""
        return max(self.seconds, self.cpu)


def read(path: Path) -> tuple[Hook, ...]:
    """The hooks of a traced run, in the order in which they ended."""
    return tuple(Hook(**json.loads(line)) for line in path.read_bytes().splitlines())


def used(hooks: Iterable[Hook], lanes: int) -> float:
    """Seconds of `lanes` lanes together in which some of `hooks` ran, at most one on each."""
    points = sorted(point for hook in hooks for point in ((hook.begun, 1), (hook.ended, -1)))
    running, seconds = 0, 0.0
    for (at, change), (until, _) in pairwise(points):
        running += change
        seconds += (until - at) * min(running, lanes)
    return seconds
