"""The interpreter that wheels are built for, and the parts of the system that a build uses."""

from dataclasses import dataclass, field
from functools import cached_property

from packaging.version import Version

from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen, replace

Part = str
"""base: libc and what every process uses. toolchain: compilers, binutils and build programs.
headers: all development packages, for native packages that declare nothing. library:NAME: one
declared library, see `library_part`. tool:NAME: one program that the build sees. toolkit:PATH: one
toolkit that it sees, see `toolkit_part`."""


RUST_PART: Part = "tool:rust"
"""rustc and cargo."""


def library_part(name: str) -> Part:
    """The part that a declared library is, by the name of its pkg-config module."""
    return f"library:{name}"


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """A Python interpreter, as it describes itself."""

    executable: str = field(compare=False)
    """Absolute path with links resolved."""
    prefix: str
    """`sys.base_prefix`: seen by the build at this path."""
    digest: Digest
    """Of the executable and the shared library it loads."""
    version: str
    """Full, such as 3.11.7."""
    site: str = field(compare=False)
    """`purelib` below a prefix, such as lib/python3.11/site-packages."""
    markers: tuple[tuple[str, str], ...] = field(compare=False)
    """The environment that markers are evaluated in (PEP 508)."""
    tags: tuple[str, ...] = field(compare=False)
    """Supported wheel tags, best first."""

    @cached_property
    def environment(self) -> dict[str, str]:
        """The markers' environment as a mapping."""
        return dict(self.markers)

    @cached_property
    def python(self) -> Version:
        """The version that Requires-Python is compared with."""
        return Version(self.version)


class Platform(Frozen):
    """All of the machine that can change the bytes of a wheel."""

    interpreter: Interpreter
    layout: str
    """Which paths a build sees: "closed" in every sandbox that mounts, "host" without one."""
    parts: tuple[tuple[Part, str], ...]
    """Each with a digest, a library with its version in words."""

    def taking(self, *names: Part) -> "Platform":
        """This platform with only the named parts of the system."""
        return replace(self, parts=tuple(item for item in self.parts if item[0] in names))

    def having(self, parts: tuple[tuple[Part, str], ...]) -> "Platform":
        """This platform with further parts."""
        return replace(self, parts=(*self.parts, *parts)) if parts else self
