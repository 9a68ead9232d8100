"""Waiting for processes without polling, until a deadline or until everything stops."""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Literal, Protocol

from wheeltree.errors import SandboxError

End = Literal["itself", "timeout", "stop", "breach"]

Deadline = Callable[[], float | None]
"""The time that is the last, as time.monotonic() has it; None for never. It may move."""


class Attendant(Protocol):
    """Somebody who has things to do while we wait."""

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What is readable when there is something to do."""
        ...

    def attend(self, descriptor: int) -> None:
        """Do what one of them stands for."""
        ...


KILLED = 128 + signal.SIGKILL
"""The status of what was killed."""
PATIENCE = 60.0
"""Seconds that killed processes may take to be gone."""


class Stopper:
    """A signal to all threads that wait: each then ends what it waits for."""

    def __init__(self) -> None:
        self._event = os.eventfd(0)  # never read, so that it stays readable for all

    def stop(self) -> None:
        """Give the signal; from any thread, any number of times."""
        os.eventfd_write(self._event, 1)

    @property
    def stopped(self) -> bool:
        """Whether the signal was given."""
        return bool(ready(self._event, seconds=0))

    def wait(self, descriptor: int, deadline: Deadline, attendant: Attendant | None = None) -> End:
        """What comes first: `descriptor` is readable, its time is over, or all stops.

        attendant: is called in this thread meanwhile, and never once `descriptor` is readable.
        """
        while (seconds := _left(deadline)) is None or seconds > 0:
            # Theirs first: what they have to do was there before `descriptor` was readable.
            others = attendant.descriptors if attendant else ()
            found = ready(*others, descriptor, self._event, seconds=seconds)
            if descriptor in found or self._event in found:
                return "stop" if self.stopped else "itself"
            for each in found:
                assert attendant is not None  # it is one of theirs
                attendant.attend(each)
        return "timeout"

    def wait_for_exit(
        self,
        process: subprocess.Popen[bytes],
        deadline: Deadline,
        attendant: Attendant | None = None,
    ) -> End:
        """The same for the end of a process."""
        descriptor = os.pidfd_open(process.pid)
        try:
            return self.wait(descriptor, deadline, attendant)
        finally:
            os.close(descriptor)


def shell_status(process: subprocess.Popen[bytes]) -> int:
    """The exit status of a process that has ended, 128 + signal where one ended it."""
    code = process.returncode
    return int(code) if code >= 0 else 128 - code


def see_off(descriptor: int) -> None:
    """Kill the process of a pidfd, wait until it is gone, and close the descriptor.

    The first process of a namespace is gone when all others there are. SandboxError if it does not
    go.
    """
    try:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        if not ready(descriptor, seconds=PATIENCE):
            raise stuck()
    finally:
        os.close(descriptor)


def stuck() -> SandboxError:
    """What to say when processes cannot be killed."""
    return SandboxError(
        f"processes of a job are still there {PATIENCE:.0f} s after they were killed",
        hint="see which device or network file system they wait for",
    )


def _left(deadline: Deadline) -> float | None:
    last = deadline()
    return None if last is None else last - time.monotonic()


def ready(*descriptors: int, seconds: float | None) -> list[int]:
    """Those of the descriptors that are readable, or at their end, within so many seconds."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return [each for each, _ in poll.poll(None if seconds is None else max(0.0, seconds * 1000))]
