"""The bundles in which programs carry code for AMD's devices: what for, not the code itself.

A bundle is what clang-offload-bundler writes: a list of targets, and the code for each. It may be
compressed as a whole, and a linker puts one after the other.
https://clang.llvm.org/docs/ClangOffloadBundler.html
"""

import io
import re
from collections.abc import Callable, Iterator

from wheeltree.host.extent import Extent, Malformed
from wheeltree.host.unpacked import Unpacked, Unpacking, zlib_unpacking, zstd_unpacking
from wheeltree.model.frozen import Frozen

MAGIC = b"__CLANG_OFFLOAD_BUNDLE__"
MAGIC_COMPRESSED = b"CCOB"

_COUNT = len(MAGIC)
_FIRST_TARGET = _COUNT + 8
_TARGET_SIZE = 24
"""Offset and size of the code, and the length of the name that follows."""
_MOST_TARGETS = 1 << 10
_LONGEST_NAME = 1 << 8
_LONGEST_LIST = _FIRST_TARGET + _MOST_TARGETS * (_TARGET_SIZE + _LONGEST_NAME)
_MOST_UNPACKED = 1 << 32
_HEADERS = {1: 20, 2: 24, 3: 32}
"""Sizes of the headers of compressed bundles, by version."""
_SIZES = {2: "<I", 3: "<Q"}
"""How they have the size of the whole; the first version does not have it."""
_METHODS: dict[int, Callable[[], Unpacking]] = {0: zlib_unpacking, 1: zstd_unpacking}
_DEVICE = re.compile(
    r"(?:hip|hipv4|openmp) - (?:amdgcn|spirv64)-amd-amdhsa - (?:[a-z]*-)?"
    r"(?P<arch>gfx[0-9a-z-]+|amdgcnspirv) (?::.*)?",
    re.VERBOSE,
)


class _Target(Frozen):
    """What a piece of code is for, and where it is."""

    name: str
    start: int
    size: int


def gfx_archs(content: Extent) -> set[str]:
    """The architectures that the bundles in a section have code for, such as `gfx90a`.

    Features that the code asks for (`gfx90a:xnack+`) are left out, and so is the host. Malformed
    unless it is nothing but bundles.
    """
    bundles = _Bundles(content)
    return {arch for name in bundles.targets() if (arch := _arch(name))}


class _Bundles:
    """The bundles in one section."""

    def __init__(self, content: Extent) -> None:
        self._content = content
        self._left = _MOST_UNPACKED

    def targets(self) -> Iterator[str]:
        """The targets of all bundles."""
        start = self._content.after_zeros(0)
        while start < self._content.size:
            rest = self._content.part(start, self._content.size - start)
            if rest.head(0, len(MAGIC)) == MAGIC:
                names, size = _listed(rest)
            elif rest.head(0, len(MAGIC_COMPRESSED)) == MAGIC_COMPRESSED:
                names, size = self._compressed(rest)
            else:
                raise Malformed(f"has no bundle of clang's at {start:#x} of its section")
            yield from names
            start = self._content.after_zeros(start + size)

    def _compressed(self, rest: Extent) -> tuple[tuple[str, ...], int]:
        version, method = rest.unpack("<HH", 4)
        if version not in _HEADERS or method not in _METHODS:
            raise Malformed(f"has a compressed bundle of version {version}, method {method}")
        header = _HEADERS[version]
        size = rest.size
        if version in _SIZES:
            (size,) = rest.unpack(_SIZES[version], 8)
        packed = Unpacked(rest.part(header, size - header), _METHODS[method]())
        names = self._names(packed)
        if version not in _SIZES:
            for chunk in packed.chunks():
                self._spend(chunk)
            size = header + packed.size
        return names, size

    def _names(self, packed: Unpacked) -> tuple[str, ...]:
        """The targets of a compressed bundle, which unpacks no more than the list of them."""
        beginning = b""
        for chunk in packed.chunks():
            self._spend(chunk)
            beginning += chunk
            if len(beginning) >= _LONGEST_LIST:
                break
        unpacked = Extent.whole(io.BytesIO(beginning))
        if unpacked.head(0, len(MAGIC)) != MAGIC:
            raise Malformed("has a compressed bundle with something else in it")
        return tuple(each.name for each in _targets(unpacked))

    def _spend(self, chunk: bytes) -> None:
        self._left -= len(chunk)
        if self._left < 0:
            raise Malformed(f"unpacks to more than {_MOST_UNPACKED >> 30} GiB")


def _listed(bundle: Extent) -> tuple[tuple[str, ...], int]:
    """The targets of a bundle that is not compressed, and its size."""
    found = tuple(_targets(bundle))
    ends = [bundle.part(each.start, each.size) for each in found]
    size = max((each.start + each.size - bundle.start for each in ends), default=0)
    return tuple(each.name for each in found), max(size, _FIRST_TARGET)


def _targets(bundle: Extent) -> Iterator[_Target]:
    (count,) = bundle.unpack("<Q", _COUNT)
    if count > _MOST_TARGETS:
        raise Malformed(f"has a bundle with more than {_MOST_TARGETS} targets")
    at = _FIRST_TARGET
    for _ in range(count):
        start, size, length = bundle.unpack("<QQQ", at)
        if length > _LONGEST_NAME:
            raise Malformed("has a bundle with an impossible target")
        name = bundle.read(at + _TARGET_SIZE, length).decode("utf-8", "replace")
        at += _TARGET_SIZE + length
        yield _Target(name=name, start=start, size=size)


def _arch(name: str) -> str:
    """The architecture of a target; "" of the host."""
    target = _DEVICE.fullmatch(name)
    if target is not None:
        return target["arch"]
    if name.startswith("host-"):
        return ""
    raise Malformed(f"has code for a target that is not known, {name!r}")
