"""The machine that numbers were taken on: they mean nothing on another one."""

import datetime as dt
import os
import platform
from pathlib import Path


def described() -> dict[str, str | int]:
    """What a reader of raw numbers needs to know."""
    return {
        "date": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
        "cpu": _field(Path("/proc/cpuinfo"), "model name"),
        "cores": cores(),
        "memory": _field(Path("/proc/meminfo"), "MemTotal"),
        "kernel": platform.release(),
        "system": _system(),
        "builder_python": platform.python_version(),
        "load": f"{os.getloadavg()[0]:.2f}",
    }


def cores() -> int:
    """How many cores a run may use."""
    return len(os.sched_getaffinity(0))


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return ""


def _field(path: Path, name: str) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(found, "unknown")
