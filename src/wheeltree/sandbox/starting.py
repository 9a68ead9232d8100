"""Starts the process of a job in a thread of its own, whose network calls wait for us.

The thread must live as long as the process: what mechanisms start dies with it.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import TypeAlias

from wheeltree.sandbox import notify
from wheeltree.sandbox.authority import Authority
from wheeltree.sandbox.seccomp import numbers
from wheeltree.sandbox.trap import Trap

Begin: TypeAlias = Callable[[], subprocess.Popen[bytes]]
Begun: TypeAlias = tuple[subprocess.Popen[bytes], Trap | None]
"""A process, and the trap that it is in; None where there can be none."""
Start: TypeAlias = Callable[[Begin], AbstractContextManager[Begun]]


@contextmanager
def trapped(begin: Begin, *, authority: Authority | None) -> Iterator[Begun]:
    """The process of `begin` in a trap, if one can be had; the trap is closed after the block.

    authority: as of `Closed`. OSError as of `begin`.
    """
    begun: Future[tuple[subprocess.Popen[bytes], int | None]] = Future()
    over = threading.Event()
    machine = os.uname().machine

    def work() -> None:
        listener = None
        try:
            listener = notify.watch_this_thread(machine)
            process = begin()
        except BaseException as error:  # noqa: BLE001 - for the thread that waits
            if listener is not None:
                os.close(listener)
            begun.set_exception(error)
            return
        begun.set_result((process, listener))
        over.wait()

    thread = threading.Thread(target=work, name="job", daemon=True)
    thread.start()
    try:
        process, listener = begun.result()
        calls = numbers(machine)
        if listener is None or calls is None:
            yield process, None
            return
        trap = Trap(listener, calls, authority)
        try:
            yield process, trap
        finally:
            trap.close()
    finally:
        over.set()
        thread.join()


@cache
def can_trap() -> bool:
    """Whether the kernel lets us watch what we start."""
    found: list[int | None] = []
    machine = os.uname().machine
    thread = threading.Thread(target=lambda: found.append(notify.watch_this_thread(machine)))
    thread.start()
    thread.join()
    if found[0] is None:
        return False
    os.close(found[0])
    return True
