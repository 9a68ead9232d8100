"""What a sandbox is: a job goes in, an outcome comes out."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, Protocol

from wheeltree.model.attempt import Attempt
from wheeltree.model.frozen import Frozen

Layout = Literal["closed", "host"]
"""closed: constant paths, as `view` specifies them. host: the paths of this machine."""


class Bind(Frozen):
    """One file or folder of the host that a job sees."""

    source: Path
    """Absolute; links in it are resolved when the sandbox starts."""
    target: str
    """Absolute path at which the job sees it; made if it does not exist."""
    writable: bool = False


class Limits(Frozen):
    """The most that a job may take; None for as much as there is."""

    memory: int | None = None
    """Bytes of all its processes together."""
    processes: int | None = None
    disk: int | None = None
    """Bytes of all that it may write to, its own temporary folders included."""


class Breach(Frozen):
    """A limit that a job went over."""

    what: Literal["memory", "processes", "disk"]
    found: int
    limit: int


class Job(Frozen):
    """One command to run in a sandbox."""

    argv: tuple[str, ...]
    cwd: str
    environ: Mapping[str, str]
    """All of its environment; a sandbox adds PWD, and where certificates are that it trusts."""
    binds: tuple[Bind, ...]
    """In order: one whose target lies in that of another stands after it."""
    prefix: str
    """The interpreter's `sys.base_prefix`, shown read-only at its own path; may be /usr."""
    native: bool
    """Whether it sees compilers and headers."""
    programs: tuple[str, ...] = ()
    """Names of programs that it is given, of those that not every job sees."""
    limits: Limits = Limits()


class Outcome(Frozen):
    """How a job ended; when there is one, no process of the job is left."""

    returncode: int
    """128 + signal where a signal ended it."""
    seconds: float
    timed_out: bool = False
    """Whether it was killed because its time was over."""
    stopped: bool = False
    """Whether it was killed, or never started, because of `stop`."""
    breach: Breach | None = None
    """The limit that it was killed for."""
    attempts: tuple[Attempt, ...] = ()
    """What it tried to reach over the network, in a sandbox that names that."""


Patience = Callable[[float], float | None]
"""When a job that began at one time is given up, both as time.monotonic() has them; None for never.
It is asked again when that time has come, since a job may have shown signs of life."""


def within(seconds: float | None) -> Patience:
    """The patience of so many seconds; None for one without end."""
    return lambda began: None if seconds is None else began + seconds


class Sandbox(Protocol):
    """A way to run jobs so that they see and reach only what they were given.

    One instance serves all threads of a run. A sandbox dies with the *thread* that started it, so
    that nothing survives a killed `builder`: start jobs from threads that live as long as the run.
    The CPU affinity of that thread is the job's.

    Sample usage::

        outcome = sandbox.run(job, log=descriptor, patience=within(600))
        if outcome.returncode == 0: ...
    """

    kind: str
    """bubblewrap, unshare or none: recorded with every wheel."""
    layout: Layout

    @property
    def names_attempts(self) -> bool:
        """Whether outcomes have the attempts of their jobs to reach the network."""
        ...

    def run(self, job: Job, *, log: int, patience: Patience) -> Outcome:
        """Run `job` to its end; its input is empty and its output goes to the descriptor `log`.

        patience: how long it may take. SandboxError if the sandbox could not be made; a
        program that cannot be run has the status 126 or 127, as in a shell.
        """
        ...

    def interact(self, job: Job) -> int:
        """Run `job` on the terminal of this process; its exit status."""
        ...

    def stop(self) -> None:
        """Kill all running jobs, from any thread, and start no further one."""
        ...
