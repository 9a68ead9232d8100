"""The interpreter that wheels are built for, as it describes itself."""

import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import packaging

from wheeltree.errors import UsageError
from wheeltree.model import codec
from wheeltree.model.digest import Digest, digest_bytes, digest_file
from wheeltree.model.frozen import Frozen
from wheeltree.model.platform import Interpreter

_DESCRIBE = Path(__file__).with_name("describe.py")
_TOO_OLD = b"too old: "
_PATIENCE = 60.0
"""Seconds."""
_HINT = "name a Python >= 3.9 with --python"


class _Description(Frozen):
    """What `describe.py` prints."""

    executable: str
    libraries: tuple[str, ...]
    prefix: str
    site: str
    markers: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]


def probe(python: str | Path) -> Interpreter:
    """The interpreter behind `python`: a path, or a name that is looked up in PATH.

    A virtual environment's interpreter is the one that it was made from. Starts one process.
    UsageError if there is none, if it is no Python, or if it is older than 3.9.
    """
    path = find(python)
    described = _read(path, _ask(path))
    markers = dict(described.markers)
    return Interpreter(
        executable=described.executable,
        prefix=described.prefix,
        digest=_digest((described.executable, *described.libraries)),
        version=markers["python_full_version"].removesuffix("+"),
        site=described.site,
        markers=described.markers,
        tags=described.tags,
    )


def stamp(python: str | Path) -> str:
    """What changes when the interpreter behind `python` is replaced, without starting it.

    UsageError if there is none.
    """
    path = find(python)
    real = path.resolve()
    with real.open("rb") as file:
        if file.read(2) == b"#!":
            # A script that chooses an interpreter, as pyenv's shims do: never the same for sure.
            return f"{path} {time.time_ns()}"
    status = real.stat()
    return f"{path} {real} {status.st_mtime_ns} {status.st_size} {status.st_ino}"


def find(python: str | Path) -> Path:
    """The absolute path of a program given by path or name; UsageError if there is none."""
    found = shutil.which(python)
    if found is None:
        raise UsageError(f"there is no interpreter {str(python)!r}", hint=_HINT)
    return Path(found).absolute()


def _ask(path: Path) -> bytes:
    (packaging_folder,) = packaging.__path__
    try:
        answer = subprocess.run(
            [path, "-I", "-S", "-B", _DESCRIBE, packaging_folder],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=_PATIENCE,
        )
    except OSError as error:
        raise _no_python(path, error.strerror or "it cannot be started") from error
    except subprocess.TimeoutExpired as error:
        raise _no_python(path, "it does not answer") from error
    except subprocess.CalledProcessError as error:
        words = error.stderr.decode(errors="replace").strip().splitlines()
        raise _no_python(path, f"it ends with {error.returncode}", words[-6:]) from error
    return answer.stdout


def _read(path: Path, answer: bytes) -> _Description:
    if answer.startswith(_TOO_OLD):
        version = answer.removeprefix(_TOO_OLD).decode().strip()
        raise UsageError(f"{path} is Python {version}, which is too old", hint=_HINT)
    try:
        return codec.decode(answer, _Description)
    except codec.Malformed as error:
        raise _no_python(path, "its answer is not that of a Python") from error


def _no_python(path: Path, reason: str, details: Sequence[str] = ()) -> UsageError:
    return UsageError(f"{path} cannot be used as a Python: {reason}", details=details, hint=_HINT)


def _digest(paths: tuple[str, ...]) -> Digest:
    """Of the bytes of the files at `paths`, whatever they are called."""
    try:
        return digest_bytes(" ".join(digest_file(Path(path)) for path in paths).encode())
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be read: {error.strerror}", hint=_HINT
        ) from error
