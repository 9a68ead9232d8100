"""Real sdists, downloaded once into a folder that git ignores and shared by all tests."""

import fcntl
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "sdists"


def real_sdist(stem: str) -> Path:
    """The sdist `NAME-VERSION.tar.gz`, its name spelled as in the file; from the index if need be."""
    path = CACHE / f"{stem}.tar.gz"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _download(*stem.rsplit("-", 1))
    return path


def _download(name: str, version: str) -> None:
    options = ["--no-deps", "--no-binary", ":all:", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, "-d", CACHE, f"{name}=={version}"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
