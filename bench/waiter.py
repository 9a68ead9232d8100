"""Runs one command and says what it took; a small process of its own, so that it adds little.

Run as `python -I -S waiter.py REPORT COMMAND...`: the numbers go to the file REPORT as JSON. The
kernel adds up the CPU time of every process of the tree as its parent collects it; processes that
lose their parent become children of this one (PR_SET_CHILD_SUBREAPER) and are counted as well.
"""

import ctypes
import json
import os
import resource
import select
import sys
import time

_SUBREAPER = 36
_EVERY = 20
"""Milliseconds between two looks at the memory of the first process."""


def main() -> int:
    report, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    busy = _busy()
    begun = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ)
    peak = _watch(pid)
    wall = time.monotonic() - begun
    own = _own_cpu(pid)
    _, status = os.waitpid(pid, 0)
    _collect_orphans()
    tree = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = tree.ru_utime + tree.ru_stime
    numbers = {
        "returncode": os.waitstatus_to_exitcode(status),
        "wall": wall,
        "cpu": cpu,
        "own_cpu": own,
        "largest": tree.ru_maxrss * 1024,
        "own_peak": peak,
        "elsewhere": max(0.0, _busy() - busy - cpu),
    }
    with open(report, "w", encoding="utf-8") as file:  # noqa: PTH123  pathlib is not loaded here
        json.dump(numbers, file)
    return 0


def _watch(pid: int) -> int:
    """Waits until the process has ended, without collecting it; its own peak memory in bytes."""
    descriptor = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    peak = 0
    while not poll.poll(_EVERY):
        peak = max(peak, _peak(pid))
    os.close(descriptor)
    return peak


def _peak(pid: int) -> int:
    with open(f"/proc/{pid}/status", "rb") as file:  # noqa: PTH123
        for line in file:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _own_cpu(pid: int) -> float:
    """CPU seconds of an ended process without those of its children."""
    with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
        fields = file.read().rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _busy() -> float:
    """CPU seconds that the whole machine has worked since it started."""
    with open("/proc/stat", "rb") as file:  # noqa: PTH123
        user, nice, system, _idle, _iowait, irq, softirq = map(int, file.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _collect_orphans() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    sys.exit(main())
