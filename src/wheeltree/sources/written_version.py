"""Where a project that leaves its version to its build backend has it written down.

Many backends only read it in another file. For those, the file is read here as they read it, and
nothing is run; a version that a backend computes, from git tags or in setup.py, stays unknown. The
wheel is compared with what was found here in the end, like every wheel.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from functools import partial

from wheeltree.model.frozen import Frozen
from wheeltree.sources.declared import Project

_LITERAL = re.compile(
    r"""^(?:__version__|VERSION)(?: ?: ?str)? *= *(["'])v?(?P<version>[^"'\n]+)\1""",
    re.IGNORECASE | re.MULTILINE,
)
"""What hatchling looks for by default, and pdm-backend much alike."""
_ASSIGNED = r"""^{}(?: *: *[\w.]+)? *= *(["'])(?P<version>[^"'\n]+)\1"""
"""Not by Python's own parser, which is not run on what somebody else wrote outside a sandbox."""


class Place(Frozen, kw_only=False):
    """One file that may have it."""

    path: str
    """Below the top of the source."""
    find: Callable[[str], str | None]
    """The version in the text of the file; None if it is not there."""


def places(project: Project, setup_cfg: bytes) -> tuple[Place, ...]:
    """Where the version may be, in the order in which to look."""
    backend = project.build_system().backend.partition(":")[0].partition(".")[0]
    match backend:
        case "setuptools":
            found = _of_setuptools(project, setup_cfg)
        case "hatchling":
            found = _of_hatchling(project)
        case "pdm":
            found = _of_pdm(project)
        case "flit_core":
            found = _of_flit(project)
        case _:
            found = iter(())
    return tuple(each for each in found if _is_inside(each.path))


def _is_inside(path: str) -> bool:
    return posixpath.normpath(path) == path and not path.startswith(("/", "../"))


def _of_setuptools(project: Project, setup_cfg: bytes) -> Iterator[Place]:
    """`version = {attr = …}` or `{file = …}`, and the same in setup.cfg."""
    dynamic = _table(project.tool("setuptools").get("dynamic"))
    said = _table(dynamic.get("version"))
    top = _table(project.tool("setuptools").get("package-dir")).get("")
    if isinstance(attr := said.get("attr"), str):
        yield from _attribute(attr, top if isinstance(top, str) else "")
    for path in _texts(said.get("file")):
        yield Place(path, str.strip)
    kind, _, value = _configured(setup_cfg).partition(":")
    if kind == "attr":
        yield from _attribute(value.strip(), "")
    elif kind == "file":
        yield Place(value.strip(), str.strip)


def _of_hatchling(project: Project) -> Iterator[Place]:
    """The default source, `regex`, with its default pattern."""
    said = _table(project.tool("hatch").get("version"))
    if said.get("source", "regex") == "regex" and "pattern" not in said:
        yield from (Place(path, _literal) for path in _texts(said.get("path")))


def _of_pdm(project: Project) -> Iterator[Place]:
    said = _table(project.tool("pdm").get("version"))
    if said.get("source") == "file":
        yield from (Place(path, _literal) for path in _texts(said.get("path")))


def _of_flit(project: Project) -> Iterator[Place]:
    """`__version__` of the one module there is."""
    said = _table(project.tool("flit").get("module")).get("name")
    name = said if isinstance(said, str) else (project.name or "").replace("-", "_")
    yield from _attribute(f"{name}.__version__", "")


def _attribute(text: str, top: str) -> Iterator[Place]:
    """Of a module, such as `pkg.about.__version__`, in each place that it may be in."""
    module, _, name = text.rpartition(".")
    path = module.replace(".", "/")
    for folder in dict.fromkeys((top, "", "src")):
        for file in (f"{path}/__init__.py", f"{path}.py"):
            yield Place(posixpath.join(folder, file), partial(_assigned, name))


def _assigned(name: str, text: str) -> str | None:
    """What a module assigns to the name, if it is a plain string."""
    found = re.search(_ASSIGNED.format(re.escape(name)), text, re.MULTILINE)
    return found["version"] if found else None


def _literal(text: str) -> str | None:
    found = _LITERAL.search(text)
    return found["version"] if found else None


def _configured(setup_cfg: bytes) -> str:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(setup_cfg.decode())
    except (ConfigError, UnicodeDecodeError):
        return ""  # the backend reads it and will say more
    return parser.get("metadata", "version", fallback="")


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> tuple[str, ...]:
    """A path, or a list of a single one."""
    match value:
        case str(text) | [str(text)]:
            return (text,)
        case _:
            return ()
