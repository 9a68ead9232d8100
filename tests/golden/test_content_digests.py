"""Pinned: with another content digest, everything that is built with such a wheel has another key.

Where the change is meant, raise OUTPUT_SCHEMA and pin the new digest.
"""

import base64
import hashlib
import zipfile
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.building.repack import content_digest, repack
from wheeltree.building.sbom import with_sbom
from wheeltree.building.wheel import Wheel, inspect
from wheeltree.model.digest import digest_bytes
from wheeltree.model.ingredient import Ingredient
from wheeltree.model.platform import Interpreter, Platform
from wheeltree.model.source import BuildSystem
from wheeltree.model.spec import BuildSpec, Recipe

PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    digest=digest_bytes(b"python"),
    version="3.11.7",
    site="lib/python3.11/site-packages",
    markers=(),
    tags=("py3-none-any",),
)
SPEC = BuildSpec(
    name=canonicalize_name("demo"),
    version=Version("1.0"),
    tree=digest_bytes(b"tree"),
    epoch=0,
    ingredients=(
        Ingredient(kind="crate", name="cc", version="1.0.0", digest=digest_bytes(b"cc")),
        Ingredient(kind="extra", name="x", digest=digest_bytes(b"x"), url="https://host/x.zip"),
    ),
    build_system=BuildSystem(),
    environment=(),
    platform=Platform(interpreter=PYTHON, layout="closed", parts=()),
    recipe=Recipe(),
)
FILES = {
    "demo/__init__.py": (0o644, b""),
    "demo/caf\u00e9.txt": (0o644, "caf\u00e9\n".encode()),
    "demo-1.0.data/scripts/run": (0o755, b"#!python\n"),
    "demo-1.0.dist-info/METADATA": (0o644, b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"),
    "demo-1.0.dist-info/WHEEL": (0o644, b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"),
}


def sample(path: Path) -> Wheel:
    record = ""
    with zipfile.ZipFile(path, "w") as archive:
        for name, (mode, content) in FILES.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
            record += f"{name},sha256={digest.rstrip('=')},{len(content)}\n"
        archive.writestr("demo-1.0.dist-info/RECORD", record + "demo-1.0.dist-info/RECORD,,\n")
    return inspect(
        path,
        filename=path.name,
        name=canonicalize_name("demo"),
        version=Version("1.0"),
        interpreter=PYTHON,
    )


def test_the_content_digest_of_a_sample_wheel_is_pinned(tmp_path: Path) -> None:
    wheel = sample(tmp_path / "demo-1.0-py3-none-any.whl")
    assert (
        content_digest(wheel) == "ef0fbe8ba4d389395d863699eba091e6ed142216ae6e60560e9d1e014996acd3"
    )


def test_the_canonical_form_of_a_sample_wheel_is_pinned(tmp_path: Path) -> None:
    """Headers and order; not the deflate streams, which depend on the host's zlib."""
    (tmp_path / "out").mkdir()
    path = repack(sample(tmp_path / "demo-1.0-py3-none-any.whl"), tmp_path / "out", epoch=10**9)
    with zipfile.ZipFile(path) as archive:
        listing = [
            f"{item.filename} {item.external_attr:x} {item.date_time} {item.flag_bits:x}"
            f" {item.create_system} {item.create_version} {item.extract_version} {item.CRC:08x}"
            for item in archive.infolist()
        ]
    assert (
        digest_bytes("\n".join(listing).encode())
        == "a11d14b29cbcb24d7f38505cac3ba87330151513f4717f9393a6430a6cba9958"
    )


def test_the_sbom_of_a_sample_wheel_is_pinned(tmp_path: Path) -> None:
    """It counts in the content of every wheel that is built."""
    wheel = with_sbom(sample(tmp_path / "demo-1.0-py3-none-any.whl"), SPEC)
    assert (
        content_digest(wheel) == "8f25e4d9244f92944c16d8eb34f8ce44516eda30e8c2e885b4adcca7018ffa95"
    )
