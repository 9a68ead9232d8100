"""Runs one program on a source tree inside the sandbox, and returns what it printed."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from wheeltree.building.attempts import described
from wheeltree.sandbox.base import Bind, Job, Sandbox, within
from wheeltree.sources.patch import Outcome, Runner

_TREE = "/build/src"
_STDIN = "/build/stdin"
_SECONDS = 300


def confined(sandbox: Sandbox) -> Runner:
    """How sources run GNU patch: with the tree, its input and nothing else in sight."""

    def run(argv: Sequence[str], *, cwd: Path, stdin: bytes) -> Outcome:
        with tempfile.NamedTemporaryFile() as given, tempfile.TemporaryFile() as log:
            given.write(stdin)
            given.flush()
            tree = _TREE if sandbox.layout == "closed" else str(cwd)
            read = _STDIN if sandbox.layout == "closed" else given.name
            job = Job(
                argv=("/bin/sh", "-c", 'input=$1; shift; exec "$@" < "$input"', "sh", read, *argv),
                cwd=tree,
                environ={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                binds=(
                    Bind(source=cwd, target=tree, writable=True),
                    Bind(source=Path(given.name), target=read),
                ),
                prefix="/usr",
                native=False,
            )
            ended = sandbox.run(job, log=log.fileno(), patience=within(_SECONDS))
            log.seek(0)
            return Outcome(
                returncode=ended.returncode,
                output=log.read(),
                attempts=tuple(map(described, ended.attempts)),
            )

    return run
