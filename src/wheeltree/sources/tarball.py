"""The members of a tar stream (POSIX ustar and pax, GNU long names), read strictly.

`tarfile` takes a damaged header in the middle of an archive for its end, accepts sparse files and
devices, and rewrites what it does not like; here all of these are Refused.
"""

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple
from zlib import adler32

from wheeltree.sources.inflate import Inflated
from wheeltree.sources.member import Kind, Member, Refused

_BLOCK = 512
_CHUNK = 1 << 18
_LONGEST_HEADER = 1 << 20
_EMPTY = bytes(_BLOCK)
_OCTAL = b"01234567"
_FIELDS = Struct("100s 8s 16x 12s 12s 8s c 100s 6s 82x 155s 12x")
"""Name, mode, size, mtime, checksum, kind, target, magic and prefix; owners and devices between."""
_KINDS: dict[bytes, Kind] = {
    b"0": "file",
    b"\0": "file",
    b"7": "file",
    b"1": "copy",
    b"2": "link",
    b"5": "folder",
}
_LINKS = b"12"
_LINKING = frozenset({"link", "copy"})
_EXTENDED = b"xXgLK"
_SPARSE = "a sparse file"
_ODD = {
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a FIFO",
    b"S": _SPARSE,
}


class _Header(NamedTuple):
    """One 512-byte block, decoded as far as it is needed."""

    name: bytes
    mode: int
    size: int
    mtime: int
    kind: bytes
    target: bytes


def read_tar(stream: Inflated) -> Iterator[Member]:
    """The members of the archive in `stream`, in order; nothing but zeros may follow them."""
    always: dict[str, bytes] = {}
    extra: dict[str, bytes] = {}
    while (block := _block(stream)) != _EMPTY:
        header = _parse(block, stream.position - _BLOCK)
        if header.kind in _EXTENDED:
            _extend(always if header.kind == b"g" else extra, header, stream)
            continue
        member, occupied = _member(header, always | extra, stream)
        extra = {}
        end = stream.position + occupied
        yield member
        _skip(stream, end - stream.position)
    _check_end(stream)


def _block(stream: Inflated) -> bytes:
    block = stream.read(_BLOCK)
    if len(block) != _BLOCK:
        cause = "it is an empty archive" if not stream.position else "it ends without an end marker"
        raise Refused(cause)
    return block


def _check_end(stream: Inflated) -> None:
    while rest := stream.read(_CHUNK):
        if rest.strip(b"\0"):
            raise Refused(
                f"something follows the end of the archive, before byte {stream.position}"
            )


def _parse(block: bytes, offset: int) -> _Header:
    name, mode, size, mtime, checksum, kind, target, magic, prefix = _FIELDS.unpack(block)
    if not _sums_up(block, checksum):
        cause = f"the header at byte {offset} has a wrong checksum"
        raise Refused(cause if offset else "it is compressed, but no tar archive")
    name = _text(name)
    if prefix[0] and magic == b"ustar\0":
        name = _text(prefix) + b"/" + name
    return _Header(
        name=name,
        mode=_octal(mode, offset),
        size=_octal(size, offset),
        mtime=_octal(mtime, offset),
        kind=kind,
        target=_text(target) if kind in _LINKS else b"",
    )


def _sums_up(block: bytes, checksum: bytes) -> bool:
    """Whether the checksum fits: of unsigned bytes, or of signed ones as old writers did.

    Its own field counts as blanks.
    """
    digits = checksum.partition(b"\0")[0].strip()
    if not digits or digits.strip(_OCTAL):
        return False
    unsigned = _sum(block) - sum(checksum) + len(checksum) * ord(" ")
    wanted = int(digits, 8)
    return wanted == unsigned or wanted == unsigned - 256 * _high(block) + 256 * _high(checksum)


def _sum(block: bytes) -> int:
    """The sum of all bytes, most of which nearly always are ASCII."""
    # Adler-32 has it in its lower half: plus 1, modulo 65521, and 512 * 127 is less than that.
    return (adler32(block) & 0xFFFF) - 1 if block.isascii() else sum(block)


def _high(raw: bytes) -> int:
    """How many bytes are negative where they have a sign."""
    return sum(byte >> 7 for byte in raw)


def _text(raw: bytes) -> bytes:
    return raw.partition(b"\0")[0]


