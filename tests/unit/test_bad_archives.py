"""Archives written by attackers, and broken ones: each is refused with its cause, and leaves nothing."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable
from io import BufferedRandom, FileIO
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version
from sdist_maker import WHEN, Entry, entry, tar_bytes, write_tar, write_zip, zip_entry

from wheeltree.errors import SourceError, UnsafeArchive
from wheeltree.sources.archive import DEFAULT_LIMITS, OLDEST, unpack
from wheeltree.sources.draft import Draft
from wheeltree.sources.member import Limits

GOOD = entry("demo-1.0/setup.py", b"setup()")
DIR, LINK, HARD, FIFO = tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE


def taken(draft: Draft, archive: Path, *, limits: Limits = DEFAULT_LIMITS, below: str = "") -> int:
    name, version = canonicalize_name("demo"), Version("1.0")
    return unpack(archive, draft, name=name, version=version, below=below, limits=limits)


def unpacked(archive: Path, *, limits: Limits = DEFAULT_LIMITS) -> Path:
    into = archive.parent / f"tree of {archive.name}"
    with TemporaryFile() as body:
        draft = Draft(body)
        taken(draft, archive, limits=limits)
        draft.lay_out(into)
    return into


def epoch_of(archive: Path) -> int:
    with TemporaryFile() as body:
        return taken(Draft(body), archive)


def refusal(archive: Path, *, limits: Limits = DEFAULT_LIMITS) -> UnsafeArchive:
    with pytest.raises(UnsafeArchive) as caught:
        unpacked(archive, limits=limits)
    return caught.value


BAD_MEMBERS: dict[str, tuple[list[Entry], str]] = {
    "absolute path": ([GOOD, entry("/etc/cron.d/x", b"x")], "absolute"),
    "dot dot": ([GOOD, entry("demo-1.0/../../x", b"x")], "'..'"),
    "dot dot at the end": ([GOOD, entry("demo-1.0/a/..", kind=DIR)], "'..'"),
    "absolute link": ([GOOD, entry("demo-1.0/l", kind=LINK, target="/etc")], "no relative target"),
    "empty link": ([GOOD, entry("demo-1.0/l", kind=LINK)], "no relative target"),
    "link that leaves": (
        [GOOD, entry("demo-1.0/l", kind=LINK, target="../x")],
        "leaves the source tree",
    ),
    "link that leaves and comes back": (
        [GOOD, entry("demo-1.0/l", kind=LINK, target="../demo-1.0/setup.py")],
        "leaves the source tree",
    ),
    "writing through a link": (
        [GOOD, entry("demo-1.0/l", kind=LINK, target="d"), entry("demo-1.0/l/x", b"x")],
        "below, the link 'l'",
    ),
    "link over what was written": (
        [GOOD, entry("demo-1.0/d/x", b"x"), entry("demo-1.0/d", kind=LINK, target=".")],
        "there twice",
    ),
    "file over a link": (
        [GOOD, entry("demo-1.0/l", kind=LINK, target="setup.py"), entry("demo-1.0/l", b"x")],
        "there twice",
    ),
    "link with two targets": (
        [
            GOOD,
            entry("demo-1.0/l", kind=LINK, target="setup.py"),
            entry("demo-1.0/l", kind=LINK, target="other"),
        ],
        "different targets",
    ),
    "link through a link": (
        [
            GOOD,
            entry("demo-1.0/d", kind=DIR),
            entry("demo-1.0/a", kind=LINK, target="d"),
            entry("demo-1.0/b", kind=LINK, target="a/../x"),
        ],
        "another link",
    ),
    "link loop": (
        [
            GOOD,
            entry("demo-1.0/a", kind=LINK, target="b"),
            entry("demo-1.0/b", kind=LINK, target="a"),
        ],
        "another link",
    ),
    "link to itself": ([GOOD, entry("demo-1.0/a", kind=LINK, target="a")], "another link"),
    "link through a file": (
        [GOOD, entry("demo-1.0/a", kind=LINK, target="setup.py/x")],
        "no folder",
    ),
    "hard link outside": ([GOOD, entry("demo-1.0/h", kind=HARD, target="/etc/passwd")], "absolute"),
    "hard link to another top": (
        [GOOD, entry("demo-1.0/h", kind=HARD, target="etc/passwd")],
        "second top folder",
    ),
    "hard link to nothing": (
        [GOOD, entry("demo-1.0/h", kind=HARD, target="demo-1.0/later")],
        "no earlier file",
    ),
    "hard link to a link": (
        [
            GOOD,
            entry("demo-1.0/l", kind=LINK, target="setup.py"),
            entry("demo-1.0/h", kind=HARD, target="demo-1.0/l"),
        ],
        "no earlier file",
    ),
    "character device": (
        [GOOD, entry("demo-1.0/null", kind=tarfile.CHRTYPE)],
        "a character device",
    ),
    "block device": ([GOOD, entry("demo-1.0/disk", kind=tarfile.BLKTYPE)], "a block device"),
    "FIFO as setup.cfg": ([GOOD, entry("demo-1.0/setup.cfg", kind=FIFO)], "a FIFO"),
    "sparse file": ([GOOD, entry("demo-1.0/s", kind=tarfile.GNUTYPE_SPARSE)], "a sparse file"),
    "unknown kind": ([GOOD, entry("demo-1.0/s", kind=b"Q")], "unknown kind"),
    "second setup.py": ([GOOD, entry("demo-1.0/setup.py", b"evil()")], "different contents"),
    "second setup.py, longer": (
        [GOOD, entry("demo-1.0/setup.py", b"setup()#")],
        "different contents",
    ),
    "second setup.py by another spelling": (
        [GOOD, entry("demo-1.0/./setup.py", b"evil()")],
        "different contents",
    ),
    "file over a folder": (
        [GOOD, entry("demo-1.0/d/x", b"x"), entry("demo-1.0/d", b"x")],
        "there twice",
    ),
    "folder over a file": ([GOOD, entry("demo-1.0/setup.py/x", b"x")], "the file 'setup.py'"),
    "newline and escape": ([GOOD, entry("demo-1.0/a\n\x1b[2Jb", b"x")], "control character U+000A"),
    "line separator": ([GOOD, entry("demo-1.0/a\u2028b", b"x")], "U+2028"),
    "control character in a target": (
        [GOOD, entry("demo-1.0/l", kind=LINK, target="a\x1b")],
        "U+001B",
    ),
    "name that is not UTF-8": ([GOOD, entry("demo-1.0/\udcff", b"x")], "not UTF-8"),
    "6000-character path": (
        [GOOD, entry("demo-1.0/" + "/".join(["abcdefghi"] * 600), b"x")],
        "bytes long",
    ),
    "long name": ([GOOD, entry("demo-1.0/" + "x" * 256, b"x")], "longer than 255"),
    "deep path": ([GOOD, entry("demo-1.0/" + "/".join("x" * 150), b"x")], "folders deep"),
    "two top folders": ([GOOD, entry("other/x", b"x")], "second top folder"),
    "no top folder": ([entry("setup.py", b"x")], "not in a top folder"),
    "top folder that is a link": (
        [entry("demo-1.0", kind=LINK, target="/etc")],
        "not in a top folder",
    ),
    "empty path": ([entry(".", b"x")], "path is empty"),
    "no members": ([], "nothing in it"),
    "nothing but folders": (
        [entry("demo-1.0", kind=DIR), entry("demo-1.0/d", kind=DIR)],
        "nothing in it",
    ),
}


@pytest.mark.parametrize(("members", "cause"), BAD_MEMBERS.values(), ids=BAD_MEMBERS)
@pytest.mark.parametrize("style", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT], ids=["pax", "gnu"])
def test_a_bad_member_is_refused_with_its_cause(
    tmp_path: Path, members: list[Entry], cause: str, style: int
) -> None:
    error = refusal(write_tar(tmp_path / "demo-1.0.tar.gz", members, style=style))
    assert cause in error.message
    assert "demo 1.0: demo-1.0.tar.gz is refused" in error.message
    assert error.message.isprintable()
    assert error.hint


def test_the_message_names_the_member_and_its_byte(tmp_path: Path) -> None:
    error = refusal(write_tar(tmp_path / "x.tar.gz", [GOOD, entry("/etc/x", b"x")]))
    assert "member '/etc/x' (at byte 1024): its path is absolute" in error.message


def test_a_chain_of_long_links_that_realpath_gives_up_on_is_refused(tmp_path: Path) -> None:
    # The shape of CVE-2025-4517: by its end, realpath no longer sees where a link leads.
    part, members, path = "d" * 100, [GOOD], "demo-1.0"
    for letter in "abcdefgh":
        members.append(entry(f"{path}/{part}", kind=DIR))
        members.append(entry(f"{path}/{letter}", kind=LINK, target=part))
        path = f"{path}/{letter}"
    members.append(entry(f"{path}/out", kind=LINK, target="../" * 8))
    assert "link" in refusal(write_tar(tmp_path / "x.tar.gz", members)).message


def raw(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "demo-1.0.tar.gz"
    path.write_bytes(content)
    return path


def damaged_header(content: bytes) -> bytes:
    return content[:1100] + b"!" + content[1101:]


def with_size(field: bytes) -> bytes:
    """The archive, its first member's size field replaced and its checksum put right."""
    block = bytearray(tar_bytes([GOOD]))
    block[124:136] = field
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    return bytes(block)


