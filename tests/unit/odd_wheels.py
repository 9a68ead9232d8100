"""Wheels with every fault that a test asks for, and the interpreter that they are checked for."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.building.wheel import Wheel, inspect
from wheeltree.model.digest import digest_bytes
from wheeltree.model.platform import Interpreter

INFO = "demo-1.0.dist-info"
FILENAME = "demo-1.0-py3-none-any.whl"
METADATA = b"Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\n"
WHEEL = b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"

PYTHON = Interpreter(
    executable="/usr/bin/python3.11",
    prefix="/usr",
    digest=digest_bytes(b"python"),
    version="3.11.7",
    site="lib/python3.11/site-packages",
    markers=(("python_version", "3.11"), ("sys_platform", "linux")),
    tags=("cp311-cp311-linux_x86_64", "py3-none-any"),
)


def members(**extra: bytes) -> dict[str, bytes]:
    """The files of a right wheel; `extra` by path, with `__` for `/`."""
    return {
        "demo/__init__.py": b"answer = 42\n",
        **{path.replace("__", "/"): content for path, content in extra.items()},
        f"{INFO}/METADATA": METADATA,
        f"{INFO}/WHEEL": WHEEL,
    }


def record_of(files: Mapping[str, bytes], info: str = INFO) -> bytes:
    lines = [f"{path},{hashed(content)},{len(content)}\n" for path, content in files.items()]
    return "".join((*lines, f"{info}/RECORD,,\n")).encode()


def hashed(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.rstrip(b'=').decode()}"


def write(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    record: bytes | None = None,
    filename: str = FILENAME,
    info: str = INFO,
    date: tuple[int, int, int, int, int, int] = (2020, 2, 2, 0, 0, 0),
    modes: Mapping[str, int] | None = None,
) -> Path:
    """A wheel file with these files; RECORD is right unless given."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / filename
    with zipfile.ZipFile(path, "w") as archive:
        text = record_of(files, info) if record is None else record
        for name, content in (*files.items(), (f"{info}/RECORD", text)):
            entry = zipfile.ZipInfo(name, date)
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            entry.external_attr = (modes or {}).get(name, 0o100644) << 16
            archive.writestr(entry, content)
    return path


def inspected(path: Path, *, name: str = "demo", version: str = "1.0") -> Wheel:
    return inspect(
        path,
        filename=path.name,
        name=canonicalize_name(name),
        version=Version(version),
        interpreter=PYTHON,
    )
