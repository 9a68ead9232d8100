"""Bytecode of the modules in an unpacked wheel."""

import os
from pathlib import Path

from wheeltree.building import compiling
from wheeltree.building.venv import ENV
from wheeltree.errors import Interrupted
from wheeltree.model.platform import Interpreter
from wheeltree.sandbox.base import Bind, Job, Sandbox, within

_SECONDS = 600
_INSIDE = "/build/compiling.py"


def compile_modules(folder: Path, *, sandbox: Sandbox, interpreter: Interpreter) -> None:
    """Bytecode for the modules in `folder`; a module that does not compile stays without.

    In the sandbox, since the compiler reads what somebody else wrote.
    """
    job = Job(
        argv=(interpreter.executable, "-I", "-S", _INSIDE, f"{ENV}/{interpreter.site}"),
        cwd="/",
        environ={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
        binds=(
            Bind(source=folder, target=ENV, writable=True),
            Bind(source=Path(compiling.__file__), target=_INSIDE),
        ),
        prefix=interpreter.prefix,
        native=True,  # it runs nothing, and to hide the compilers takes longer than to start
    )
    with open(os.devnull, "wb") as log:  # noqa: PTH123 -- a device
        outcome = sandbox.run(job, log=log.fileno(), patience=within(_SECONDS))
    if outcome.stopped:
        raise Interrupted("stopped while a build environment was made")