PLAIN = tar_bytes([GOOD, entry("demo-1.0/b", b"y" * 5000)])
PACKED = gzip.compress(PLAIN, mtime=0)
BROKEN: dict[str, tuple[bytes, str]] = {
    "empty file": (b"", "it is empty"),
    "HTML page": (b"\n<!DOCTYPE html><html>404", "looks like an HTML page"),
    "text": (b"Not found", "not a gzip file"),
    "gzip of something else": (gzip.compress(b"hello " * 200), "no tar archive"),
    "truncated gzip": (PACKED[:-20], "truncated"),
    "gzip without its checksum": (PACKED[:-8], "truncated"),
    "wrong gzip checksum": (PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], "damaged"),
    "truncated tar": (gzip.compress(PLAIN[:3000]), "middle of a member"),
    "tar without end": (gzip.compress(PLAIN[:1024]), "without an end marker"),
    "garbage after gzip": (PACKED + b"garbage", "follow the end of its compressed data"),
    "garbage after tar": (gzip.compress(PLAIN + b"x" * 512), "follows the end of the archive"),
    "damaged header in the middle": (gzip.compress(damaged_header(PLAIN)), "wrong checksum"),
    "negative size": (gzip.compress(with_size(b"\xff" * 12)), "a number that is none"),
    "size that is no number": (gzip.compress(with_size(b"0000000000x\0")), "a number that is none"),
    "huge size": (gzip.compress(with_size(b"\x80" + b"\x7f" * 11)), "middle of a member"),
    "empty tar": (gzip.compress(b""), "empty archive"),
}


