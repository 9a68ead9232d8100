"""No sandbox: jobs run on the host as they are, because the user asked for it."""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from wheeltree.errors import SandboxError
from wheeltree.model.frozen import replace
from wheeltree.sandbox.base import Job, Layout, Outcome, Patience
from wheeltree.sandbox.view import HOME
from wheeltree.sandbox.waiting import KILLED, Stopper, shell_status
from wheeltree.sandbox.watching import Watch, see_out

_TMP = "/tmp"  # noqa: S108 - as the job names it


class Unconfined:
    """Runs jobs on the host, with the targets of their binds replaced by the sources.

    It hides nothing and forbids nothing. What a job leaves in its process group is killed.
    """

    kind = "none"
    layout: Layout = "host"
    names_attempts = False
    """The network is there, and what is reached is nobody's business."""

    def __init__(self) -> None:
        self._stopper = Stopper()

    def run(self, job: Job, *, log: int, patience: Patience) -> Outcome:
        """See `Sandbox.run`."""
        began = time.monotonic()
        if self._stopper.stopped:
            return Outcome(returncode=KILLED, seconds=0.0, stopped=True)
        with _on_host(job) as here:
            process = _start(here, log)
            watch = Watch(job, process.pid)
            try:
                end = see_out(self._stopper, process, partial(patience, began), watch)
            finally:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return Outcome(
            returncode=shell_status(process) if end == "itself" else KILLED,
            seconds=time.monotonic() - began,
            timed_out=end == "timeout",
            stopped=end == "stop",
            breach=watch.breach,
        )

    def interact(self, job: Job) -> int:
        """See `Sandbox.interact`."""
        with _on_host(job) as here:
            process = subprocess.Popen(here.argv, cwd=here.cwd, env=dict(here.environ), umask=0o022)
            while process.returncode is None:
                with contextlib.suppress(KeyboardInterrupt):  # meant for the job
                    process.wait()
        return shell_status(process)

    def stop(self) -> None:
        """See `Sandbox.stop`."""
        self._stopper.stop()


def _start(job: Job, log: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            job.argv,
            cwd=job.cwd,
            env={**job.environ, "PWD": job.cwd},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            umask=0o022,
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxError(f"{job.argv[0]} could not be started: {error.strerror}") from error


@contextlib.contextmanager
def _on_host(job: Job) -> Iterator[Job]:
    """`job` with host paths, and folders of its own for its home and temporary files."""
    with tempfile.TemporaryDirectory(prefix="builder-") as scratch:
        for name in ("home", "tmp"):
            Path(scratch, name).mkdir()
        own = {HOME: f"{scratch}/home", _TMP: f"{scratch}/tmp"}  # noqa: S108
        places = {**own, **{bind.target: str(bind.source) for bind in job.binds}}
        translate = translation(places)
        yield replace(
            job,
            argv=tuple(map(translate, job.argv)),
            cwd=translate(job.cwd),
            environ={name: translate(value) for name, value in job.environ.items()},
        )


def translation(places: Mapping[str, str]) -> Callable[[str], str]:
    """A function that replaces each path of `places` where it stands as a path in a text.

    SandboxError if one of the paths lies in another and its place does not lie there too.
    """
    for path, place in places.items():
        outer = next((p for p in map(str, Path(path).parents) if p in places), None)
        if outer is not None and place != f"{places[outer]}{path.removeprefix(outer)}":
            raise SandboxError(
                f"{path} cannot be shown inside {outer} without a sandbox that mounts",
                hint="without mounts an environment is one folder",
            )
    targets = "|".join(map(re.escape, sorted(places, key=len, reverse=True)))
    pattern = re.compile(rf"(?:(?<![\w./+@-])|(?<=-[IL]))(?:{targets})(?![\w.+@-])")
    return lambda text: pattern.sub(lambda match: places[match.group()], text)
