"""Imports modules inside a sandbox, and writes down how that went. Stands alone: stdlib only.

``python import_inside.py ANSWER MODULE...``; ANSWER is the file that gets the answer, as JSON.
"""

import importlib
import json
import os
import sys
import traceback

_STARTS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn"}
_MOST, _LONGEST = 20, 200


def main(answer: str, modules: list[str]) -> int:
    """Import one module after the other, up to the first that fails; the exit status."""
    starts: list[str] = []
    now = ""

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event in _STARTS and len(starts) < _MOST:
            starts.append(f"{now}: {_command(event, arguments)}"[:_LONGEST])

    sys.addaudithook(hear)
    failed = None
    for now in modules:
        try:
            importlib.import_module(now)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is what users would meet
            traceback.print_exc()
            failed = {
                "module": now,
                "error": f"{type(error).__name__}: {error}".removesuffix(": "),
                "missing": getattr(error, "name", None) or "",
                "kind": type(error).__name__,
            }
            break
    with open(answer, "w", encoding="utf-8") as file:  # noqa: PTH123  nothing else is imported
        json.dump({"failed": failed, "starts": starts}, file)
    return 1 if failed else 0


def _command(event: str, arguments: tuple[object, ...]) -> str:
    if event == "os.system":
        return str(arguments[0])
    words = arguments[1] if len(arguments) > 1 else arguments[0]
    if isinstance(words, (list, tuple)):
        return " ".join(map(str, words))
    return str(words)


if __name__ == "__main__":
    status = main(sys.argv[1], sys.argv[2:])
    sys.stdout.flush()
    sys.stderr.flush()
    # What was imported may have left threads and handlers that never end.
    os._exit(status)
