"""Deflate streams of a wheel: read to the end that they say, and taken over as they are."""

import io
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from odd_wheels import inspected, members, write

from wheeltree.building.deflated import Extent, Inflating, copy
from wheeltree.building.repack import repack
from wheeltree.errors import BuildError

TEXT = b"answer = 42\n" * 9000


def deflated(content: bytes, level: int = 9) -> bytes:
    packer = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def read(stream: bytes, *, size: int = len(TEXT), crc: int = zlib.crc32(TEXT)) -> bytes:
    file, found = io.BytesIO(b"before" + stream + b"after"), b""
    place = Extent(offset=6, length=len(stream), crc=crc)
    inflating = Inflating(file, place, size=size, name="a")
    while chunk := inflating.read(1000):
        assert len(chunk) <= 1000
        found += chunk
    return found


@pytest.mark.parametrize("content", [TEXT, b"", b"x", bytes(range(256)) * 3000])
@pytest.mark.parametrize("level", [0, 1, 9])
def test_a_stream_is_read_whole(content: bytes, level: int) -> None:
    stream = deflated(content, level)
    assert read(stream, size=len(content), crc=zlib.crc32(content)) == content


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (deflated(TEXT) + b"hidden", "bytes after its end"),
        (deflated(TEXT) + deflated(b"more"), "bytes after its end"),
        (deflated(TEXT)[:-3], "ends before its end"),
        (b"", "ends before its end"),
        (deflated(TEXT + b"!"), "another size"),
        (deflated(TEXT[:-1]), "another size"),
        (deflated(TEXT[:-1] + b"!"), "another size or CRC-32"),
    ],
)
def test_a_stream_that_is_not_what_is_said_of_it_is_damaged(stream: bytes, words: str) -> None:
    with pytest.raises(zipfile.BadZipFile, match=words):
        read(stream)


def test_a_bomb_is_given_up_at_the_size_that_it_names() -> None:
    stream = deflated(bytes(200 << 20))
    tracemalloc.start()
    with pytest.raises(zipfile.BadZipFile, match="another size"):
        read(stream, size=5000)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


def test_what_a_backend_deflated_is_taken_over_as_it_is(tmp_path: Path) -> None:
    wheel = inspected(write(tmp_path, members(big=TEXT)))
    assert wheel.path.read_bytes().count(deflated(TEXT, -1)) == 1
    (tmp_path / "out").mkdir()
    packed = repack(wheel, tmp_path / "out", epoch=0)
    assert packed.read_bytes().count(deflated(TEXT, -1)) == 1
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        assert archive.read("big") == TEXT


def test_what_a_backend_only_stored_is_deflated(tmp_path: Path) -> None:
    path = write(tmp_path, members(big=TEXT))
    stored = tmp_path / "stored" / path.name
    stored.parent.mkdir()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(stored, "w") as plain:
        for name in archive.namelist():
            plain.writestr(name, archive.read(name))
    (tmp_path / "out").mkdir()
    packed = repack(inspected(stored), tmp_path / "out", epoch=0)
    assert packed.stat().st_size < stored.stat().st_size / 10


def test_a_wheel_that_hides_bytes_behind_a_member_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, members(big=TEXT))
    hiding = tmp_path / "hiding" / path.name
    hiding.parent.mkdir()
    stream = deflated(TEXT) + b"hidden"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(hiding, "w") as made:
        for item in archive.infolist():
            if item.filename != "big":
                made.writestr(item, archive.read(item))
        entry = zipfile.ZipInfo("big")
        entry.compress_type, entry.file_size = zipfile.ZIP_DEFLATED, len(TEXT)
        place = Extent(offset=0, length=len(stream), crc=zlib.crc32(TEXT))
        copy(io.BytesIO(stream), place, entry, made)
    with pytest.raises(BuildError, match="'big' has bytes after its end"):
        inspected(hiding)


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, members(big=bytes(range(256)) * 9))
    body, _, rest = path.read_bytes().partition(b"PK\x01\x02")
    directory = rest.partition(b"PK\x05\x06")[0]
    entries = [b"PK\x01\x02" + each for each in directory.split(b"PK\x01\x02")]
    entries += [each for each in entries if b"big" in each] * 99
    listed = b"".join(entries)
    count = len(entries).to_bytes(2, "little")
    sizes = len(listed).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    path.write_bytes(body + listed + b"PK\x05\x06" + bytes(4) + count * 2 + sizes + bytes(2))
    with pytest.raises(BuildError, match="members that overlap"):
        inspected(path)
