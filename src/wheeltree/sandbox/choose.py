"""Which sandbox can be had on this machine, and what to do where none can."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from wheeltree.errors import SandboxError, UsageError
from wheeltree.model.frozen import Frozen
from wheeltree.sandbox.authority import Authority
from wheeltree.sandbox.base import Job, Sandbox, within
from wheeltree.sandbox.bubblewrap import Bubblewrap
from wheeltree.sandbox.none import Unconfined
from wheeltree.sandbox.unshare import Unshare

KINDS = ("bubblewrap", "unshare", "none")

_NO_BWRAP = "bwrap is not installed"
_PATIENCE = 30.0
_TRUE = Job(argv=("/bin/true",), cwd="/", environ={}, binds=(), prefix="/usr", native=True)


class Machine(Frozen):
    """What decides on the remedy where no sandbox can be had."""

    distribution: frozenset[str]
    """ID and ID_LIKE of os-release."""
    container: bool
    apparmor_restricts: bool
    """kernel.apparmor_restrict_unprivileged_userns is on."""
    clone_forbidden: bool
    """kernel.unprivileged_userns_clone is off (Debian's kernels before 11)."""
    no_namespaces: bool
    """user.max_user_namespaces is 0."""


def choose(kind: str | None, authority: Authority | None = None) -> Sandbox:
    """The sandbox of this `kind`, or the best one that works here; each is tried before.

    authority: whose certificates jobs trust, so that their URLs can be named over TLS. `None` means
    bubblewrap, else our own launcher, and never "none". SandboxError with the reason of each and
    the remedy if it cannot be had; UsageError for a kind that is not known.
    """
    if kind == "none":
        return Unconfined()
    if kind is not None and kind not in KINDS:
        raise UsageError(f"there is no sandbox {kind!r}", hint=f"one of {', '.join(KINDS)}")
    reasons = {}
    for name in (kind,) if kind else ("bubblewrap", "unshare"):
        found = attempt(name, authority)
        if not isinstance(found, str):
            return found
        reasons[name] = found
    raise _refusal(kind, reasons, _this_machine())


def attempt(kind: str, authority: Authority | None = None) -> Sandbox | str:
    """The sandbox of this kind after it has run a program, or the reason why it cannot be had."""
    if platform.system() != "Linux":
        return "there are no namespaces outside Linux"
    sandbox = _MAKERS[kind](authority)
    return sandbox if isinstance(sandbox, str) else _try(sandbox)


def _bubblewrap(authority: Authority | None) -> Sandbox | str:
    return Bubblewrap(found, authority) if (found := shutil.which("bwrap")) else _NO_BWRAP


_MAKERS: dict[str, Callable[[Authority | None], Sandbox | str]] = {
    "bubblewrap": _bubblewrap,
    "unshare": Unshare,
}


def _try(sandbox: Sandbox) -> Sandbox | str:
    with tempfile.TemporaryFile() as log:
        try:
            outcome = sandbox.run(_TRUE, log=log.fileno(), patience=within(_PATIENCE))
        except SandboxError as error:
            return "; ".join(error.details) or error.message
        if outcome.returncode == 0:
            return sandbox
        return "it did not start in time" if outcome.timed_out else "it could not run /bin/true"


def _refusal(kind: str | None, reasons: dict[str, str], machine: Machine) -> SandboxError:
    return SandboxError(
        f"the sandbox {kind} cannot be had" if kind else "no sandbox can be had on this machine",
        details=[f"{name}: {reason}" for name, reason in reasons.items()],
        hint="; or ".join(
            [
                *remedies(reasons, machine),
                "--sandbox none builds without one: no isolation, recorded with every wheel",
            ]
        ),
    )


def remedies(reasons: dict[str, str], machine: Machine) -> list[str]:
    """What a person can do on `machine`, most likely first."""
    found = []
    text = " ".join(reasons.values()).lower()
    if machine.apparmor_restricts:
        found.append("sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0")
    if machine.clone_forbidden:
        found.append("sudo sysctl -w kernel.unprivileged_userns_clone=1")
    if machine.no_namespaces:
        found.append("sudo sysctl -w user.max_user_namespaces=15000")
    masked = "mount proc" in text
    if machine.container or masked:
        found.append(_container_flags(masked=masked))
    if _NO_BWRAP in reasons.values():
        found.append(_install(machine.distribution))
    return found


def _container_flags(*, masked: bool) -> str:
    flags = "--security-opt seccomp=unconfined --security-opt apparmor=unconfined"
    if not masked:
        return f"start the container with {flags}"
    return (
        f"start the container with {flags} and --security-opt systempaths=unconfined (Docker) or "
        "--security-opt unmask=ALL (Podman)"
    )


def _install(distribution: frozenset[str]) -> str:
    commands = {
        "debian": "sudo apt-get install bubblewrap",
        "fedora": "sudo dnf install bubblewrap",
        "rhel": "sudo dnf install bubblewrap",
        "suse": "sudo zypper install bubblewrap",
        "arch": "sudo pacman -S bubblewrap",
        "alpine": "apk add bubblewrap",
    }
    known = (command for name, command in commands.items() if name in distribution)
    return next(known, "install bubblewrap")


def _this_machine() -> Machine:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    names = f"{release.get('ID', '')} {release.get('ID_LIKE', '')}".split()
    return Machine(
        distribution=frozenset(names),
        container=any(map(os.path.exists, ("/.dockerenv", "/run/.containerenv"))),
        apparmor_restricts=_sysctl("kernel/apparmor_restrict_unprivileged_userns") == "1",
        clone_forbidden=_sysctl("kernel/unprivileged_userns_clone") == "0",
        no_namespaces=_sysctl("user/max_user_namespaces") == "0",
    )


def _sysctl(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text(encoding="ascii").strip()
    except OSError:
        return ""
