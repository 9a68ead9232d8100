"""Tiny wheels, and the artifacts that describe them, for the tests of the store."""

import base64
import hashlib
import zipfile
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key, digest_bytes
from wheeltree.model.source import Metadata
from wheeltree.store.local import Store


def write_wheel(folder: Path, name: str, version: str, *, source: bytes, python: str = "") -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    if python:
        metadata += f"Requires-Python: {python}\n"
    members = {
        f"{name}.py": source,
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            lines.append(f"{member},sha256={digest.decode()},{len(content)}\n")
            _add(archive, member, content)
        lines.append(f"{info}/RECORD,,\n")
        _add(archive, f"{info}/RECORD", "".join(lines).encode())
    return path


def store_wheel(
    store: Store, folder: Path, name: str, version: str, *, source: bytes = b"", python: str = ""
) -> Artifact:
    path = write_wheel(folder, name, version, source=source, python=python)
    size = path.stat().st_size
    return Artifact(
        name=canonicalize_name(name),
        version=Version(version),
        filename=path.name,
        content=digest_bytes(source),
        file=store.add(path),
        size=size,
        build_key=Key("0" * 64),
        metadata=Metadata(requires_python=python),
        seconds=1.0,
        sandbox="none",
    )


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, (2020, 2, 2, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
