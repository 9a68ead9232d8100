"""What the log of a failed build says, in a few lines and one hint."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])?")
_OUR_FRAMES = re.compile(r"^ *File \"/build/hook\.py\", .*\n {4}.*\n(?: +[~^]+\n)?", re.MULTILINE)
_MARKS = " ~^-=*"
_WIDTH = 200


def readable(log: bytes) -> list[str]:
    """The lines of a log without what could steer a terminal; what cannot be printed as `?`.

    A line that was overwritten (a progress bar) is what it was in the end.
    """
    text = _ESCAPES.sub("", log.decode("utf-8", "replace"))
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return [_printable(line.expandtabs()).rstrip() for line in lines]


def _printable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def last_lines(log: bytes, count: int = 15) -> tuple[str, ...]:
    """The last `count` lines of a log that say something, each cut to a line's width."""
    text = _OUR_FRAMES.sub("", "\n".join(readable(log)))
    lines = [line[:_WIDTH] for line in text.split("\n") if line.strip(_MARKS)]
    return tuple(lines[-count:])


def likely_cause(log: bytes) -> str:
    """One sentence on what to do about the failure that `log` shows; "" if it cannot be told."""
    text = "\n".join(line[: 10 * _WIDTH] for line in readable(log))
    for symptom in _SYMPTOMS:
        if found := symptom.pattern.search(text):
            return symptom.advice(next(filter(None, found.groups()), ""))
    return ""


@dataclass(frozen=True, kw_only=True)
class _Symptom:
    """Something that logs say, and what it means; `advice` gets the first group that matched."""

    pattern: re.Pattern[str]
    advice: Callable[[str], str]


def _symptom(pattern: str, advice: str) -> _Symptom:
    return _Symptom(pattern=re.compile(pattern, re.MULTILINE), advice=advice.format)


# The first that is found wins: causes stand before what they lead to.
_SYMPTOMS = (
    _symptom(
        r"No space left on device|\[Errno 28\]",
        "the disk is full: make room where the store and its scratch folders are",
    ),
    _symptom(
        r"\bKilled\b.*(?:cc1|cc1plus|rustc|ld)|virtual memory exhausted|Cannot allocate memory"
        r"|out of memory|fatal error: Killed signal",
        "it ran out of memory: build fewer packages at once (--jobs)",
    ),
    _symptom(
        r"fatal error: ['\"]?(Python\.h)\b",
        "install the development package of the interpreter, the one that has {0}",
    ),
    _symptom(
        r"fatal error: ['\"]?([^\s'\":]+)['\"]?(?: file not found|: No such file or directory)",
        "install the development package that has the header {0}",
    ),
    _symptom(
        r"(?:ld|ld\.\w+|collect2): cannot find -l(\S+?):?(?:\s|$)",
        "install the development package that has lib{0}.so",
    ),
    _symptom(
        r"(?:No package '([^'\s]+)' found|Package '?([^'\s,]+)'?, required by .* not found"
        r"|Dependency \"([^\"]+)\" not found)",
        "install the development package that has {0}.pc (for pkg-config)",
    ),
    _symptom(
        r"(?:Could NOT find ([A-Za-z]\w*)|Could not find a package configuration file provided by"
        r" \"([^\"]+)\")",
        "CMake did not find {0}: install its development package",
    ),
    _symptom(
        r"ModuleNotFoundError: No module named '([^']+)'",
        "the build needs the Python module {0}: add the project that has it to the build"
        " requirements of this package",
    ),
    _symptom(
        r"(?:error: can't find Rust compiler|rustc, the rust compiler, is not installed"
        r"|Cargo, the Rust package manager, is not installed)()",
        "install a Rust toolchain (rustc and cargo)",
    ),
    _symptom(
        r"(?:/bin/sh|sh|bash)?: (?:line )?\d+: (?:exec: )?([\w.+-]+): (?:command )?not found$"
        r"|No such file or directory: '([\w.+-]+)'$"
        r"|command '(?:/usr/bin/)?([\w.+-]+)' failed: No such file or directory"
        r"|Program '?([\w.+-]+)'? (?:not found|found: NO)"
        r"|Unknown compiler\(s\): \[\['([\w.+-]+)'",
        "install the program {0}; a build sees /usr but not /usr/local, and compilers only where"
        " its source has something to compile or its settings say `native: true`",
    ),
    _symptom(
        r"Temporary failure in name resolution|Name or service not known|Could not resolve host"
        r"|Network is unreachable|getaddrinfo|nodename nor servname"
        r"|failed to lookup address|No address associated with hostname"
        r"|spurious network error|Connection refused",
        "builds have no network: what it wanted to download must come with the source, or from the"
        " system",
    ),
    _symptom(
        r"setuptools[-_]scm was unable to detect version|unable to determine version"
        r"|versioneer.*no suitable tags",
        "the version is computed from git, which an sdist lacks: set"
        " SETUPTOOLS_SCM_PRETEND_VERSION in the settings of this package",
    ),
)
