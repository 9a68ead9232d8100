"""The sandbox that bubblewrap (bwrap) makes."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import assert_never

from wheeltree.sandbox.authority import Authority
from wheeltree.sandbox.base import Job
from wheeltree.sandbox.closed import Closed
from wheeltree.sandbox.processes import Command
from wheeltree.sandbox.seccomp import program
from wheeltree.sandbox.view import (
    HOSTNAME,
    USER_ID,
    Disable,
    Hide,
    Link,
    Mount,
    Scratch,
    Show,
    Write,
)

_NAMESPACES = (
    "--unshare-user",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-net",
    "--unshare-cgroup-try",
)
_NOBODY = (
    # Root keeps all its capabilities in a new user namespace unless they are dropped.
    *("--uid", str(USER_ID), "--gid", str(USER_ID), "--cap-drop", "ALL"),
    *("--hostname", HOSTNAME, "--die-with-parent", "--clearenv"),
)
_GATE = "echo >&0 || exit; "
_CLEAN = "/usr/bin/env -u _ -u SHLVL -u OLDPWD "
"""What bash adds to the environment where it is /bin/sh."""


class Bubblewrap(Closed):
    """Runs jobs with bwrap."""

    kind = "bubblewrap"

    def __init__(self, bwrap: str, authority: Authority | None = None) -> None:
        """bwrap: path of the program. authority: as of `Closed`."""
        super().__init__(authority)
        self._bwrap = bwrap
        self._clean = "" if Path("/bin/sh").resolve().name == "dash" else _CLEAN

    def _command(
        self, job: Job, shown: tuple[Mount, ...], status: int, *, interactive: bool
    ) -> Command:
        files = _Files()
        words = [*_NAMESPACES, *_NOBODY, "--json-status-fd", str(status)]
        words += [] if interactive else ["--new-session"]
        for name, value in job.environ.items():
            words += ("--setenv", name, value)
        # Folders that bwrap makes on the way to a target are closed to others in some cases.
        words += [word for path in _parents(shown) for word in ("--dir", path)]
        for mount in shown:
            words += _words(mount, files)
        words += ("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/", "--chdir", job.cwd)
        if refused := program(os.uname().machine):
            words += ("--seccomp", files.add(refused))
        # Passed by descriptor: the environment of a job is not for everybody's `ps`.
        arguments = files.add(b"".join(os.fsencode(word) + b"\0" for word in words))
        return Command(
            argv=(
                self._bwrap,
                "--args",
                arguments,
                "--",
                "/bin/sh",
                "-c",
                self._script(interactive=interactive),
                "sh",
                *job.argv,
            ),
            descriptors=tuple(files.descriptors),
        )

    def _script(self, *, interactive: bool) -> str:
        """The shell script that passes the gate and then becomes the job."""
        start = f'ulimit -c 0; exec {self._clean}"$@"'
        return start if interactive else f"{_GATE}{start} </dev/null"


class _Files:
    """Small files in memory that bwrap reads from descriptors."""

    def __init__(self) -> None:
        self.descriptors: list[int] = []

    def add(self, content: bytes) -> str:
        """The number of a descriptor that `content` can be read from."""
        descriptor = os.memfd_create("bwrap")
        self.descriptors.append(descriptor)
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return str(descriptor)


def _parents(shown: tuple[Mount, ...]) -> Iterator[str]:
    """The folders above all targets, each once, outermost first."""
    seen = {"/"}
    for mount in shown:
        for parent in reversed(PurePosixPath(mount.target).parents):
            if (path := str(parent)) not in seen:
                seen.add(path)
                yield path


def _words(mount: Mount, files: _Files) -> tuple[str, ...]:
    match mount:
        case Show(source, target, writable):
            return ("--bind" if writable else "--ro-bind", source, target)
        case Scratch(target, mode):
            return ("--perms", f"{mode:04o}", "--tmpfs", target)
        case Hide(target):
            return ("--tmpfs", target, "--remount-ro", target)
        case Disable(target):
            return ("--ro-bind", "/dev/null", target)
        case Link(target, to):
            return ("--symlink", to, target)
        case Write(target, text):
            return ("--perms", "0444", "--file", files.add(text.encode()), target)
        case _ as never:
            assert_never(never)
