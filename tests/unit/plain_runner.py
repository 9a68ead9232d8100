"""Runs programs of the host without a sandbox, for tests of what they do."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from wheeltree.sources.patch import Outcome


def run(argv: Sequence[str], *, cwd: Path, stdin: bytes) -> Outcome:
    """Run `argv` as the sandbox would."""
    done = subprocess.run(
        argv,
        cwd=cwd,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    return Outcome(returncode=done.returncode, output=done.stdout)


def never(argv: Sequence[str], *, cwd: Path, stdin: bytes) -> Outcome:
    """For what must not run anything."""
    raise AssertionError(f"{argv} was run in {cwd} with {len(stdin)} bytes")


def without_patch(argv: Sequence[str], *, cwd: Path, stdin: bytes) -> Outcome:
    """A machine on which GNU patch is not installed."""
    return Outcome(returncode=127, output=f"{argv[0]}: not found in {cwd}".encode() + stdin[:0])
