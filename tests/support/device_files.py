"""Programs and wheels with code for accelerators in them, put together from samples."""

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> bytes:
    """What a real compiler wrote; samples/README.md says how."""
    return (SAMPLES / name).read_bytes()


def elf(sections: Mapping[str, bytes] | None = None, needed: tuple[str, ...] = ()) -> bytes:
    """A library for x86-64 with these sections, that loads these libraries."""
    names = b"\0" + b"".join(f"{name}\0".encode() for name in needed)
    tags = [(1, names.index(f"\0{name}\0".encode()) + 1) for name in needed]
    dynamic_size = 16 * (len(tags) + 3)
    names_at = 64 + 2 * 56 + dynamic_size
    told = (*tags, (5, names_at), (10, len(names)), (0, 0))
    dynamic = b"".join(struct.pack("<qQ", *tag) for tag in told)
    body = dynamic + names
    titles, headers = b"\0.shstrtab\0", [bytes(64)]
    for name, content in (sections or {}).items():
        body += bytes(-(176 + len(body)) % 8)
        headers.append(_section(len(titles), 1, 176 + len(body), len(content)))
        titles += f"{name}\0".encode()
        body += content
    headers.append(_section(1, 3, 176 + len(body), len(titles)))
    body += titles
    table = 176 + len(body)
    counts = (64, 56, 2, 64, len(headers), len(headers) - 1)
    header = struct.pack(
        "<16s2HI3QI6H", b"\x7fELF\2\1\1", 3, 62, 1, 0, 64, table, 0, *counts
    ) + b"".join(_segment(*each) for each in ((1, 0, table), (2, 176, dynamic_size)))
    return header + body + b"".join(headers)


def bundle(*targets: str, code: bytes = b"code") -> bytes:
    """What clang-offload-bundler writes for these targets, without its padding."""
    listed = sum(24 + len(target) for target in targets)
    head, start = b"__CLANG_OFFLOAD_BUNDLE__" + struct.pack("<Q", len(targets)), 32 + listed
    for number, target in enumerate(targets):
        place = struct.pack("<3Q", start + number * len(code), len(code), len(target))
        head += place + target.encode()
    return head + code * len(targets)


def compressed(version: int, packed: bytes, *, method: int, unpacked: int) -> bytes:
    """A bundle as clang has it in one of the forms of compressed ones."""
    sizes = {1: "", 2: "I", 3: "Q"}[version]
    header = 16 + struct.calcsize(f"<{sizes}{sizes or 'I'}")
    total = (header + len(packed),) if sizes else ()
    form = f"<4sHH{sizes}{sizes or 'I'}Q"
    return struct.pack(form, b"CCOB", version, method, *total, unpacked, 0) + packed


def wheel(folder: Path, members: Mapping[str, bytes]) -> Path:
    """A wheel file with these members, as far as anything here looks at it."""
    path = folder / "demo-1.0-cp312-cp312-linux_x86_64.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _section(name: int, kind: int, start: int, size: int) -> bytes:
    return struct.pack("<2I4Q2I2Q", name, kind, 0, 0, start, size, 0, 0, 1, 0)


def _segment(kind: int, start: int, size: int) -> bytes:
    return struct.pack("<2I6Q", kind, 4, start, start, start, size, size, 8)