def _octal(raw: bytes, offset: int) -> int:
    """A number in octal digits, or in GNU's base 256 where the first bit is set."""
    digits = raw.rstrip(b"\0 ")
    if not digits.isdigit():
        if raw[0] == 0x80:  # noqa: PLR2004  # the mark of a positive number in base 256
            return int.from_bytes(raw[1:], "big")
        digits = raw.partition(b"\0")[0].strip() or b"0"
    try:
        if digits.isdigit():
            return int(digits, 8)
    except ValueError:  # an 8 or a 9
        pass
    raise Refused(f"the header at byte {offset} has a number that is none: {raw!r}")


def _extend(extra: dict[str, bytes], header: _Header, stream: Inflated) -> None:
    """Read what an extended header says about the next member into `extra`."""
    if header.size > _LONGEST_HEADER:
        raise Refused(f"the extended header before byte {stream.position} is too long")
    body = _exactly(stream, header.size)
    _skip(stream, -header.size % _BLOCK)
    if header.kind == b"L":
        extra["path"] = _text(body)
    elif header.kind == b"K":
        extra["linkpath"] = _text(body)
    else:
        extra.update(_pax(body, stream.position))


def _pax(body: bytes, offset: int) -> Iterator[tuple[str, bytes]]:
    """The records `LENGTH KEY=VALUE` of a pax header."""
    while body:
        length, _, _ = body.partition(b" ")
        size = int(length) if length.isdigit() and len(length) < 9 else 0  # noqa: PLR2004  # a GB
        if not len(length) + 3 <= size <= len(body):
            raise Refused(f"the extended header before byte {offset} is damaged")
        record = body[len(length) + 1 : size]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n"):
            raise Refused(f"the extended header before byte {offset} is damaged")
        yield key.decode(errors="replace"), value[:-1]
        body = body[size:]


def _member(header: _Header, fields: dict[str, bytes], stream: Inflated) -> tuple[Member, int]:
    """The member, and how many bytes to go on to the next header."""
    offset = stream.position - _BLOCK
    path = _decode(fields.get("path", header.name), offset)
    kind = _kind(header, path, fields)
    size = _size(fields.get("size"), header.size, path)
    occupied = size + -size % _BLOCK if _KINDS[header.kind] == "file" else 0
    member = Member(
        path=path,
        kind=kind,
        executable=bool(header.mode & 0o111),
        mtime=_mtime(fields.get("mtime"), header.mtime),
        target=_decode(fields.get("linkpath", header.target), offset) if kind in _LINKING else "",
        where=f"at byte {offset}",
        content=_content(stream, size) if kind == "file" else iter(()),
    )
    return member, occupied


def _kind(header: _Header, path: str, fields: dict[str, bytes]) -> Kind:
    kind = _KINDS.get(header.kind)
    if kind is None:
        odd = _ODD.get(header.kind, f"of the unknown kind {header.kind!r}")
        raise Refused(f"member {path!r} is {odd}")
    if fields and any(key.startswith("GNU.sparse.") for key in fields):
        raise Refused(f"member {path!r} is {_SPARSE}")
    # Before POSIX, a folder was a file whose name ends in a slash.
    return "folder" if kind == "file" and path.endswith("/") and not header.size else kind


def _size(extended: bytes | None, plain: int, path: str) -> int:
    if extended is None:
        return plain
    if not extended.isdigit() or len(extended) > 20:  # noqa: PLR2004  # digits of 2**64
        raise Refused(f"member {path!r} has the size {extended[:20]!r}")
    return int(extended)


def _mtime(extended: bytes | None, plain: int) -> int:
    if extended is None:
        return plain
    whole = extended.partition(b".")[0]
    return int(whole) if whole.isdigit() and len(whole) < 20 else plain  # noqa: PLR2004  # as above


def _decode(raw: bytes, offset: int) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Refused(
            f"the member at byte {offset} has a name that is not UTF-8: {raw!r}"
        ) from error


def _content(stream: Inflated, size: int) -> Iterator[bytes]:
    while size:
        piece = _exactly(stream, min(size, _CHUNK))
        size -= len(piece)
        yield piece


def _exactly(stream: Inflated, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise Refused(f"it ends in the middle of a member, at byte {stream.position}")
    return data


def _skip(stream: Inflated, size: int) -> None:
    while size:
        size -= len(_exactly(stream, min(size, _CHUNK)))
