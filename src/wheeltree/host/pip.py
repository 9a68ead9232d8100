"""The package index that pip would use: its own default is written down nowhere else."""

import subprocess
import sys

from wheeltree.errors import UsageError
from wheeltree.host.interpreter import find

_PATIENCE = 60.0
"""Seconds."""

_LABEL = "index-url: "
# pip's configuration and its default are enough, and cost half of what its command parser does; its
# parser is asked where a pip has them elsewhere.
_SCRIPT = """
def configured():
    from pip._internal.configuration import Configuration
    from pip._internal.exceptions import ConfigurationError
    from pip._internal.models.index import PyPI
    configuration = Configuration(isolated=False)
    configuration.load()
    for section in (":env:", "install", "global"):
        try:
            url = configuration.get_value(section + ".index-url")
        except ConfigurationError:
            continue
        if url:
            return url
    return PyPI.simple_url

def parsed():
    from pip._internal.commands import create_command
    return create_command("install").parser.get_default_values().index_url

try:
    url = configured()
except (ImportError, AttributeError, TypeError, ValueError):
    url = parsed()
print("index-url: " + str(url))
"""


def index_url(python: str) -> str:
    """The index that the pip of `python` would use, by its configuration, PIP_INDEX_URL or default.

    python: path or name; a virtual environment's own pip is asked. Without a pip there, the one
    beside `builder` is. The URL may contain credentials. UsageError if there is no pip at all.
    """
    words = []
    for candidate in (str(find(python)), sys.executable):
        output = _ask(candidate)
        if url := _url(output):
            return url
        words.append(f"{candidate}: {output.strip() or 'it does not answer'}")
    raise UsageError(
        "no pip could be asked for the index that it uses",
        details=words,
        hint="name the index with --index-url",
    )


def _ask(python: str) -> str:
    """What one interpreter prints, errors included."""
    try:
        # -I: modules of the current folder are not what is asked. pip reads its variables itself.
        answer = subprocess.run(
            [python, "-I", "-B", "-c", _SCRIPT],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return answer.stdout.decode(errors="replace")


def _url(output: str) -> str:
    labelled = (line for line in output.splitlines() if line.startswith(_LABEL))
    return next(labelled, "").removeprefix(_LABEL).strip()
