"""What the logs of failed builds say."""

import re
from collections.abc import Callable

from wheeltree.building import remedies
from wheeltree.building.remedies import Found, Having
from wheeltree.model.frozen import Frozen, replace
from wheeltree.model.tools import WRAPPED

_AROUND = 400
"""Characters."""


class _Symptom(Frozen):
    """Something that logs say, and what to do about it."""

    pattern: re.Pattern[str]
    advice: Callable[[Found], str]


def advice(text: str, package: str, having: Having) -> str:
    """What to do about the failure that a log shows; "" if it cannot be told."""
    for symptom in _SYMPTOMS:
        if match := symptom.pattern.search(text):
            words = tuple(filter(None, match.groups()))
            around = text[max(match.start() - _AROUND, 0) : match.end() + _AROUND]
            return symptom.advice(Found(package=package, words=words, around=around, having=having))
    return ""


def _symptom(pattern: str, advise: Callable[[Found], str]) -> _Symptom:
    return _Symptom(pattern=re.compile(pattern, re.MULTILINE), advice=advise)


def _said(text: str) -> Callable[[Found], str]:
    """The same advice whatever was found, with the word that was."""
    return lambda found: text.format(found.word, package=found.package)


_OFFLINE = (
    r"Temporary failure in name resolution|Name or service not known"
    r"|Could not resolve (?:host|proxy)"
    r"|Network is unreachable|getaddrinfo|nodename nor servname|No address associated with hostname"
    r"|unable to resolve host address|failed to lookup address|Connection refused"
)

_WRAPPED = "|".join(WRAPPED)

# The first that is found wins: causes stand before what they lead to.
_SYMPTOMS = (
    _symptom(
        r"No space left on device|\[Errno 28\]",
        _said("the disk is full: make room where the store and its scratch folders are"),
    ),
    _symptom(
        r"\bKilled\b.*(?:cc1|cc1plus|rustc|ld)|virtual memory exhausted|Cannot allocate memory"
        r"|out of memory|fatal error: Killed signal",
        _said(
            "it ran out of memory: say how much one of its jobs takes, "
            "`packages: {{{package}: {{resources: {{memory: 2 GiB}}}}}}`, or build fewer packages "
            "at once (--jobs)"
        ),
    ),
    _symptom(
        r"fatal error: ['\"]?(Python\.h)\b",
        _said(
            "install the development package of the interpreter, the one that has {0}: python3-dev "
            "(Debian) or python3-devel (Fedora) for the distribution's own"
        ),
    ),
    _symptom(
        r"fatal error: ['\"]?([\w.+/-]{1,100})['\"]?"
        r"(?: file not found|: No such file or directory)",
        remedies.missing_header,
    ),
    _symptom(
        r"(?:ld|ld\.\w+|collect2): cannot find -l([\w.+-]{1,60}):?(?:\s|$)", remedies.missing_linked
    ),
    # A build that asks pkg-config first, and then builds its own with a tool that it is not given.
    _symptom(rf"\b({_WRAPPED}): Permission denied$", remedies.missing_program),
    _symptom(
        r"Requested '([\w.+-]{1,60}) >=? ?([\w.]{1,20})' but version of [\w.+ -]{1,60} is "
        r"([\w.]{1,20})",
        lambda found: remedies.old_library(
            replace(found, words=(found.words[0], found.words[2], found.words[1]))
        ),
    ),
    _symptom(
        r"Dependency '?([\w.+-]{1,60})'? found: NO\.? found '?([\d.]{1,20})'? but need: "
        r"'>=? ?([\d.]{1,20})'",
        remedies.old_library,
    ),
    _symptom(
        r"Could NOT find ([A-Za-z]\w{0,59}): Found unsuitable version \"([\w.]{1,20})\","
        r" but required is at least \"([\w.]{1,20})\"",
        remedies.old_library,
    ),
    _symptom(
        r"(?:No package '([\w.+-]{1,60})' found"
        r"|Package '?([\w.+-]{1,60})'?, required by .* not found"
        r"|Package ([\w.+-]{1,60}) was not found in the pkg-config search path"
        r"|Dependency \"([\w.+-]{1,60})\" not found)",
        remedies.missing_module,
    ),
    _symptom(
        r"(CMake) (\d[\d.]*\d)(?:\.\.\.[\d.]+)? or higher is required\."
        r"(?:\s+You are running version (\d[\d.]*))?",
        remedies.old_program,
    ),
    _symptom(
        r"(Meson|Ninja|CMake) version is \d[\d.]* but project requires >= ?(\d[\d.]*)",
        remedies.old_program,
    ),
    _symptom(
        r"(rustc) \d[\d.]* is not supported by|requires (rustc) (\d[\d.]*) or newer",
        _said(
            "the system's {0} is too old for it: install a newer one, or constrain {package} to an "
            "older version"
        ),
    ),
    _symptom(
        r"(?:Could NOT find ([A-Za-z]\w{0,59})|Could not find a package configuration file provided"
        r" by\s+\"([\w.+-]{1,60})\")",
        remedies.missing_cmake_package,
    ),
    _symptom(
        r"ModuleNotFoundError: No module named '([\w.]{1,100})'", remedies.missing_python_module
    ),
    _symptom(
        r"(?:error: can't find Rust compiler|rustc, the rust compiler, is not installed"
        r"|Cargo, the Rust package manager, is not installed)()",
        remedies.missing_rust,
    ),
    _symptom(
        r"(?:/bin/sh|sh|bash)?: (?:line )?\d+: (?:exec: )?([\w.+-]{1,60}): (?:command )?not found$"
        r"|No such file or directory: '([\w.+-]{1,60})'$"
        r"|command '(?:/usr/bin/)?([\w.+-]{1,60})' failed: No such file or directory"
        r"|Program '?([\w.+-]{1,60})'? (?:not found|found: NO)"
        rf"|Could not find ({_WRAPPED}) "
        # What a build is not given is there, but cannot be run.
        rf"|Permission denied: '(?:/usr/bin/)?({_WRAPPED})'"
        rf"|command '(?:/usr/bin/)?({_WRAPPED})' failed: Permission denied"
        r"|Unknown compiler\(s\): \[\['([\w.+-]{1,60})'",
        remedies.missing_program,
    ),
    _symptom(
        r"spurious network error"
        r"|failed to (?:get|download|fetch) .{1,200}(?:crate|package|registry|dependency|index)"
        r"|failed to load source for dependency|no matching package named `[\w-]+` found",
        remedies.missing_crates,
    ),
    _symptom(
        r"(?:Could not find a version that satisfies the requirement|No matching distribution found"
        r" for) ([\w.-]{1,60})",
        remedies.installs,
    ),
    _symptom(rf"(?:{_OFFLINE})()", remedies.download),
    _symptom(
        r"setuptools[-_]scm was unable to detect version|unable to determine version"
        r"|versioneer.*no suitable tags",
        _said(
            "the version is computed from git, which an sdist lacks: "
            "`packages: {{{package}: {{env: {{SETUPTOOLS_SCM_PRETEND_VERSION: "
            "'${{__version__}}'}}}}}}`"
        ),
    ),
)
