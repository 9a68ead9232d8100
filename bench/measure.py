"""What one run of a command took."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_WAITER = Path(__file__).with_name("waiter.py")
_FOREIGN = ("PIP_", "UV_", "FROMAGER_", "BUILDER_", "PYTHON", "VIRTUAL_ENV", "XDG_", "PYENV_")
_MEBIBYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The numbers of one run; times in seconds, sizes in bytes."""

    returncode: int
    wall: float
    cpu: float
    """User and system time of all processes of the tree."""
    own_cpu: float
    """The same for the first process alone."""
    largest: int
    """Peak resident memory of the largest process of the tree."""
    own_peak: int
    """Peak resident memory of the first process."""
    elsewhere: float
    """CPU time that the machine spent on anything else meanwhile, the local index included."""
    log: str
    """Path of everything that the command printed."""

    @property
    def ok(self) -> bool:
        """Whether the command ended well."""
        return self.returncode == 0

    @property
    def own_megabytes(self) -> float:
        """Peak memory of the first process in MiB."""
        return self.own_peak / _MEBIBYTE

    @property
    def largest_megabytes(self) -> float:
        """Peak memory of the largest process in MiB."""
        return self.largest / _MEBIBYTE


def measured(
    command: Sequence[str | Path], *, environ: Mapping[str, str], folder: Path, log: Path
) -> Measure:
    """Runs `command` in `folder` with exactly `environ`, after the disk has come to rest.

    Without the sync, what an earlier command wrote would be written in this one's time.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    os.sync()
    with tempfile.TemporaryDirectory() as numbers, log.open("wb") as output:
        report = Path(numbers, "report")
        subprocess.run(
            [sys.executable, "-I", "-S", _WAITER, report, *command],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=True,
        )
        return Measure(**json.loads(report.read_bytes()), log=str(log))


def surroundings(home: Path, *programs: Path) -> dict[str, str]:
    """This process' environment without the configuration of any tool that is measured.

    home: a new folder; caches and temporary files of the tool go there. programs: folders that
    stand first in PATH.
    """
    for folder in (home, home / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    path = os.pathsep.join([*map(str, programs), kept.get("PATH", os.defpath)])
    return {
        **kept,
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "PATH": path,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
