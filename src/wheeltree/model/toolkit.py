"""Toolkits of accelerators: folders outside /usr that only those builds see which ask for them."""

from pathlib import PurePosixPath

from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.model.platform import Part

_NEVER = frozenset(
    {"bin", "boot", "build", "dev", "env", "etc", "lib", "lib64", "proc", "root", "run", "sbin"}
    | {"sys", "usr"}
)
"""Top folders that are the system's, or what a sandbox puts there itself."""
_LEAST = 2
"""Folders down from the top: `/opt` and `/home` would show what is not theirs."""


class Toolkit(Frozen):
    """What this machine has in one such folder."""

    prefix: str
    """Its absolute path, at which builds see it, too."""
    digest: Digest
    """Of the paths, modes and bytes of all files in it."""


def toolkit_part(prefix: str) -> Part:
    """The part of a platform that a toolkit is."""
    return f"toolkit:{prefix}"


def is_toolkit_path(text: str) -> bool:
    """Whether a path can be that of a toolkit: absolute, without dots, in a folder of its own."""
    path = PurePosixPath(text)
    names = path.parts[1:]
    # Of two slashes at the start PurePosixPath keeps both (POSIX may give them a meaning).
    plain = path.root == "/" and str(path) == text and ".." not in names and text.isprintable()
    least = _LEAST + 1 if names[:1] == ("home",) else _LEAST
    return plain and len(names) >= least and names[0] not in _NEVER
