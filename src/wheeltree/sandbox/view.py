"""What a job sees, whatever the mechanism that shows it: docs/explanation/sandbox.md as data."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from wheeltree.errors import SandboxError
from wheeltree.model.frozen import Frozen
from wheeltree.model.tools import is_managed
from wheeltree.sandbox.base import Bind, Job
from wheeltree.sandbox.system import System

USER_ID = 1000
USER = "builder"
HOSTNAME = "localhost"
HOME = "/home/builder"

_ETC = {
    "passwd": f"{USER}:x:{USER_ID}:{USER_ID}::{HOME}:/bin/sh\n"
    "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n",
    "group": f"{USER}:x:{USER_ID}:\nnogroup:x:65534:\n",
    "hosts": f"127.0.0.1 {HOSTNAME}\n::1 {HOSTNAME}\n",
    "host.conf": "multi on\n",
    "hostname": f"{HOSTNAME}\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"
    "networks: files\nprotocols: files\nservices: files\n",
    # Nobody is there until a job asks; then it is `trap`, which tells for which name.
    "resolv.conf": "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n",
}
_ETC_SHOWN = ("alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d")
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_BUNDLES = (_BUNDLE, "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
"""Where programs of Debian, Fedora and others look for certificates."""
TRUST = dict.fromkeys(
    (
        *("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT"),
        *("GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO", "NODE_EXTRA_CA_CERTS"),
    ),
    _BUNDLE,
)
"""What tells those of them that would look elsewhere."""
_NEVER_A_PREFIX = ("/", "/root", "/home", "/opt", "/etc", "/var", "/tmp")  # noqa: S108


class Show(Frozen, kw_only=False):
    """A file or folder of the host, with all that is mounted below it."""

    source: str
    target: str
    writable: bool = False


class Scratch(Frozen, kw_only=False):
    """An empty folder that the job may write to."""

    target: str
    mode: int


class Hide(Frozen, kw_only=False):
    """A folder of what is shown, seen empty and read-only."""

    target: str


class Disable(Frozen, kw_only=False):
    """A program of what is shown, seen as something that cannot be run or read."""

    target: str


class Link(Frozen, kw_only=False):
    """A symbolic link."""

    target: str
    to: str


class Write(Frozen, kw_only=False):
    """A small file with the given text."""

    target: str
    text: str


Mount: TypeAlias = Show | Scratch | Hide | Disable | Link | Write
"""One step that shows or hides something. Every mechanism adds an empty read-only root, a /proc of
the job's own processes and a minimal /dev."""


def mounts(job: Job, system: System, *, trusted: str = "") -> tuple[Mount, ...]:
    """Everything that `job` sees, in the order in which it is mounted.

    trusted: the certificates that it trusts (PEM); it has no file of such if there are none.
    SandboxError if the interpreter's prefix is so wide that it would show what must stay hidden, or
    if a link stands where a bind is to be mounted inside another.
    """
    _check_nesting(job.binds)
    return (
        *_system(system),
        *(() if job.native else _without_insides(system)),
        *_without_programs(job, system),
        *_etc(),
        *(Write(path, trusted) for path in _BUNDLES if trusted),
        Scratch("/tmp", 0o1777),  # noqa: S108 - the job's own
        Scratch(HOME, 0o700),
        *_interpreter(job.prefix),
        *(Show(str(bind.source), bind.target, bind.writable) for bind in job.binds),
    )


def _system(system: System) -> Iterator[Mount]:
    yield Show("/usr", "/usr")
    yield from (Link(path, to) for path, to in system.links)
    yield from (Show(path, path) for path in system.folders)
    yield from (Hide(path) for path in system.foreign)
    yield Link("/var/tmp", "../tmp")  # noqa: S108 - the job's own
    yield Link("/etc/os-release", "../usr/lib/os-release")


def _without_insides(system: System) -> Iterator[Mount]:
    yield from (Hide(path) for path in system.toolchain_folders)


def _without_programs(job: Job, system: System) -> Iterator[Mount]:
    """Without the toolchain where it is not taken, and without managed tools in any case.

    A program that the job is given is there, under all of its names.
    """
    programs = system.toolchain_programs
    given = {file for name, file in programs if name in job.programs}
    hidden = {file for name, file in programs if not job.native or is_managed(name)}
    yield from (Disable(path) for path in sorted(hidden - given))


def _etc() -> Iterator[Mount]:
    yield from (Write(f"/etc/{name}", text) for name, text in _ETC.items())
    for name in _ETC_SHOWN:
        if Path("/etc", name).exists():
            yield Show(f"/etc/{name}", f"/etc/{name}")


def _interpreter(prefix: str) -> Iterator[Mount]:
    if prefix == "/usr":
        return
    home = Path.home()
    if prefix in _NEVER_A_PREFIX or Path(prefix) == home or Path(prefix) in home.parents:
        raise SandboxError(
            f"the interpreter's prefix {prefix} would show builds what is not theirs",
            hint="choose an interpreter with a folder of its own with --python",
        )
    yield Show(prefix, prefix)
    for packages in sorted(Path(prefix).glob("lib*/python3*/*-packages")):
        if packages.is_dir() and not packages.is_symlink():
            yield Hide(str(packages))


def _check_nesting(binds: tuple[Bind, ...]) -> None:
    """Refuse to mount through a link that a bound tree has: it could lead anywhere on the host."""
    sources: dict[PurePosixPath, Path] = {}
    for bind in binds:
        target = PurePosixPath(bind.target)
        outer = next((parent for parent in target.parents if parent in sources), None)
        sources[target] = bind.source
        if outer is None:
            continue
        place = sources[outer]
        for part in target.relative_to(outer).parts:
            place /= part
            if place.is_symlink():
                raise SandboxError(f"{place} is a link where {bind.target} is to be mounted")
