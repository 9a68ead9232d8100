"""The containers in which programs carry code for NVIDIA's devices: what for, not the code itself.

NVIDIA does not describe them. This is what nvcc 11.8 to 13.5 write, checked against cuobjdump: a
header and the size of what follows it; then for each piece of code another header, which is never
compressed, and the code, which may be (flags tell how). Toolkits add fields at the end of headers,
whose sizes therefore stand in them.
"""

from collections.abc import Iterator

from wheeltree.host.extent import Extent, Malformed

MAGIC = b"\x50\xed\x55\xba"

_NUMBER = int.from_bytes(MAGIC, "little")
_HEADER = "<IHHQ"
"""Magic, version, size of this header, size of all that follows."""
_HEADER_SIZE = 16
_ENTRY = "<HHIQIIHHIIIQ"
"""Kind, version, size of this header, size of the code with its padding, size of it compressed,
where options are, version of the language (minor, major), architecture, place and length of the
name, flags."""
_ENTRY_SIZE = 48
_PTX, _MACHINE_CODE, _INTERMEDIATE = 1, 2, 8
"""What a linker of device code takes, kind 8, is nothing that a device runs."""
_KINDS = {_PTX: "virtual", _MACHINE_CODE: "real"}
_ONE_DEVICE, _FAMILY = 0x100000, 0x200000
_MOST = 1 << 20


def sm_archs(content: Extent) -> set[str]:
    """The architectures that the containers in a section have code for, such as `80_real`.

    Malformed unless it is nothing but containers, which a linker puts one after the other.
    """
    found = set[str]()
    for number, arch in enumerate(_all(content)):
        if number == _MOST:
            raise Malformed(f"has more than {_MOST} pieces of code for devices")
        if arch:
            found.add(arch)
    return found


def _all(content: Extent) -> Iterator[str]:
    start = content.after_zeros(0)
    while start < content.size:
        magic, _, header, size = content.unpack(_HEADER, start)
        if magic != _NUMBER or header < _HEADER_SIZE:
            raise Malformed(f"has no container of CUDA's at {start:#x} of its section")
        yield ""
        yield from _entries(content.part(start + header, size))
        start = content.after_zeros(start + header + size)


def _entries(content: Extent) -> Iterator[str]:
    start = 0
    while start < content.size:
        kind, _, header, size, *_, arch, _, _, flags = content.unpack(_ENTRY, start)
        if header < _ENTRY_SIZE:
            raise Malformed("has a piece of code with an impossible header")
        content.part(start + header, size)
        yield _arch(kind, arch, flags)
        start += header + size


def _arch(kind: int, arch: int, flags: int) -> str:
    if kind == _INTERMEDIATE:
        return ""
    if kind not in _KINDS:
        raise Malformed(f"has code of a kind that is not known, {kind}")
    suffix = "a" if flags & _ONE_DEVICE else "f" if flags & _FAMILY else ""
    return f"{arch}{suffix}_{_KINDS[kind]}"
