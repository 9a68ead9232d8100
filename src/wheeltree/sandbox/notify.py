"""System calls that wait until this process has answered them (seccomp user notification).

A thread that asks for it hands its network calls, and those of all that it starts, to whoever reads
the listener. It needs no privilege, no helper in the sandbox and no time: the filter is passed on
by fork and exec. The kernel warns that the answer "go on" is no boundary, since the arguments can
be changed by another thread after they were looked at: the boundary is the network namespace.
"""

import ctypes
import errno
import fcntl
import os
import struct
from functools import cache

from wheeltree.model.frozen import Frozen
from wheeltree.sandbox.seccomp import numbers, watching

_SET_FILTER = 1
_NEW_LISTENER, _WAIT_KILLABLE = 8, 32
_NO_NEW_PRIVS = 38
_PIDFD_GETFD = 438

_RECEIVE, _SEND, _VALID = 0xC0502100, 0xC0182101, 0x40082102
_GO_ON = 1
_NOTICE = struct.Struct("=QII iIQ 6Q")
_ANSWER = struct.Struct("=QqiI")


class Call(Frozen):
    """One system call that waits."""

    id: int
    thread: int
    """As this process numbers it; 0 where it cannot be seen from here."""
    number: int
    arguments: tuple[int, ...]


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def watch_this_thread(machine: str) -> int | None:
    """Make the network calls of this thread, and of all that it starts, wait for answers.

    The descriptor to read them from; None where the kernel does not let us, or somebody has done it
    before. It cannot be undone, nor can that nothing gains privileges any more: end the thread.
    """
    calls = numbers(machine)
    if calls is None:
        return None
    libc = _libc()
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    program = watching(calls)
    steps = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
    # Signals that interrupt a call which is answered already would make it happen twice (Linux
    # before 5.19 cannot prevent it).
    for flags in (_NEW_LISTENER | _WAIT_KILLABLE, _NEW_LISTENER):
        found: int = libc.syscall(ctypes.c_long(calls.seccomp), _SET_FILTER, flags, head)
        if found >= 0:
            os.set_inheritable(found, False)
            return found
    return None


def next_call(listener: int) -> Call | None:
    """The call that has waited longest; None if its thread was killed meanwhile."""
    notice = bytearray(_NOTICE.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, notice)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EINTR):
            return None
        raise
    identity, thread, _, number, _, _, *arguments = _NOTICE.unpack(notice)
    return Call(id=identity, thread=thread, number=number, arguments=tuple(arguments))


def waits(listener: int, call: Call) -> bool:
    """Whether a call still waits, so that what was read of its thread was of this thread."""
    try:
        fcntl.ioctl(listener, _VALID, struct.pack("=Q", call.id))
    except OSError:
        return False
    return True


def go_on(listener: int, call: Call) -> None:
    """Let the kernel do the call."""
    _answer(listener, _ANSWER.pack(call.id, 0, 0, _GO_ON))


def done(listener: int, call: Call, result: int) -> None:
    """Let the call have this result; one below 0 is an error's number."""
    _answer(listener, _ANSWER.pack(call.id, max(result, 0), min(result, 0), 0))


def _answer(listener: int, answer: bytes) -> None:
    try:
        fcntl.ioctl(listener, _SEND, answer)
    except OSError as error:
        if error.errno != errno.ENOENT:  # its thread was killed
            raise


def descriptor_of(process: int, descriptor: int) -> int:
    """Our own descriptor for what a process has open; OSError if that is not allowed."""
    handle = os.pidfd_open(process)
    try:
        found: int = _libc().syscall(ctypes.c_long(_PIDFD_GETFD), handle, descriptor, 0)
        if found < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        os.set_inheritable(found, False)
        return found
    finally:
        os.close(handle)
