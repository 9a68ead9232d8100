"""The processes of sandboxes: started, seen through, and never left behind.

The standard input of a sandbox is its *gate*: the last thing before the job starts is a byte that
it writes there. Only this process can read it, so no job starts once this process is dead, or has
lost interest and closed the gate. From then on the first process inside dies with the mechanism's
process outside, and that one with us. Before the gate neither is sure: bwrap asks for it late.
"""

import contextlib
import json
import os
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

from wheeltree.errors import SandboxError
from wheeltree.model.frozen import Frozen
from wheeltree.sandbox.base import Breach, Job, Outcome, Patience
from wheeltree.sandbox.starting import Begun, Start
from wheeltree.sandbox.trap import Trap
from wheeltree.sandbox.waiting import (
    KILLED,
    PATIENCE,
    Deadline,
    End,
    Stopper,
    see_off,
    shell_status,
    stuck,
)
from wheeltree.sandbox.watching import Watch, see_out
from wheeltree.sandbox.witness import parent_of

_LAST_WORDS = 800
"""Bytes at the end of a log that may tell why a sandbox did not start."""


class Command(Frozen):
    """The command line of a sandbox mechanism."""

    argv: tuple[str, ...]
    descriptors: tuple[int, ...]
    """What it reads besides; closed here once it has started."""


class _Passage(Frozen):
    """A process on its way through the gate."""

    process: subprocess.Popen[bytes]
    gate: int
    status: int
    deadline: Deadline


Prepare = Callable[[int], Command]
"""Makes a command that, before the gate, writes a line of JSON to the given descriptor, with
`child-pid`: the process that all others inside die with."""


class Processes:
    """The running sandboxes of one run of `builder`."""

    def __init__(self, start: Start) -> None:
        """start: begins a process."""
        self._start = start
        self._stopper = Stopper()

    def run(self, prepare: Prepare, job: Job, *, log: int, patience: Patience) -> Outcome:
        """The outcome of a command, when the last of its processes is gone.

        job: what it runs. SandboxError if the job inside did not start.
        """
        began = time.monotonic()
        if self._stopper.stopped:
            return Outcome(returncode=KILLED, seconds=0.0, stopped=True)
        with _memory_file() as status:
            gate, far_end = os.pipe()
            with self._begun(prepare(status), far_end, status, log) as (process, trap):
                due = partial(patience, began)
                through = _Passage(process=process, gate=gate, status=status, deadline=due)
                end, started, breach = self._see_through(through, job, trap)
        if end == "itself" and not started:
            raise _not_started(log)
        return Outcome(
            returncode=shell_status(process) if end == "itself" else KILLED,
            seconds=time.monotonic() - began,
            timed_out=end == "timeout",
            stopped=end == "stop",
            breach=breach,
            attempts=trap.told.attempts() if trap else (),
        )

    def interact(self, prepare: Prepare) -> int:
        """The exit status of a command that has the terminal of this process, and no gate."""
        with _memory_file() as status:
            command = prepare(status)
            with _closing(command.descriptors):
                process = subprocess.Popen(
                    command.argv,
                    env={},
                    umask=0o022,
                    pass_fds=(status, *command.descriptors),
                )
            while process.returncode is None:
                with contextlib.suppress(KeyboardInterrupt):  # meant for what runs inside
                    process.wait()
        return shell_status(process)

    def stop(self) -> None:
        """Kill everything that runs, and start nothing more."""
        self._stopper.stop()

    def _begun(
        self, command: Command, gate: int, status: int, log: int
    ) -> AbstractContextManager[Begun]:
        """The process of a command, with the other end of its gate."""
        passed = (status, *command.descriptors)

        def begin() -> subprocess.Popen[bytes]:
            with _closing((gate, *command.descriptors)):
                return subprocess.Popen(
                    command.argv,
                    stdin=gate,
                    stdout=log,
                    stderr=log,
                    env={},
                    umask=0o022,
                    process_group=0,  # Ctrl-C is for us: we then stop
                    pass_fds=passed,
                )

        return self._start(begin)

    def _see_through(
        self, through: _Passage, job: Job, trap: Trap | None
    ) -> tuple[End, bool, Breach | None]:
        """Wait until nothing of a process is left; what ended it, and whether the job started."""
        process, gate, watch = through.process, through.gate, None
        inside: int | None = None
        try:
            end = self._stopper.wait(gate, through.deadline, trap)
            started = end == "itself" and os.read(gate, 1) != b""
            if started:
                first = _first_inside(through.status)
                if trap:
                    trap.arm({os.getpid(), process.pid, first})
                inside = _handle(first)
                watch = Watch(job, first)
                end = see_out(self._stopper, process, through.deadline, watch, trap)
        finally:
            os.close(gate)
            if trap:
                trap.leave()
            if inside is None:
                # It may have passed the gate while we lost interest; who comes later finds it shut.
                inside = _late(through.status, process)
            if inside is not None:
                see_off(inside)
            _reap(process)
        return end, started, watch.breach if watch else None


@contextlib.contextmanager
def _closing(descriptors: tuple[int, ...]) -> Iterator[None]:
    try:
        yield
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


@contextlib.contextmanager
def _memory_file() -> Iterator[int]:
    # Not a pipe: bwrap must not be interrupted by a signal between two steps if we die.
    descriptor = os.memfd_create("status")
    with _closing((descriptor,)):
        yield descriptor


def _first_inside(status: int) -> int:
    """The process that the status names."""
    line, _, _ = os.pread(status, 4096, 0).partition(b"\n")
    return int(json.loads(line)["child-pid"])


def _late(status: int, outside: subprocess.Popen[bytes]) -> int | None:
    """A pidfd of the process that the status names, if there is one that `outside` started."""
    if not os.pread(status, 1, 0):
        return None
    first = _first_inside(status)
    found = _handle(first)
    if found is None or parent_of(first) == outside.pid:
        return found
    os.close(found)
    return None


def _handle(process: int) -> int | None:
    """A pidfd of a process; None if it has ended already."""
    try:
        return os.pidfd_open(process)
    except ProcessLookupError:
        return None


def _reap(process: subprocess.Popen[bytes]) -> None:
    """Wait for the process outside: it ends with the one inside, or finds the gate closed."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired as error:
        process.kill()
        raise stuck() from error


def _not_started(log: int) -> SandboxError:
    return SandboxError(
        "the sandbox could not start its job",
        details=_last_words(log).splitlines(),
        hint="`builder doctor` shows what works on this machine",
    )


def _last_words(log: int) -> str:
    status = os.fstat(log)
    if not stat.S_ISREG(status.st_mode):
        return ""
    with open(f"/proc/self/fd/{log}", "rb") as file:  # noqa: PTH123 - opened again, to read
        file.seek(max(0, status.st_size - _LAST_WORDS))
        return file.read().decode(errors="replace").strip()
