"""What a sandbox is: a job goes in, an outcome comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Layout = Literal["closed", "host"]
"""closed: constant paths, as `view` specifies them. host: the paths of this machine."""


@dataclass(frozen=True, kw_only=True)
class Bind:
    """One file or folder of the host that a job sees."""

    source: Path
    """Absolute; links in it are resolved when the sandbox starts."""
    target: str
    """Absolute path at which the job sees it; made if it does not exist."""
    writable: bool = False


@dataclass(frozen=True, kw_only=True)
class Job:
    """One command to run in a sandbox."""

    argv: tuple[str, ...]
    cwd: str
    environ: Mapping[str, str]
    """All of its environment; a sandbox adds PWD and nothing else."""
    binds: tuple[Bind, ...]
    """In order: one whose target lies in that of another stands after it."""
    prefix: str
    """The interpreter's `sys.base_prefix`, shown read-only at its own path; may be /usr."""
    native: bool
    """Whether it sees compilers and headers."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a job ended; when there is one, no process of the job is left."""

    returncode: int
    """128 + signal where a signal ended it."""
    seconds: float
    timed_out: bool = False
    """Whether it was killed because its time was over."""
    stopped: bool = False
    """Whether it was killed, or never started, because of `stop`."""


class Sandbox(Protocol):
    """A way to run jobs so that they see and reach only what they were given.

    One instance serves all threads of a run. A sandbox dies with the *thread* that started it, so
    that nothing survives a killed `builder`: start jobs from threads that live as long as the run.
    The CPU affinity of that thread is the job's.

    Sample usage::

        outcome = sandbox.run(job, log=descriptor, timeout=600)
        if outcome.returncode == 0: ...
    """

    kind: str
    """bubblewrap, unshare or none: recorded with every wheel."""
    layout: Layout

    def run(self, job: Job, *, log: int, timeout: float | None) -> Outcome:
        """Run `job` to its end; its input is empty and its output goes to the descriptor `log`.

        timeout: seconds, None for no limit. SandboxError if the sandbox could not be made; a
        program that cannot be run has the status 126 or 127, as in a shell.
        """
        ...

    def interact(self, job: Job) -> int:
        """Run `job` on the terminal of this process; its exit status."""
        ...

    def stop(self) -> None:
        """Kill all running jobs, from any thread, and start no further one."""
        ...
