"""Build environments: each wheel unpacked once, each set of wheels merged once into a venv."""

import errno
import filecmp
import os
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from wheeltree.building.install import install
from wheeltree.building.repack import content_digest
from wheeltree.building.wheel import inspect
from wheeltree.errors import BuildError, Interrupted, StoreError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import key_of
from wheeltree.model.platform import Interpreter
from wheeltree.sandbox.base import Bind, Job, Sandbox
from wheeltree.store.local import Store

ENV = "/env"
"""Where a build sees its environment, and where the scripts in it say they are."""

_SHAPE = 1
"""Raised when what is written into unpacked or merged folders changes."""

_SECONDS = 600
_NOT_WORTH_COMPILING = r"/(?:tests?|idle_test)/"


def unpacked(
    artifact: Artifact, *, store: Store, sandbox: Sandbox, interpreter: Interpreter
) -> Path:
    """The wheel as a folder laid out like a venv, with its modules compiled; made once.

    Its bytes are verified first: StoreError if they are not what was recorded.
    """
    key = key_of("unpacked", _SHAPE, artifact.content, interpreter, interpreter.site)
    make = partial(
        _unpack, artifact=artifact, store=store, sandbox=sandbox, interpreter=interpreter
    )
    return store.folder("wheels", key, make)


def merged(
    artifacts: Sequence[Artifact], *, store: Store, sandbox: Sandbox, interpreter: Interpreter
) -> Path:
    """One venv with all these wheels in it, to be shown read-only at `ENV`; made once.

    Its files are hard links into the unpacked wheels. BuildError, with both names and the path, if
    two wheels have different files of one path.
    """
    contents = sorted(artifact.content for artifact in artifacts)
    key = key_of(
        "environment", _SHAPE, contents, interpreter, interpreter.site, interpreter.executable
    )
    wheels = partial(_unpack_all, artifacts, store=store, sandbox=sandbox, interpreter=interpreter)
    return store.folder("envs", key, lambda into: _merge(wheels(), into, interpreter, _linked))


def copied(
    artifacts: Sequence[Artifact],
    *,
    into: Path,
    store: Store,
    sandbox: Sandbox,
    interpreter: Interpreter,
) -> Path:
    """The same venv as a copy in the new folder `into`, for a sandbox that cannot mount.

    A build could write through a hard link into the store, and scripts must name this folder.
    """
    wheels = _unpack_all(artifacts, store=store, sandbox=sandbox, interpreter=interpreter)
    into.mkdir()
    _merge(wheels, into, interpreter, shutil.copy2)
    for script in sorted(into.glob("bin/*")):
        if not script.is_symlink():
            _redirect(script, into)
    return into


def _unpack_all(
    artifacts: Sequence[Artifact], *, store: Store, sandbox: Sandbox, interpreter: Interpreter
) -> list[tuple[str, Path]]:
    make = partial(unpacked, store=store, sandbox=sandbox, interpreter=interpreter)
    return [
        (str(artifact), make(artifact)) for artifact in sorted(artifacts, key=lambda it: it.name)
    ]


def _unpack(
    into: Path, *, artifact: Artifact, store: Store, sandbox: Sandbox, interpreter: Interpreter
) -> None:
    store.check(artifact.file)
    file = store.file(artifact.file)
    if file is None:
        raise StoreError(f"the wheel of {artifact} went away", hint="run again: it is built anew")
    wheel = inspect(
        file,
        filename=artifact.filename,
        name=artifact.name,
        version=artifact.version,
        interpreter=interpreter,
    )
    if content_digest(wheel) != artifact.content:
        raise StoreError(f"the wheel of {artifact} has other content than was recorded")
    install(wheel, into, site=interpreter.site, python=f"{ENV}/bin/python")
    _compile(into, sandbox=sandbox, interpreter=interpreter)


