"""Which modules a wheel brings, by the names of its files."""

from collections.abc import Iterable, Iterator

_ENDS = (".py", ".so")
_USELESS = frozenset(
    {"test", "tests", "testing", "doc", "docs", "example", "examples", "benchmarks"}
)
"""Folders that many a wheel brings on top by mistake; what they need is not required by it."""
_MOST = 50


def top_modules(paths: Iterable[str]) -> tuple[str, ...]:
    """The modules that stand on top in a wheel, sorted; of a namespace package, those in it.

    paths: of its members. What has a leading underscore counts only where nothing else does, and
    the first fifty are enough.
    """
    found = {name for path in paths if (name := _module(_installed(path)))}
    on_top = sorted(each for each in found if not _lies_in(each, found))
    named = [each for each in on_top if not each.startswith("_")]
    useful = [each for each in named if each.partition(".")[0] not in _USELESS]
    return tuple((useful or named or on_top)[:_MOST])


def _installed(path: str) -> str:
    """Where a member goes, below the folder of modules; "" for what goes elsewhere."""
    first, _, rest = path.partition("/")
    if not first.endswith(".data"):
        return path
    scheme, _, inside = rest.partition("/")
    return inside if scheme in {"purelib", "platlib"} else ""


def _module(path: str) -> str:
    """The dotted name of the module that a file is; "" for any other file."""
    if not path.endswith(_ENDS):
        return ""
    *folders, name = path.split("/")
    parts = [*folders, name.partition(".")[0]]
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else ""


def _lies_in(name: str, names: set[str]) -> bool:
    return any(outer in names for outer in _outer(name))


def _outer(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name
