"""The members of a tar stream (POSIX ustar and pax, GNU long names), read strictly.

`tarfile` takes a damaged header in the middle of an archive for its end, accepts sparse files and
devices, and rewrites what it does not like; here all of these are Refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from wheeltree.sources.inflate import Inflated
from wheeltree.sources.member import Kind, Member, Refused, no_content

_BLOCK = 512
_CHUNK = 1 << 18
_LONGEST_HEADER = 1 << 20
_EMPTY = bytes(_BLOCK)
_FILE, _HARD, _SYMBOLIC, _FOLDER = b"0\x007", b"1", b"2", b"5"
_EXTENDED = b"xXgLK"
_ODD = {
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a FIFO",
    b"S": "a sparse file",
}


@dataclass(frozen=True, kw_only=True)
class _Header:
    """One 512-byte block, decoded as far as it is needed."""

    name: bytes
    mode: int
    size: int
    mtime: int
    kind: bytes
    target: bytes


@dataclass(kw_only=True)
class _Extra:
    """What extended headers say about the next member."""

    fields: dict[str, bytes] = field(default_factory=dict)


def read_tar(stream: Inflated) -> Iterator[Member]:
    """The members of the archive in `stream`, in order; nothing but zeros may follow them."""
    always = _Extra()
    extra = _Extra()
    while (block := _block(stream)) != _EMPTY:
        header = _parse(block, stream.position - _BLOCK)
        if header.kind in _EXTENDED:
            _extend(always if header.kind == b"g" else extra, header, stream)
            continue
        member, rest = _member(header, {**always.fields, **extra.fields}, stream)
        extra = _Extra()
        end = stream.position + rest
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
    if not _sums_up(block):
        cause = f"the header at byte {offset} has a wrong checksum"
        raise Refused(cause if offset else "it is compressed, but no tar archive")
    name = _text(block[:100])
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        name = prefix + b"/" + name
    return _Header(
        name=name,
        mode=_octal(block[100:108], offset),
        size=_octal(block[124:136], offset),
        mtime=_octal(block[136:148], offset),
        kind=block[156:157],
        target=_text(block[157:257]),
    )


def _sums_up(block: bytes) -> bool:
    """Whether the checksum fits: of unsigned bytes, or of signed ones as old writers did."""
    field = block[148:156].partition(b"\0")[0].strip()
    if not field or field.strip(b"01234567"):
        return False
    rest = block[:148] + b" " * 8 + block[156:]
    wanted, unsigned = int(field, 8), sum(rest)
    return wanted == unsigned or wanted == unsigned - 256 * sum(byte >> 7 for byte in rest)


def _text(raw: bytes) -> bytes:
    return raw.partition(b"\0")[0]


def _octal(raw: bytes, offset: int) -> int:
    """A number in octal digits, or in GNU's base 256 where the first bit is set."""
    if raw[0] == 0x80:  # noqa: PLR2004  # the mark of a positive number in base 256
        return int.from_bytes(raw[1:], "big")
    digits = raw.partition(b"\0")[0].strip()
    if digits.strip(b"01234567"):
        raise Refused(f"the header at byte {offset} has a number that is none: {raw!r}")
    return int(digits or b"0", 8)


def _extend(extra: _Extra, header: _Header, stream: Inflated) -> None:
    """Read an extended header into `extra`."""
    if header.size > _LONGEST_HEADER:
        raise Refused(f"the extended header before byte {stream.position} is too long")
    body = _exactly(stream, header.size)
    _skip(stream, -header.size % _BLOCK)
    if header.kind == b"L":
        extra.fields["path"] = _text(body)
    elif header.kind == b"K":
        extra.fields["linkpath"] = _text(body)
    else:
        extra.fields.update(_pax(body, stream.position))


def _pax(body: bytes, offset: int) -> Iterator[tuple[str, bytes]]:
    """The records `LENGTH KEY=VALUE` of a pax header."""
    while body:
        length, _, _ = body.partition(b" ")
        if not length[:9].isdigit() or not len(length) + 3 <= int(length[:9]) <= len(body):
            raise Refused(f"the extended header before byte {offset} is damaged")
        record = body[len(length) + 1 : int(length)]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n"):
            raise Refused(f"the extended header before byte {offset} is damaged")
        yield key.decode(errors="replace"), value[:-1]
        body = body[int(length) :]


def _member(header: _Header, fields: dict[str, bytes], stream: Inflated) -> tuple[Member, int]:
    """The member, and how many bytes to go on to the next header."""
    offset = stream.position - _BLOCK
    path = _decode(fields.get("path", header.name), offset)
    kind = _kind(header, path, fields)
    size = _size(fields.get("size"), header.size, path)
    occupied = size + -size % _BLOCK if header.kind in _FILE else 0
    member = Member(
        path=path,
        kind=kind,
        executable=bool(header.mode & 0o111),
        size=size if kind == "file" else 0,
        mtime=_mtime(fields.get("mtime"), header.mtime),
        target=_decode(fields.get("linkpath", header.target), offset) if kind in _LINKS else "",
        where=f"at byte {offset}",
        content=partial(_content, stream, size) if kind == "file" else no_content,
    )
    return member, occupied


_LINKS = {"link", "copy"}


def _kind(header: _Header, path: str, fields: dict[str, bytes]) -> Kind:
    if header.kind in _ODD or any(key.startswith("GNU.sparse.") for key in fields):
        odd = _ODD.get(header.kind, "a sparse file")
        raise Refused(f"member {path!r} is {odd}")
    if header.kind == _HARD:
        return "copy"
    if header.kind == _SYMBOLIC:
        return "link"
    if header.kind == _FOLDER:
        return "folder"
    if header.kind not in _FILE:
        raise Refused(f"member {path!r} is of the unknown kind {header.kind!r}")
    # Before POSIX, a folder was a file whose name ends in a slash.
    return "folder" if path.endswith("/") and not header.size else "file"


def _size(extended: bytes | None, plain: int, path: str) -> int:
    if extended is None:
        return plain
    if not extended.isdigit() or len(extended) > 20:  # noqa: PLR2004  # digits of 2**64
        raise Refused(f"member {path!r} has the size {extended[:20]!r}")
    return int(extended)


def _mtime(extended: bytes | None, plain: int) -> int:
    whole = (extended or b"").partition(b".")[0]
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
    for _ in _content(stream, size):
        pass
