"""What a run is doing at the moment, as its events tell."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from wheeltree.cli.text import clean, count, duration
from wheeltree.model.event import (
    Blocked,
    Built,
    Event,
    Failed,
    Finished,
    Notice,
    Prebuilt,
    Progress,
    Reused,
    Started,
    Summary,
    Work,
)
from wheeltree.model.frozen import Frozen

ROWS = 10
"""Jobs that are shown at once."""

NEXT = 4

_VERBS: dict[Work, str] = {
    "index": "ask index for",
    "source": "fetch",
    "backend": "run backend of",
    "build": "build",
    "import": "import",
}


class Job(Frozen):
    """One piece of work that goes on."""

    work: Work
    subject: str
    since: float
    """On the clock of its `Running`."""

    def __str__(self) -> str:
        return f"{_VERBS[self.work]} {self.subject}"


@dataclass(kw_only=True)
class Running:
    """The state that events add up to; not thread-safe, its owner locks."""

    clock: Callable[[], float] = time.monotonic
    jobs: dict[tuple[Work, str], Job] = field(default_factory=dict)
    """The longest running first."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a build that has started is not reused."""
    start: float = field(init=False)
    progress: Progress = field(default_factory=lambda: Progress(planning=True, packages=0, done=0))

    def __post_init__(self) -> None:
        self.start = self.clock()

    def lines(self) -> list[str]:
        """How far the run is, what goes on, and what is next."""
        now, known = self.clock(), self.progress
        stage = "planning" if known.planning else "building"
        done = f"{known.done} of {count(known.packages, 'wheel')}"
        # Builds first: they are what takes long.
        jobs = sorted(self.jobs.values(), key=lambda job: (job.work != "build", job.since))
        rows = [f"  {duration(now - job.since):>7}  {job}" for job in jobs[:ROWS]]
        more = [f"           and {len(jobs) - ROWS} more"] if len(jobs) > ROWS else []
        ahead = [f"  next: {', '.join(known.next[:NEXT])}"] if known.next else []
        head = f"{stage}: {done}, {duration(now - self.start)}"
        return [clean(line) for line in (head, *rows, *more, *ahead)]

    def take(self, event: Event) -> None:
        """Changes the state by one event."""
        match event:
            case Started():
                at = (event.work, event.subject)
                self.jobs[at] = Job(work=event.work, subject=event.subject, since=self.clock())
                if event.work == "build":
                    self.reasons[event.subject] = event.reason
            case Finished():
                self.jobs.pop((event.work, event.subject), None)
            case Failed():
                for at in [at for at in self.jobs if at[1] == event.subject]:
                    del self.jobs[at]
            case Progress():
                self.progress = event
            case Summary():
                self.jobs.clear()
            case Built() | Prebuilt() | Reused() | Blocked() | Notice():
                pass
