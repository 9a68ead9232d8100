"""What our own modules need in a Python that is not the one of these tests."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import packaging

_VERSION = "import platform; print(platform.python_version_tuple()[:2])"


def lay_libraries(folder: Path, python: str) -> None:
    """Put the libraries that `wheeltree.sandbox` imports into `folder`, for the program `python`.

    One of them is compiled: for another version of Python it is asked from the index.
    """
    told = subprocess.run([python, "-c", _VERSION], capture_output=True, text=True, check=True)
    if told.stdout.strip() == str(platform.python_version_tuple()[:2]):
        for module in (msgspec, packaging):
            assert module.__file__ is not None
            source = Path(module.__file__).parent
            shutil.copytree(source, folder / source.name)
    else:
        pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
        wanted = [f"msgspec=={msgspec.__version__}", f"packaging=={packaging.__version__}"]
        subprocess.run([*pip, "--target", folder, *wanted], check=True)
