"""The sandbox that our own launcher makes out of user namespaces."""

import dataclasses
import json
import os
import sys
from pathlib import Path

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
        order = {
            "parent": os.getpid(),
            "uid": USER_ID,
            "hostname": HOSTNAME,
            "interactive": interactive,
            "seccomp": program(os.uname().machine).hex(),
            "mounts": [[type(mount).__name__, *dataclasses.astuple(mount)] for mount in shown],
            "argv": job.argv,
            "cwd": job.cwd,
            "environ": dict(job.environ),
        }
        descriptor = os.memfd_create("order")
        with open(descriptor, "wb", closefd=False) as file:
            file.write(json.dumps(order).encode())
        os.lseek(descriptor, 0, os.SEEK_SET)
        words = (sys.executable, "-I", "-S", str(_LAUNCHER), str(descriptor), str(status))
        return Command(argv=words, descriptors=(descriptor,))
