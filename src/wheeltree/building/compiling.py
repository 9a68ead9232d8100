"""Runs inside the sandbox: compiles the modules below a folder to bytecode beside them.

What `compileall` does, without what it imports and looks up besides: there is one such job for each
wheel that a run unpacks. Only the standard library is used, of any Python that is built for.

Argument: the folder. A module that cannot be read or compiled stays as it is. The bytecode is never
compared with its source again (PEP 552, unchecked): it is read-only where it is used.
"""
# Importing pathlib takes longer than to compile a small wheel.
# ruff: noqa: PTH103, PTH120, PTH123

import marshal
import os
import sys
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash

_UNCHECKED = (1).to_bytes(4, "little")
_NOT_WORTH_COMPILING = frozenset({"test", "tests", "idle_test", "__pycache__"})


def main(top: str) -> None:
    """Compile what is below `top`."""
    for path in _modules(top):
        try:
            with open(path, "rb") as file:
                source = file.read()
            code = compile(source, path, "exec", dont_inherit=True, optimize=0)
        except Exception:  # noqa: BLE001, S112  whatever is in it, others are compiled
            continue
        _write(
            cache_from_source(path, optimization=""),
            MAGIC_NUMBER + _UNCHECKED + source_hash(source) + marshal.dumps(code),
        )


def _modules(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NOT_WORTH_COMPILING:
                    yield from _modules(entry.path)
            elif entry.name.endswith(".py") and entry.is_file(follow_symlinks=False):
                yield entry.path


def _write(path: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


if __name__ == "__main__":
    main(sys.argv[1])
