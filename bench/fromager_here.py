"""Fromager with a local index: its own is written into a constant, which this replaces.

Run by Fromager's interpreter as `python fromager_here.py INDEX_URL ARGUMENTS...`; everything else
is Fromager as it was installed.
"""

import importlib
import sys


def main() -> None:
    _, index, *arguments = sys.argv
    vars(importlib.import_module("fromager.resolver"))["PYPI_SERVER_URL"] = index
    sys.argv = ["fromager", *arguments]
    importlib.import_module("fromager.__main__").invoke_main()


if __name__ == "__main__":
    main()