@pytest.mark.parametrize(("content", "cause"), BROKEN.values(), ids=BROKEN)
def test_a_broken_archive_is_refused_with_its_cause(
    tmp_path: Path, content: bytes, cause: str
) -> None:
    assert cause in refusal(raw(tmp_path, content)).message


@pytest.mark.parametrize(
    "record",
    [
        b"no number",
        b"99 path=x\n",
        b"2 x",
        b"12 path=demo",
        b"0 path=x\n",
        b"000000012x path=x\n",
        b"9" * 5000 + b" path=x\n",
    ],
)
def test_a_damaged_pax_record_is_refused(tmp_path: Path, record: bytes) -> None:
    end = 512 + len(record) + -len(record) % 512
    archive = tar_bytes([entry("pax", record, b"x")])[:end] + tar_bytes([GOOD])
    assert "extended header" in refusal(raw(tmp_path, gzip.compress(archive))).message


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    limits = Limits(floor=1 << 20)
    archive = write_tar(tmp_path / "x.tar.gz", [entry("demo-1.0/zeros", bytes(4 << 20))])
    error = refusal(archive, limits=limits)
    assert "more than 200 times its size" in error.message
    assert "bomb" in error.hint


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "x.zip", [zip_entry("demo-1.0/zeros", bytes(4 << 20))])
    assert "200 times" in refusal(archive, limits=Limits(floor=1 << 20)).message


def test_more_bytes_than_allowed_are_refused(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "x.tar.gz", [entry("demo-1.0/a", bytes(3000))])
    assert "more than 2000 bytes" in refusal(archive, limits=Limits(size=2000)).message


def test_more_members_than_allowed_are_refused(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "x.tar.gz", [entry(f"demo-1.0/{n}") for n in range(11)])
    assert "more than 10 members" in refusal(archive, limits=Limits(members=10)).message


def _one(path: Path) -> bytearray:
    return bytearray(write_zip(path, [zip_entry("demo-1.0/a", b"content" * 99)]).read_bytes())


