"""Looks whether this machine can build, and what is missing."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from wheeltree.errors import SandboxError, WheeltreeError
from wheeltree.host.interpreter import probe
from wheeltree.host.known_packages import programs
from wheeltree.host.pip import index_url
from wheeltree.host.programs import BUILD_PATH, Program, program
from wheeltree.model.frozen import Frozen
from wheeltree.model.platform import Interpreter
from wheeltree.sandbox.choose import choose
from wheeltree.session.invocation import Places
from wheeltree.settings import evaluate, files
from wheeltree.settings.load import load as load_settings
from wheeltree.settings.patches import PatchFolder
from wheeltree.store.room import room
from wheeltree.transport.address import redact

State = Literal["ok", "missing", "error"]
"""missing: some builds need it. error: nothing can be built."""

_SANDBOXES = ("bubblewrap", "unshare")
_PROGRAMS = (
    *("gcc", "g++", "gfortran", "make", "cmake", "ninja", "pkg-config"),
    *("patchelf", "patch", "git"),
)
_SCARCE = 2 << 30
"""Bytes. A store of a hundred wheels with their sources and tools takes as much."""
_GIB = 1 << 30
_LIMITS = "memory, processes and disk are watched twice a second, logs and time kept exactly"


class Finding(Frozen):
    """One thing that was looked at."""

    topic: str
    state: State
    text: str
    """What was found."""
    remedy: str = ""
    """What to do; "" where nothing needs to be done."""
    exit_code: int = 0
    """Of the error that a run would end with."""


def examine(places: Places, python: str, sandbox: str | None) -> Iterator[Finding]:
    """Everything that a run needs of this machine, one after the other.

    python: the target interpreter. sandbox: the kind that is wanted; None for any that closes.
    """
    found = list(_attempted("interpreter", lambda: _interpreter(python)))
    yield from found
    if all(each.state == "ok" for each in found):
        yield from _attempted("headers", lambda: _headers(probe(python)))
        yield from _lacking("index", lambda: _index(places, python))
    yield from _attempted("settings", lambda: _settings(places))
    yield from _sandboxes(sandbox)
    yield from _attempted("store", lambda: _store(places))
    for name in _PROGRAMS:
        yield _program(program(name))


def _attempted(topic: str, look: Callable[[], Finding]) -> Iterator[Finding]:
    """What `look` finds; its error is one that a run would end with."""
    try:
        yield look()
    except WheeltreeError as error:
        yield _problem(topic, "error", error)


def _lacking(topic: str, look: Callable[[], Finding]) -> Iterator[Finding]:
    """What `look` finds; its error can be avoided with an option."""
    try:
        yield look()
    except WheeltreeError as error:
        yield _problem(topic, "missing", error)


def _problem(topic: str, state: State, error: WheeltreeError) -> Finding:
    text = "; ".join((error.message, *error.details))
    code = error.exit_code if state == "error" else 0
    return Finding(topic=topic, state=state, text=text, remedy=error.hint, exit_code=code)


def _interpreter(python: str) -> Finding:
    found = probe(python)
    tags = f"{found.tags[0]} and {len(found.tags) - 1} other tags" if found.tags else "no tags"
    text = f"Python {found.version} {found.executable} ({tags})"
    return Finding(topic="interpreter", state="ok", text=text)


def _headers(interpreter: Interpreter) -> Finding:
    major, minor, *_ = interpreter.version.split(".")
    path = Path(interpreter.prefix, "include", f"python{major}.{minor}", "Python.h")
    if path.is_file():
        return Finding(topic="headers", state="ok", text=str(path))
    return Finding(
        topic="headers",
        state="missing",
        text=f"there is no {path}; extension modules need it",
        remedy=f"install python{major}.{minor}-dev (Debian) or python{major}-devel (Fedora)",
    )


def _index(places: Places, python: str) -> Finding:
    named = evaluate.indexes(load_settings(places.settings), os.environ)
    urls = [each.url for each in named] or [index_url(python)]
    return Finding(topic="index", state="ok", text=", ".join(map(redact, urls)))


def _settings(places: Places) -> Finding:
    found = files.settings_files(places.settings)
    load_settings(places.settings)
    PatchFolder.listed(files.patch_folder(places.settings))
    return Finding(topic="settings", state="ok", text=", ".join(map(str, found)) or "none")


def _sandboxes(wanted: str | None) -> Iterator[Finding]:
    if wanted == "none":
        text = "none, as you asked: builds see this machine and its network"
        yield Finding(topic="sandbox", state="ok", text=text)
        return
    reports = [_sandbox(kind) for kind in ((wanted,) if wanted else _SANDBOXES)]
    works = any(each.state == "ok" for each in reports)
    for each in reports:
        if works and each.state == "error":
            yield Finding(topic=each.topic, state="missing", text=each.text, remedy=each.remedy)
        else:
            yield each


def _sandbox(kind: str) -> Finding:
    try:
        found = choose(kind)
    except SandboxError as error:
        return _problem(kind, "error", error)
    if found.names_attempts:
        text = "works, and names what builds try to reach over the network"
        return Finding(topic=kind, state="ok", text=f"{text}; {_LIMITS}")
    return Finding(
        topic=kind,
        state="missing",
        text=f"works, but cannot name what builds try to reach over the network; {_LIMITS}",
        remedy="run builder where no other program watches its system calls (seccomp), on x86-64 "
        "or AArch64",
    )


def _store(places: Places) -> Finding:
    found = room(places.store, places.wheelhouse)
    text = f"{places.store}: {found.free / _GIB:.1f} GiB free; wheels get into "
    text += f"{places.wheelhouse} by {found.placing}" if found.placing else "no wheelhouse"
    remedy = ""
    if found.placing is None:
        remedy = f"{places.wheelhouse} cannot be written: choose another with -o"
    elif found.free < _SCARCE:
        remedy = "free some space: `builder store gc` drops what is not used"
    return Finding(topic="store", state="missing" if remedy else "ok", text=text, remedy=remedy)


def _program(found: Program) -> Finding:
    if found.path is not None:
        text = f"{found.version or 'some version'} {found.path}"
        return Finding(topic=found.name, state="ok", text=text)
    text = f"not in {BUILD_PATH}"
    if found.hidden:
        text += f"; builds do not see {found.hidden}"
    return Finding(
        topic=found.name,
        state="missing",
        text=text,
        remedy=f"builds that run {found.name} need it: install {_packages(found.name)}",
    )


def _packages(name: str) -> str:
    debian, fedora = programs().get(name, (name, name))
    return debian if debian == fedora else f"{debian} (Debian) or {fedora} (Fedora)"


def verdict(findings: Sequence[Finding]) -> int:
    """0 if something can be built, else the exit code of the first error."""
    return next((each.exit_code for each in findings if each.state == "error"), 0)
