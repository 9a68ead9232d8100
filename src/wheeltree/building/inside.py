"""Runs inside the sandbox: hooks of a build backend, one after the other, in one job.

The backend is imported once, and each hook is called in a fork: importing a backend often takes
longer than the hook. Only the standard library is used, of any Python that wheels are built for.

Arguments: the script of pyproject_hooks that calls one hook; the control folder, with a folder for
each hook; null, or a JSON object with requirements and with names of projects; the hooks. With an
object, the hooks after the first are called only if all that the first returned is in it.
"""

import importlib.util
import json
import os
import re
import sys
import types
from pathlib import Path


def main(script: str, control: str, within: str, *hooks: str) -> int:
    """Call the hooks; the exit status of the first that failed."""
    del sys.path[0]  # this file's folder, where the backend has no business
    caller = _load(script)
    _import_backend(caller)
    for number, hook in enumerate(hooks):
        if number == 1 and not _within(control, hooks[0], json.loads(within)):
            break
        child = os.fork()
        if child == 0:
            sys.argv = [script, hook, f"{control}/{hook}"]
            caller.main()
            return 0
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != 0:
            return 128 - status if status < 0 else status
    return 0


def _load(script: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("_in_process", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _import_backend(caller: types.ModuleType) -> None:
    try:
        caller._build_backend()  # noqa: SLF001 -- its own function for this
    except BaseException:  # noqa: BLE001 -- the hook imports it again, and says what is wrong
        return


def _within(control: str, hook: str, allowed: "dict[str, list[str]] | None") -> bool:
    if allowed is None:
        return True
    answer = json.loads(Path(control, hook, "output.json").read_text("utf-8"))["return_val"]
    return isinstance(answer, list) and all(
        item in allowed["requirements"] or _project(item) in allowed["projects"] for item in answer
    )


def _project(requirement: object) -> str:
    """The normalised name that a requirement begins with; the caller reads it better later."""
    found = re.match(r"[A-Za-z0-9._-]+", str(requirement).strip())
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