def _patched(path: Path, local_offset: int, value: bytes) -> Path:
    """The flags or method (at +6, +8 locally; two later in the directory) replaced."""
    content = _one(path)
    content[local_offset : local_offset + 1] = value
    start = content.index(b"PK\x01\x02") + local_offset + 2
    content[start : start + 1] = value
    path.write_bytes(content)
    return path


def _renamed(path: Path) -> Path:
    path.write_bytes(_one(path).replace(b"demo-1.0/a", b"demo-1.0/b", 1))
    return path


def _corrupt(path: Path) -> Path:
    content = _one(path)
    content[44] ^= 0xFF
    path.write_bytes(content)
    return path


def _cut(path: Path) -> Path:
    path.write_bytes(_one(path)[:-30])
    return path


BAD_ZIPS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "absolute": (lambda path: write_zip(path, [zip_entry("/etc/x")]), "absolute"),
    "dot dot": (lambda path: write_zip(path, [zip_entry("demo-1.0/../../x")]), "'..'"),
    "link that leaves": (
        lambda path: write_zip(
            path, [zip_entry("demo-1.0/a"), zip_entry("demo-1.0/l", b"../../x", 0o120777)]
        ),
        "leaves",
    ),
    "device": (lambda path: write_zip(path, [zip_entry("demo-1.0/l", b"", 0o020644)]), "a device"),
    "empty": (lambda path: write_zip(path, []), "empty archive"),
    "encrypted": (lambda path: _patched(path, 6, b"\x01"), "encrypted"),
    "odd compression": (lambda path: _patched(path, 8, b"\x63"), "method 99"),
    "two names": (_renamed, "damaged"),
    "damaged content": (_corrupt, "damaged"),
    "truncated": (_cut, "damaged zip"),
}


@pytest.mark.parametrize(("make", "cause"), BAD_ZIPS.values(), ids=BAD_ZIPS)
def test_a_bad_zip_is_refused_with_its_cause(
    tmp_path: Path, make: Callable[[Path], Path], cause: str
) -> None:
    assert cause in refusal(make(tmp_path / "demo-1.0.zip")).message


