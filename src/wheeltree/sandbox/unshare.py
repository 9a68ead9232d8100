"""The sandbox that our own launcher makes out of user namespaces."""

import marshal
import os
import sys
from pathlib import Path

from wheeltree.model.frozen import astuple
from wheeltree.sandbox.base import Job
from wheeltree.sandbox.closed import Closed
from wheeltree.sandbox.processes import Command
from wheeltree.sandbox.seccomp import program
from wheeltree.sandbox.view import HOSTNAME, USER_ID, Mount

_LAUNCHER = Path(__file__).with_name("launcher.py")


class Unshare(Closed):
    """Runs jobs with `launcher.py`, in the interpreter that runs `builder`."""

    kind = "unshare"

    def _command(
        self, job: Job, shown: tuple[Mount, ...], status: int, *, interactive: bool
    ) -> Command:
        order = (
            *(os.getpid(), USER_ID, interactive, HOSTNAME.encode()),
            [[type(mount).__name__, *astuple(mount)] for mount in shown],
            (program(os.uname().machine), job.cwd, dict(job.environ), list(job.argv)),
        )
        descriptor = os.memfd_create("order")
        with open(descriptor, "wb", closefd=False) as file:
            marshal.dump(order, file)
        os.lseek(descriptor, 0, os.SEEK_SET)
        words = (sys.executable, "-I", "-S", str(_LAUNCHER), str(descriptor), str(status))
        return Command(argv=words, descriptors=(descriptor,))
