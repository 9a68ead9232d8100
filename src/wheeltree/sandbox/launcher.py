"""A small program that makes a sandbox out of user namespaces, for machines without bubblewrap.

It is started as `python -I -S launcher.py ORDER STATUS` with two descriptors: it reads what to show
and to run as JSON from the first, and writes the number of the first process inside to the second.
Its standard input is the gate of `processes`. It imports nothing of wheeltree, and needs Linux 5.12
(mount_setattr).

The program that is started stays outside as the parent that reports; its child is the first process
inside, builds the root, gives up every privilege and reaps; the job is its child.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, NoReturn

_LIBC = ctypes.CDLL(None, use_errno=True)

_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000

_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT = 1, 2, 4, 8, 32
_BIND, _REC, _PRIVATE = 4096, 16384, 1 << 18
_MNT_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_SETATTR = 442

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 22, 24, 38
_CAPABILITY_VERSION = 0x20080522
_AF_INET, _SOCK_DGRAM, _SIOCSIFFLAGS, _IFF_UP = 2, 2, 0x8914, 1

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}
_OLD, _NEW = "/oldroot", "/newroot"

Order = dict[str, Any]


def main() -> NoReturn:
    """Run the job of the order; exits with its status."""
    order_descriptor, status = map(int, sys.argv[1:])
    with open(order_descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
        order: Order = json.load(file)
    os.set_inheritable(status, False)
    _die_with_parent()
    if os.getppid() != order["parent"]:
        sys.exit("launcher: builder is gone")
    _new_namespaces(order["uid"])
    hear, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(status)
        os.close(go)
        _guarded(lambda: _inside(order, hear))
    os.close(0)  # the gate is theirs
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.write(status, b'{"child-pid": %d}\n' % child)
    os.write(go, b"go")
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(code if code >= 0 else 128 - code)


def _guarded(step: Callable[[], None]) -> NoReturn:
    """Do `step` in a process that must not return to its parent's code."""
    try:
        step()
    except OSError as error:
        os.write(2, f"launcher: {error}\n".encode(errors="replace"))
    finally:
        os._exit(1)