def test_a_zip_name_is_not_cut_at_a_nul(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    content = bytes(_one(path)).replace(b"demo-1.0/a", b"demo-1.0\0a")
    path.write_bytes(content)
    assert "U+0000" in refusal(path).message


def test_a_full_disk_is_a_source_error(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "x.tar.gz", [GOOD, entry("demo-1.0/b", b"x" * 100_000)])
    with (
        pytest.raises(SourceError, match=r"cannot unpack .*No space left"),
        FileIO("/dev/full", "w+") as device,
    ):
        taken(Draft(BufferedRandom(device)), archive)


def test_an_archive_that_is_not_there_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot unpack"):
        unpacked(tmp_path / "x.tar.gz")


def test_modes_are_normalised(tmp_path: Path) -> None:
    members = [
        entry("demo-1.0", kind=DIR, mode=0),
        entry("demo-1.0/a", b"a", mode=0o6711),
        entry("demo-1.0/b", b"b", mode=0o666),
        entry("demo-1.0/d/c", b"", mode=0),
    ]
    tree = unpacked(write_tar(tmp_path / "x.tar.gz", members))
    modes = {path.name: path.stat().st_mode & 0o7777 for path in [tree, *tree.rglob("*")]}
    assert modes == {tree.name: 0o755, "a": 0o755, "b": 0o644, "d": 0o755, "c": 0o644}


def test_good_links_and_duplicates_are_kept(tmp_path: Path) -> None:
    members = [
        entry("./demo-1.0/", kind=DIR),
        GOOD,
        GOOD,
        entry("demo-1.0/d/x", b"x", mode=0o755),
        entry("demo-1.0/d/up", kind=LINK, target="../setup.py"),
        entry("demo-1.0/dangling", kind=LINK, target="d/nothing"),
        entry("demo-1.0/dir", kind=LINK, target="d"),
        entry("demo-1.0/dir", kind=LINK, target="d"),
        entry("demo-1.0/hard", kind=HARD, target="demo-1.0/d/x"),
    ]
    tree = unpacked(write_tar(tmp_path / "x.tar.gz", members))
    assert (tree / "d/up").read_bytes() == b"setup()"
    assert (tree / "dir/x").read_bytes() == b"x"
    assert (tree / "hard").stat().st_mode & 0o777 == 0o755
    assert (tree / "hard").stat().st_nlink == 1
    assert (tree / "dangling").is_symlink()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_every_usual_compression_is_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "demo-1.0.tar.x"
    path.write_bytes(pack(PLAIN))
    assert (unpacked(path) / "b").read_bytes() == b"y" * 5000


def test_a_gzip_file_of_several_members_is_read_as_one(tmp_path: Path) -> None:
    path = raw(tmp_path, gzip.compress(PLAIN[:700]) + gzip.compress(PLAIN[700:]) + bytes(100))
    assert (unpacked(path) / "b").read_bytes() == b"y" * 5000


def test_a_zip_is_read(tmp_path: Path) -> None:
    members = [
        zip_entry("demo-1.0/", mode=0o040755),
        zip_entry("demo-1.0/run", b"#!", 0o100755),
        zip_entry("demo-1.0/l", b"run", 0o120777),
    ]
    archive = write_zip(tmp_path / "demo-1.0.zip", members)
    assert epoch_of(archive) == WHEN
    assert (unpacked(archive) / "l").read_bytes() == b"#!"


def test_very_old_tar_archives_are_read(tmp_path: Path) -> None:
    # Version 7: a folder is a file whose name ends in a slash, and there is no magic.
    folder, file = (
        entry("demo-1.0/d/", kind=tarfile.AREGTYPE),
        entry("demo-1.0/d/x", b"x", tarfile.AREGTYPE),
    )
    blocks = bytearray(tar_bytes([folder, file], style=tarfile.USTAR_FORMAT))
    for start in (0, 512):
        blocks[start + 257 : start + 265] = bytes(8)
        blocks[start + 148 : start + 156] = b" " * 8
        blocks[start + 148 : start + 156] = b"%06o\0 " % sum(blocks[start : start + 512])
    assert (unpacked(raw(tmp_path, gzip.compress(bytes(blocks)))) / "d/x").read_bytes() == b"x"


def test_a_checksum_of_signed_bytes_is_right_too(tmp_path: Path) -> None:
    block = bytearray(tar_bytes([entry("demo-1.0/ä", b"x")], style=tarfile.GNU_FORMAT))
    signed = sum(byte - 256 * (byte > 127) for byte in block[:148] + b" " * 8 + block[156:512])
    block[148:156] = b"%06o\0 " % signed
    assert (unpacked(raw(tmp_path, gzip.compress(bytes(block)))) / "ä").read_bytes() == b"x"
    block[148:156] = b"%06o\0 " % (signed + 1)
    assert "no tar archive" in refusal(raw(tmp_path, gzip.compress(bytes(block)))).message


@pytest.mark.parametrize(
    ("times", "epoch"),
    [
        ([WHEN, WHEN + 5, WHEN - 5], WHEN + 5),
        ([WHEN + 0.75], WHEN),
        ([0], OLDEST),
        ([-5.5], OLDEST),
        ([WHEN, time.time() + 10**6], WHEN),
        ([8**11 - 1], OLDEST),
    ],
)
def test_the_epoch_is_the_newest_time_that_can_be_true(
    tmp_path: Path, times: list[float], epoch: int
) -> None:
    members = [entry(f"demo-1.0/{number}", mtime=mtime) for number, mtime in enumerate(times)]
    archive = write_tar(tmp_path / "x.tar.gz", members)
    assert epoch_of(archive) == epoch


def test_sizes_in_base_256_are_read(tmp_path: Path) -> None:
    content = with_size(b"\x80" + struct.pack(">Q", 7).rjust(11, b"\0"))
    assert (unpacked(raw(tmp_path, gzip.compress(content))) / "setup.py").read_bytes() == b"setup()"


def test_tarfile_agrees_with_our_reader(tmp_path: Path) -> None:
    long = "demo-1.0/" + "/".join(["długa-nazwa"] * 20)
    members = [GOOD, entry(long, b"long"), entry("demo-1.0/big", bytes(range(256)) * 3000)]
    for style in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        path = write_tar(tmp_path / f"{style}.tar.gz", members, style=style)
        into = unpacked(path)
        with tarfile.open(path) as archive:
            for member in archive:
                file = archive.extractfile(member)
                assert file is not None
                assert (into / member.name.partition("/")[2]).read_bytes() == file.read()


def test_zipfile_reads_what_we_made() -> None:
    # The fixtures of this file are honest archives apart from what each test breaks.
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(*zip_entry("demo-1.0/a", b"x"))
    assert zipfile.ZipFile(buffer).testzip() is None
