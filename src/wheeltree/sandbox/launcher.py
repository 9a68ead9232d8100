"""A small program that makes a sandbox out of user namespaces, for machines without bubblewrap.

It is started as `python -I -S launcher.py ORDER STATUS` with two descriptors: it reads what to show
and to run from the first, and writes the number of the first process inside to the second. Its
standard input is the gate of `processes`. It imports nothing of wheeltree and needs Linux 5.12
(mount_setattr).

The program that is started stays outside and waits; its child is the first process inside, builds
the root, gives up every privilege and reaps; the job is its child. Each of json, typing, signal,
contextlib and pathlib would cost 5 to 20 ms of every start, so there is none of them here.
"""

import ctypes
import fcntl
import marshal
import os
import resource
import struct
import sys

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

_SIGINT, _SIGKILL, _SIGPIPE, _SIGXFSZ = 2, 9, 13, 25
_SIG_DFL, _SIG_IGN = 0, 1

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}
_OLD, _NEW = "/oldroot", "/newroot"


def main() -> None:
    """Run the job of the order; exits with its status."""
    order_descriptor, status = map(int, sys.argv[1:])
    with open(order_descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
        # From the same interpreter, our parent.
        parent, uid, *inside = marshal.load(file)  # noqa: S302
    os.set_inheritable(status, False)
    _die_with_parent()
    if os.getppid() != parent:
        sys.exit("launcher: builder is gone")
    _new_namespaces(uid)
    hear, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(status)
        os.close(go)
        _first_process(hear, *inside)
    os.close(0)  # the gate is theirs
    _LIBC.signal(_SIGINT, _SIG_IGN)
    os.write(status, b'{"child-pid": %d}\n' % child)
    os.write(go, b"go")
    sys.exit(_shell_status(os.waitpid(child, 0)[1]))


def _shell_status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _call(what: str, function: str, *arguments: object) -> int:
    result: int = getattr(_LIBC, function)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def _die_with_parent() -> None:
    _call("PR_SET_PDEATHSIG", "prctl", _PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def _new_namespaces(user: int) -> None:
    """Move to namespaces of our own, in which this user is `user`; children get a pid namespace."""
    uid, gid = os.getuid(), os.getgid()
    flags = _NEWUSER | _NEWNS | _NEWPID | _NEWNET | _NEWIPC | _NEWUTS
    _call("new namespaces", "unshare", flags)
    _LIBC.unshare(_NEWCGROUP)  # where there are such
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {uid} 1")
    _write("/proc/self/gid_map", f"{user} {gid} 1")
    _die_with_parent()  # a change of credentials clears it


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)


def _first_process(hear: int, interactive: bool, *order: object) -> None:  # noqa: FBT001
    """Be the first process inside; does not return to the code of the process outside."""
    try:
        _die_with_parent()
        if os.read(hear, 2) == b"go":  # else our parent is dead, and we would outlive it
            if not interactive:
                os.setsid()
            _inside(interactive, *order)  # type: ignore[arg-type]
    except OSError as error:
        os.write(2, f"launcher: {error}\n".encode(errors="replace"))
    finally:
        os._exit(1)


def _inside(
    interactive: bool,  # noqa: FBT001
    hostname: bytes,
    mounts: list[list[object]],
    work: tuple[bytes, str, dict[str, str], list[str]],
) -> None:
    """Build the root, run the job, reap what it leaves, and end with its status."""
    for number in (_SIGINT, _SIGPIPE, _SIGXFSZ):
        _LIBC.signal(number, _SIG_DFL)
    _build_root(mounts)
    _call("hostname", "sethostname", hostname, ctypes.c_size_t(len(hostname)))
    _loopback_up()
    _give_up_privileges()
    job = os.fork()
    if job == 0:
        _become(interactive, *work)
    while True:
        child, status = os.wait()
        if child == job:
            os._exit(_shell_status(status))


def _become(
    interactive: bool,  # noqa: FBT001
    seccomp: bytes,
    cwd: str,
    environ: dict[str, str],
    argv: list[str],
) -> None:
    """Pass the gate and become the job."""
    os.chdir(cwd)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _filter(seccomp)
    if not interactive:
        os.write(0, b"\n")  # we die here if nobody reads it
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    try:
        os.execvpe(argv[0], argv, {**environ, "PWD": cwd})  # noqa: S606 - no shell is the point
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\n".encode(errors="replace"))
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


def _build_root(mounts: list[list[object]]) -> None:
    for step in mounts:
        if step[0] == "Show":
            step[1] = os.path.realpath(str(step[1]))
    _mount("none", "/", "", _REC | _PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, "mode=0755")  # noqa: S108 - of our namespace
    os.chdir("/tmp")  # noqa: S108
    os.mkdir("newroot")  # noqa: PTH102
    os.mkdir("oldroot")  # noqa: PTH102
    _call("pivot_root", "pivot_root", b".", b"oldroot")
    os.chdir("/")
    _mount("tmpfs", _NEW, "tmpfs", _NOSUID | _NODEV, "mode=0755")
    for step in mounts:
        _apply(step)
    _devices()
    os.makedirs(f"{_NEW}/proc", exist_ok=True)  # noqa: PTH103
    _mount("proc", f"{_NEW}/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    _call("leave the old root", "umount2", _OLD.encode(), _MNT_DETACH)
    os.chdir(_NEW)
    _call("pivot_root", "pivot_root", b".", b".")
    _call("leave the scaffold", "umount2", b".", _MNT_DETACH)
    os.chdir("/")
    _mount("none", "/", "", _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)


def _apply(step: list[object]) -> None:
    """One step, named as its class in `view`."""
    match step:
        case ["Show", str(source), str(target), bool(writable)]:
            _show(source, target, writable)
        case ["Scratch", str(target), int(mode)]:
            os.makedirs(_NEW + target, exist_ok=True)  # noqa: PTH103
            _mount("tmpfs", _NEW + target, "tmpfs", _NOSUID | _NODEV, f"mode={mode:04o}")
        case ["Hide", str(target)]:
            _mount("tmpfs", _NEW + target, "tmpfs", _NOSUID | _NODEV | _RDONLY, "mode=0755")
        case ["Disable", str(target)]:
            _bind(f"{_OLD}/dev/null", _NEW + target, _RDONLY | _NOSUID | _NODEV | _NOEXEC)
        case ["Link", str(target), str(to)]:
            os.makedirs(os.path.dirname(_NEW + target), exist_ok=True)  # noqa: PTH103, PTH120
            os.symlink(to, _NEW + target)  # noqa: PTH211
        case ["Write", str(target), str(text)]:
            _file(target, text)
        case _:
            raise OSError(f"there is no step {step}")


def _show(source: str, target: str, writable: bool) -> None:  # noqa: FBT001
    place = _NEW + target
    if os.path.isdir(_OLD + source):  # noqa: PTH112
        os.makedirs(place, exist_ok=True)  # noqa: PTH103
    elif not os.path.exists(place):  # noqa: PTH110
        _file(target, "")
    _bind(_OLD + source, place, _NOSUID | _NODEV | (0 if writable else _RDONLY))


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


def _loopback_up() -> None:
    descriptor = _call("socket", "socket", _AF_INET, _SOCK_DGRAM, 0)
    try:
        fcntl.ioctl(descriptor, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", _IFF_UP))
    except PermissionError:
        pass  # gVisor has it up already
    finally:
        os.close(descriptor)


def _give_up_privileges() -> None:
    for capability in range(64):
        _LIBC.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # EINVAL past the kernel's last
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    _call("capabilities", "capset", header, bytes(24))
    _call("no_new_privs", "prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _filter(program: bytes) -> None:
    if not program:
        return
    steps = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
    _call("seccomp", "prctl", _PR_SET_SECCOMP, 2, head, 0, 0)


if __name__ == "__main__":
    try:
        main()
    except OSError as refusal:
        sys.exit(f"launcher: {refusal}")