def _call(what: str, function: str, *arguments: Any) -> int:
    result: int = getattr(_LIBC, function)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def _die_with_parent() -> None:
    _call("PR_SET_PDEATHSIG", "prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _new_namespaces(user: int) -> None:
    """Move to namespaces of our own, in which this user is `user`; children get a pid namespace."""
    uid, gid = os.getuid(), os.getgid()
    flags = _NEWUSER | _NEWNS | _NEWPID | _NEWNET | _NEWIPC | _NEWUTS
    _call("new namespaces", "unshare", flags)
    with contextlib.suppress(OSError):  # kernels without cgroup namespaces
        _call("new cgroup namespace", "unshare", _NEWCGROUP)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {uid} 1")
    _write("/proc/self/gid_map", f"{user} {gid} 1")
    _die_with_parent()  # a change of credentials clears it


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs 5 ms
        file.write(text)


def _inside(order: Order, hear: int) -> None:
    """Build the root, run the job, reap what it leaves, and end with its status."""
    _die_with_parent()
    if os.read(hear, 2) != b"go":  # our parent is dead, or we might outlive it
        return
    if not order["interactive"]:
        os.setsid()
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    _build_root(order["mounts"])
    hostname = order["hostname"].encode()
    _call("hostname", "sethostname", hostname, ctypes.c_size_t(len(hostname)))
    with contextlib.suppress(OSError):  # gVisor has it up already, and refuses
        _loopback_up()
    _give_up_privileges()
    job = os.fork()
    if job == 0:
        _guarded(lambda: _become(order))
    while True:
        child, status = os.wait()
        if child == job:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _become(order: Order) -> None:
    os.chdir(order["cwd"])
    environ = {**order["environ"], "PWD": order["cwd"]}
    if order["seccomp"]:
        _filter(bytes.fromhex(order["seccomp"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not order["interactive"]:
        os.write(0, b"\n")  # the gate; we die here if nobody reads it
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    try:
        os.execvpe(order["argv"][0], order["argv"], environ)  # noqa: S606 - no shell is the point
    except OSError as error:
        os.write(2, f"{order['argv'][0]}: {error.strerror}\n".encode(errors="replace"))
        os._exit(126 if isinstance(error, PermissionError) else 127)


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    words = (os.fsencode(source), os.fsencode(target), kind.encode())
    _call(f"mount {source} at {target}", "mount", *words, ctypes.c_ulong(flags), options.encode())


def _bind(source: str, target: str, attributes: int) -> None:
    """Show `source` at `target` with all mounts below it; `attributes` are added to each."""
    _mount(source, target, "", _BIND | _REC)
    packed = struct.pack("=QQQQ", attributes, 0, 0, 0)
    _call(
        f"mount_setattr {target}",
        "syscall",
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_long(_AT_FDCWD),
        os.fsencode(target),
        ctypes.c_long(_AT_RECURSIVE),
        packed,
        ctypes.c_size_t(len(packed)),
    )


def _build_root(mounts: list[list[Any]]) -> None:
    resolved = [
        [kind, *([os.path.realpath(rest[0]), *rest[1:]] if kind == "Show" else rest)]
        for kind, *rest in mounts
    ]
    _mount("none", "/", "", _REC | _PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, "mode=0755")  # noqa: S108 - of our namespace
    os.chdir("/tmp")  # noqa: S108
    os.mkdir("newroot")  # noqa: PTH102 - pathlib costs 5 ms
    os.mkdir("oldroot")  # noqa: PTH102
    _call("pivot_root", "pivot_root", b".", b"oldroot")
    os.chdir("/")
    _mount("tmpfs", _NEW, "tmpfs", _NOSUID | _NODEV, "mode=0755")
    for kind, *rest in resolved:
        _STEPS[kind](*rest)
    _devices()
    os.makedirs(f"{_NEW}/proc", exist_ok=True)  # noqa: PTH103
    _mount("proc", f"{_NEW}/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    _call("leave the old root", "umount2", _OLD.encode(), _MNT_DETACH)
    os.chdir(_NEW)
    _call("pivot_root", "pivot_root", b".", b".")
    _call("leave the scaffold", "umount2", b".", _MNT_DETACH)
    os.chdir("/")
    _mount("none", "/", "", _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)


def _show(source: str, target: str, writable: bool) -> None:  # noqa: FBT001 - as the order has it
    place = _NEW + target
    if os.path.isdir(_OLD + source):  # noqa: PTH112
        os.makedirs(place, exist_ok=True)  # noqa: PTH103
    elif not os.path.exists(place):  # noqa: PTH110
        _file(target, "")
    _bind(_OLD + source, place, _NOSUID | _NODEV | (0 if writable else _RDONLY))


def _scratch(target: str, mode: int) -> None:
    os.makedirs(_NEW + target, exist_ok=True)  # noqa: PTH103
    _mount("tmpfs", _NEW + target, "tmpfs", _NOSUID | _NODEV, f"mode={mode:04o}")


def _hide(target: str) -> None:
    _mount("tmpfs", _NEW + target, "tmpfs", _NOSUID | _NODEV | _RDONLY, "mode=0755")


def _disable(target: str) -> None:
    _bind(f"{_OLD}/dev/null", _NEW + target, _RDONLY | _NOSUID | _NODEV | _NOEXEC)


def _link(target: str, to: str) -> None:
    os.makedirs(os.path.dirname(_NEW + target), exist_ok=True)  # noqa: PTH103, PTH120
    os.symlink(to, _NEW + target)  # noqa: PTH211


def _file(target: str, text: str) -> None:
    os.makedirs(os.path.dirname(_NEW + target), exist_ok=True)  # noqa: PTH103, PTH120
    _write(_NEW + target, text)
    os.chmod(_NEW + target, 0o444)  # noqa: PTH101


def _devices() -> None:
    dev = f"{_NEW}/dev"
    os.mkdir(dev)  # noqa: PTH102
    _mount("tmpfs", dev, "tmpfs", _NOSUID, "mode=0755")
    for name in _DEVICES:
        _write(f"{dev}/{name}", "")
        _bind(f"{_OLD}/dev/{name}", f"{dev}/{name}", _NOSUID | _NOEXEC)
    for name, to in _DEVICE_LINKS.items():
        os.symlink(to, f"{dev}/{name}")  # noqa: PTH211
    os.mkdir(f"{dev}/shm")  # noqa: PTH102
    os.mkdir(f"{dev}/pts")  # noqa: PTH102
    options = "newinstance,ptmxmode=0666,mode=0620"
    _mount("devpts", f"{dev}/pts", "devpts", _NOSUID | _NOEXEC, options)


_STEPS: dict[str, Callable[..., None]] = {
    "Show": _show,
    "Scratch": _scratch,
    "Hide": _hide,
    "Disable": _disable,
    "Link": _link,
    "Write": _file,
}
"""By the names of the classes in `view`."""


def _loopback_up() -> None:
    descriptor = _call("socket", "socket", _AF_INET, _SOCK_DGRAM, 0)
    try:
        fcntl.ioctl(descriptor, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", _IFF_UP))
    finally:
        os.close(descriptor)


def _give_up_privileges() -> None:
    with contextlib.suppress(OSError):  # EINVAL past the kernel's last capability
        for capability in range(64):
            _call("capabilities", "prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    _call("capabilities", "capset", header, bytes(24))
    _call("no_new_privs", "prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _filter(program: bytes) -> None:
    steps = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
    _call("seccomp", "prctl", _PR_SET_SECCOMP, 2, head, 0, 0)


if __name__ == "__main__":
    try:
        main()
    except OSError as refusal:
        sys.exit(f"launcher: {refusal}")
