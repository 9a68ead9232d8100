"""The sandboxes that run now: started, waited for, killed, and never left behind."""

import contextlib
import json
import os
import resource
import select
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from wheeltree.errors import SandboxError
from wheeltree.sandbox.base import Outcome

_KILLED = 128 + signal.SIGKILL
_LAST_WORDS = 400
"""Bytes at the end of a log that may tell why a sandbox did not start."""
_PATIENCE = 60.0
"""Seconds that killed processes may take to be gone."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """The command line of a sandbox mechanism."""

    argv: tuple[str, ...]
    descriptors: tuple[int, ...]
    """What it reads besides; closed here once it has started."""


Prepare = Callable[[int], Command]
"""Makes the command that writes its status to the given descriptor, as JSON lines:
{"child-pid": N} for the process that all others inside die with, then {"exit-code": N} when the job
has ended, if it was started at all."""


class Processes:
    """The running sandboxes of one run of `builder`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._stopped = threading.Event()
        # No core files of builds; the limit is inherited, so there is no moment without it.
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))

    def run(self, prepare: Prepare, *, log: int, timeout: float | None) -> Outcome:
        """The outcome of a command, when the last of its processes is gone.

        SandboxError if the job inside did not start.
        """
        began = time.monotonic()
        with _status() as (status, end), contextlib.closing(end):
            process = self._start(prepare(end.fileno()), end.fileno(), log)
            if process is None:
                return Outcome(returncode=_KILLED, seconds=0.0, stopped=True)
            end.close()
            in_time = self._see_through(process, status, timeout)
            started = b"exit-code" in status.read()
        code = process.returncode
        if code > 0 and in_time and not started and not self._stopped.is_set():
            raise _not_started(log)
        return Outcome(
            returncode=code if code >= 0 else 128 - code,
            seconds=time.monotonic() - began,
            timed_out=not in_time,
            stopped=self._stopped.is_set() and not started,
        )

    def interact(self, prepare: Prepare) -> int:
        """The exit status of a command that runs on the terminal of this process."""
        with _status() as (_, end), contextlib.closing(end):
            command = prepare(end.fileno())
            with _descriptors(command):
                process = subprocess.Popen(
                    command.argv,
                    env={},
                    umask=0o022,
                    pass_fds=(end.fileno(), *command.descriptors),
                )
            while True:
                # Ctrl-C is meant for what runs inside.
                with contextlib.suppress(KeyboardInterrupt):
                    return process.wait()

    def stop(self) -> None:
        """Kill everything that runs, and start nothing more."""
        with self._lock:
            self._stopped.set()
            for process in self._running.values():
                process.kill()

    def _start(self, command: Command, status: int, log: int) -> subprocess.Popen[bytes] | None:
        with self._lock, _descriptors(command):
            if self._stopped.is_set():
                return None
            process = subprocess.Popen(
                command.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={},
                umask=0o022,
                process_group=0,  # Ctrl-C is for us: we then stop
                pass_fds=(status, *command.descriptors),
            )
            self._running[process.pid] = process
        return process

    def _see_through(
        self, process: subprocess.Popen[bytes], status: IO[bytes], timeout: float | None
    ) -> bool:
        """Wait until nothing of `process` is left; whether it ended by itself within `timeout`."""
        inside: int | None = None
        in_time = False
        try:
            inside = _descriptor_of(status.readline())
            in_time = ends(os.pidfd_open(process.pid), timeout)
        finally:
            process.kill()
            process.wait()
            with self._lock:
                del self._running[process.pid]
            if inside is not None:
                _kill(inside)
        return in_time


@contextlib.contextmanager
def _status() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    read, write = os.pipe()
    with open(read, "rb") as status:  # noqa: PTH123 - a descriptor
        yield status, open(write, "wb", buffering=0)  # noqa: PTH123, SIM115 - a descriptor, closed early


@contextlib.contextmanager
def _descriptors(command: Command) -> Iterator[None]:
    try:
        yield
    finally:
        for descriptor in command.descriptors:
            os.close(descriptor)


def _descriptor_of(line: bytes) -> int | None:
    """A descriptor of the process that a line of status names; None if it is gone or never was.

    It is opened while that process still waits for mounts and maps to be made, before its number
    could belong to another.
    """
    if not line:
        return None
    try:
        return os.pidfd_open(json.loads(line)["child-pid"])
    except ProcessLookupError:
        return None


def ends(process: int, timeout: float | None) -> bool:
    """Whether the process of a pidfd ends within `timeout` seconds; closes the descriptor."""
    try:
        poll = select.poll()
        poll.register(process, select.POLLIN)
        return bool(poll.poll(None if timeout is None else max(0.0, timeout) * 1000))
    finally:
        os.close(process)


def _kill(process: int) -> None:
    """Kill the first process of a namespace and see the last one go."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(process, signal.SIGKILL)
    if not ends(process, _PATIENCE):
        raise SandboxError(
            f"processes of a job are still there {_PATIENCE:.0f} s after they were killed",
            hint="see which device or network file system they wait for",
        )


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
