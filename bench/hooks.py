"""What `traced` wrote down: which hook of which package ran when."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One process that a sandbox ran; times in seconds, on one clock."""

    hook: str
    subject: str
    """`name==version` of the package that it worked for."""
    question: bool
    """Whether it was part of a question to a backend, not of a build."""
    begun: float
    ended: float
    seconds: float
    """From the start of the process to its end."""
    cpu: float

    @property
    def backend(self) -> bool:
        """Whether it was the work of a build backend."""
        return self.hook != "other"

    @property
    def work(self) -> float:
        """Core-seconds: more than wall time where it used several cores, never less."""
        return max(self.seconds, self.cpu)


def read(path: Path) -> tuple[Hook, ...]:
    """The hooks of a traced run, in the order in which they ended."""
    return tuple(Hook(**json.loads(line)) for line in path.read_bytes().splitlines())


def busy(hooks: Iterable[Hook], lanes: int) -> float:
    """Share of the time from the first hook to the last in which `lanes` of them ran, 0 to 1.

    Of time in which fewer run, the part that is used counts.
    """
    points = sorted(point for hook in hooks for point in ((hook.begun, 1), (hook.ended, -1)))
    if len(points) < 2:
        return 1.0
    used = sum(seconds * min(running, lanes) for seconds, running in _spans(points))
    return used / (lanes * (points[-1][0] - points[0][0]))


def _spans(points: Iterable[tuple[float, int]]) -> Iterator[tuple[float, int]]:
    running = 0
    for (at, change), (until, _) in pairwise(points):
        running += change
        yield until - at, running