def _compile(folder: Path, *, sandbox: Sandbox, interpreter: Interpreter) -> None:
    """Bytecode for the modules in `folder`; a module that does not compile stays without.

    In the sandbox, since the compiler reads what somebody else wrote. Never compared with the
    source again: the folder is read-only where it is used.
    """
    command = "-I -S -m compileall -qq --invalidation-mode unchecked-hash"
    job = Job(
        argv=(
            interpreter.executable,
            *command.split(),
            *("-x", _NOT_WORTH_COMPILING, f"{ENV}/{interpreter.site}"),
        ),
        cwd="/",
        environ={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
        binds=(Bind(source=folder, target=ENV, writable=True),),
        prefix=interpreter.prefix,
        native=False,
    )
    with open(os.devnull, "wb") as log:  # noqa: PTH123 -- a device
        outcome = sandbox.run(job, log=log.fileno(), timeout=_SECONDS)
    if outcome.stopped:
        raise Interrupted("stopped while a build environment was made")


def _merge(
    wheels: Sequence[tuple[str, Path]],
    into: Path,
    interpreter: Interpreter,
    place: Callable[[str, str], object],
) -> None:
    _venv(into, interpreter)
    for position, (name, folder) in enumerate(wheels):
        try:
            _place_tree(str(folder), str(into), place)
        except _Clash as clash:
            path = Path(clash.path).relative_to(into)
            before = (other for other, tree in wheels[:position] if (tree / path).exists())
            raise BuildError(
                f"{name} and {next(before, 'the environment itself')} both install {path},"
                " with different content",
                hint="they cannot be in one build environment: constrain one of them",
            ) from clash


def _venv(into: Path, interpreter: Interpreter) -> None:
    """The files that make `into` a virtual environment (PEP 405)."""
    (into / "bin").mkdir()
    (into / interpreter.site).mkdir(parents=True)
    (into / "bin/python").symlink_to(interpreter.executable)
    for alias in ("python3", Path(interpreter.site).parent.name):
        (into / "bin" / alias).symlink_to("python")
    (into / "pyvenv.cfg").write_text(
        f"home = {Path(interpreter.executable).parent}\n"
        "include-system-site-packages = false\n"
        f"version = {interpreter.version}\n",
        encoding="utf-8",
    )


class _Clash(Exception):
    """Two wheels have different files of one path."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def _place_tree(source: str, target: str, place: Callable[[str, str], object]) -> None:
    """Everything below `source` also below `target`; folders of both are merged at any depth."""
    with os.scandir(source) as entries:
        for entry in entries:
            goal = f"{target}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                _merge_folder(entry.path, goal, place)
            else:
                _place_file(entry.path, goal, place)


def _merge_folder(source: str, target: str, place: Callable[[str, str], object]) -> None:
    try:
        os.mkdir(target)  # noqa: PTH102 -- thousands of times per environment
    except FileExistsError:
        if os.path.islink(target) or not os.path.isdir(target):  # noqa: PTH112, PTH114
            raise _Clash(target) from None
    _place_tree(source, target, place)


def _place_file(source: str, target: str, place: Callable[[str, str], object]) -> None:
    if not os.path.lexists(target):
        place(source, target)
    elif not _same(source, target):
        raise _Clash(target)


def _same(first: str, second: str) -> bool:
    if os.path.islink(second) or not os.path.isfile(second):  # noqa: PTH113, PTH114
        return False
    modes = {os.stat(path).st_mode for path in (first, second)}  # noqa: PTH116
    return len(modes) == 1 and filecmp.cmp(first, second, shallow=False)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in {errno.EMLINK, errno.EXDEV, errno.EPERM, errno.ENOTSUP}:
            raise
        shutil.copy2(source, target)


def _redirect(script: Path, folder: Path) -> None:
    text = script.read_bytes()
    ours = f"#!{ENV}/bin/python".encode()
    if text.startswith(ours):
        script.write_bytes(f"#!{folder}/bin/python".encode() + text.removeprefix(ours))
