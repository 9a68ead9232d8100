"""Bytecode of the modules in an unpacked wheel."""

import os
from pathlib import Path

from wheeltree.building.venv import ENV
from wheeltree.errors import Interrupted
from wheeltree.model.platform import Interpreter
from wheeltree.sandbox.base import Bind, Job, Sandbox, within

_SECONDS = 600
_NOT_WORTH_COMPILING = r"/(?:tests?|idle_test)/"


def compile_modules(folder: Path, *, sandbox: Sandbox, interpreter: Interpreter) -> None:
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
        outcome = sandbox.run(job, log=log.fileno(), patience=within(_SECONDS))
    if outcome.stopped:
        raise Interrupted("stopped while a build environment was made")
