"""What a job can and cannot do, in each sandbox that mounts."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import wheeltree
from support.foreign import lay_libraries
from support.variation import varied
from wheeltree.errors import SandboxError
from wheeltree.sandbox.base import Bind, Job, Outcome, Sandbox, within
from wheeltree.sandbox.bubblewrap import Bubblewrap
from wheeltree.sandbox.choose import choose
from wheeltree.sandbox.none import Unconfined
from wheeltree.sandbox.unshare import Unshare

PYTHON = "/usr/bin/python3"


@pytest.fixture(params=["bubblewrap", "unshare"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    if request.param == "unshare":
        return Unshare()
    bwrap = shutil.which("bwrap")
    assert bwrap is not None, "these tests need bubblewrap"
    return Bubblewrap(bwrap)


def job(
    *argv: str,
    binds: tuple[Bind, ...] = (),
    prefix: str = "/usr",
    native: bool = False,
    **environ: str,
) -> Job:
    return Job(
        argv=argv,
        cwd="/tmp",
        environ={"PATH": "/usr/bin:/bin", **environ},
        binds=binds,
        prefix=prefix,
        native=native,
    )


def run(sandbox: Sandbox, work: Job, timeout: float | None = 60) -> tuple[Outcome, str]:
    with tempfile.TemporaryFile() as log:
        outcome = sandbox.run(work, log=log.fileno(), patience=within(timeout))
        log.seek(0)
        return outcome, log.read().decode()


def python(sandbox: Sandbox, code: str, *arguments: str, native: bool = False) -> str:
    """What a piece of Python prints inside; it must end well."""
    outcome, output = run(sandbox, job(PYTHON, "-I", "-c", code, *arguments, native=native))
    assert outcome.returncode == 0, output
    return output.strip()


def shell(sandbox: Sandbox, script: str, timeout: float | None = 60) -> tuple[Outcome, str]:
    return run(sandbox, job("/bin/sh", "-c", script), timeout)


def running(mark: str) -> bool:
    """Whether a process of this machine has `mark` among its arguments."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                return True
    return False


@pytest.fixture
def mark() -> str:
    """A length of sleep that no other process uses."""
    return f"3{time.monotonic_ns() % 10**9:09d}"


# The network

CONNECT = """
import socket, sys
family, address = sys.argv[1:]
try:
    with socket.socket(getattr(socket, family)) as client:
        client.settimeout(5)
        client.connect(("127.0.0.1", int(address)) if family == "AF_INET" else "\\0" + address)
    print("connected")
except OSError as error:
    print("refused")
"""


def test_a_server_on_the_hosts_loopback_cannot_be_reached(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert python(sandbox, CONNECT, "AF_INET", port) == "refused"


def test_an_abstract_unix_socket_of_the_host_cannot_be_reached(sandbox: Sandbox) -> None:
    name = f"wheeltree-{os.getpid()}-{time.monotonic_ns()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{name}")
        server.listen()
        assert python(sandbox, CONNECT, "AF_UNIX", name) == "refused"


def test_a_name_leads_nowhere(sandbox: Sandbox) -> None:
    code = """
import socket
try:
    print({each[4][0] for each in socket.getaddrinfo("example.org", 443)})
except socket.gaierror:
    print("unknown")
"""
    assert python(sandbox, code) == "{'198.18.0.1'}"


def test_a_job_may_talk_to_itself_on_loopback(sandbox: Sandbox) -> None:
    code = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    with socket.create_connection(server.getsockname()) as client:
        print("connected", socket.gethostbyname("localhost"))
"""
    assert python(sandbox, code) == "connected 127.0.0.1"


@pytest.mark.parametrize("family", ["AF_VSOCK", "AF_PACKET", "AF_ALG"])
def test_sockets_that_ignore_network_namespaces_cannot_be_made(
    sandbox: Sandbox, family: str
) -> None:
    code = """
import socket, sys
try:
    socket.socket(getattr(socket, sys.argv[1]), socket.SOCK_STREAM if "V" in sys.argv[1] else socket.SOCK_RAW)
    print("made")
except OSError as error:
    print(error.errno)
"""
    assert python(sandbox, code, family) == "97"


# Files


@pytest.fixture
def canary() -> Iterator[Path]:
    """A secret in the home folder of whoever runs the tests."""
    with tempfile.NamedTemporaryFile(dir=Path.home(), prefix=".wheeltree-canary-") as file:
        file.write(b"secret")
        file.flush()
        yield Path(file.name)


def test_the_home_folder_is_not_visible(sandbox: Sandbox, canary: Path) -> None:
    outcome, output = run(sandbox, job("/bin/cat", str(canary)))
    assert outcome.returncode != 0
    assert "secret" not in output


@pytest.mark.parametrize("folder", ["/opt", "/root", "/srv", "/mnt", "/sys", "/run", "/boot"])
def test_nothing_is_seen_of_other_folders_of_the_host(sandbox: Sandbox, folder: str) -> None:
    code = "import os, sys; print(os.path.exists(sys.argv[1]) and os.listdir(sys.argv[1]))"
    assert python(sandbox, code, folder) in ("False", "[]")


def test_the_top_folder_has_only_what_is_specified(sandbox: Sandbox) -> None:
    entries = set(python(sandbox, "import os; print(*os.listdir('/'))").split())
    optional = {"lib32", "libx32", "lib64"}
    expected = {"bin", "dev", "etc", "home", "lib", "proc", "sbin", "tmp", "usr", "var"}
    assert entries - optional == expected


def test_etc_has_only_what_is_specified(sandbox: Sandbox) -> None:
    entries = set(python(sandbox, "import os; print(*os.listdir('/etc'))").split())
    copied = {"alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d"}
    made = {"passwd", "group", "hosts", "host.conf", "hostname", "nsswitch.conf", "os-release"}
    made |= {"resolv.conf"}
    assert made <= entries <= made | copied


def test_the_system_cannot_be_written_to(sandbox: Sandbox) -> None:
    places = "/usr/x /usr/bin/x /usr/local/x /x /etc/x /dev/../x /home/x /var/x"
    outcome, output = shell(sandbox, f"for at in {places}; do touch $at && echo wrote $at; done")
    assert outcome.returncode != 0
    assert "wrote" not in output


def test_home_and_temporary_folders_are_private_and_writable(sandbox: Sandbox) -> None:
    with tempfile.NamedTemporaryFile(prefix="wheeltree-canary-") as outside:
        code = f"""
import os, tempfile
print(os.listdir("/tmp"), os.listdir(os.path.expanduser("~")), os.path.expanduser("~"))
open(os.path.expanduser("~/x"), "w").close(); tempfile.mkstemp(); tempfile.mkstemp(dir="/var/tmp")
open("/dev/shm/x", "w").close(); open("/dev/null", "w").write("x")
print(os.path.exists({outside.name!r}), oct(os.stat("/tmp").st_mode), oct(os.stat("/home").st_mode))
"""
        expected = "[] [] /home/builder\nFalse 0o41777 0o40755"
        assert python(sandbox, code) == expected


def test_a_writable_bind_is_written_through_and_another_is_not(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    for name in ("source", "input"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "given").write_text(name)
    binds = (
        Bind(source=tmp_path / "source", target="/build/src", writable=True),
        Bind(source=tmp_path / "input", target="/env"),
        Bind(source=tmp_path / "input/given", target="/build/one-file"),
    )
    script = "cat /build/src/given /env/given /build/one-file; echo new > /build/src/made; echo x > /env/made"
    outcome, output = run(sandbox, job("/bin/sh", "-c", script, binds=binds))
    assert outcome.returncode != 0
    assert output.startswith("sourceinputinput")
    assert (tmp_path / "source/made").read_text() == "new\n"
    assert (tmp_path / "source/made").stat().st_uid == os.getuid()
    assert (tmp_path / "source/made").stat().st_mode & 0o777 == 0o644
    assert not (tmp_path / "input/made").exists()


def test_a_bind_inside_another_is_seen(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "env/lib/tool").mkdir(parents=True)
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool/here").touch()
    binds = (
        Bind(source=tmp_path / "env", target="/env"),
        Bind(source=tmp_path / "tool", target="/env/lib/tool"),
    )
    outcome, output = run(sandbox, job("/bin/ls", "/env/lib/tool", binds=binds))
    assert (outcome.returncode, output) == (0, "here\n")


def test_a_bind_is_not_mounted_through_a_link(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "tree/link").symlink_to(tmp_path / "outside")
    binds = (
        Bind(source=tmp_path / "tree", target="/build/src", writable=True),
        Bind(source=tmp_path / "tree", target="/build/src/link/deep"),
    )
    with pytest.raises(SandboxError, match="is a link where /build/src/link/deep"):
        run(sandbox, job("/bin/true", binds=binds))
    assert list((tmp_path / "outside").iterdir()) == []


# The interpreter and the toolchain


def test_the_interpreter_is_seen_without_its_packages(sandbox: Sandbox) -> None:
    prefix = Path(sys.base_prefix)
    real = Path(sys.executable).resolve()
    code = "import sys, os, sysconfig; p = sysconfig.get_path('purelib'); print(sys.prefix, os.listdir(p) if p.startswith(sys.argv[1]) and os.path.isdir(p) else '')"
    outside = prefix.parent
    work = job(str(real), "-I", "-S", "-c", code, str(prefix), prefix=str(prefix))
    outcome, output = run(sandbox, work)
    assert outcome.returncode == 0, output
    if str(prefix) != "/usr":
        assert output == f"{prefix} []\n"
        beside = run(sandbox, job("/bin/ls", str(outside), prefix=str(prefix)))[1]
        assert prefix.name in beside.split()
        assert outside == Path("/usr") or beside.split() == [prefix.name]


@pytest.mark.parametrize("prefix", ["/", "/root", "/home", "/etc"])
def test_a_prefix_that_shows_too_much_is_refused(sandbox: Sandbox, prefix: str) -> None:
    with pytest.raises(SandboxError, match="prefix"):
        run(sandbox, job("/bin/true", prefix=prefix))


HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'


def test_a_native_job_can_compile_with_what_the_host_has(sandbox: Sandbox) -> None:
    script = f"cat > hello.c <<'END'\n{HELLO}END\ncc hello.c -o hello && ./hello"
    outcome, output = run(sandbox, job("/bin/sh", "-c", script, native=True))
    assert (outcome.returncode == 0) == (shutil.which("cc", path="/usr/bin") is not None), output


def test_a_job_that_is_not_native_sees_no_toolchain(sandbox: Sandbox) -> None:
    code = """
import os, shutil
names = "cc gcc g++ c++ cpp clang as ld ar make cmake ninja rustc cargo go pkg-config patchelf"
print([name for name in names.split() if shutil.which(name)])
print(os.path.exists("/usr/include/stdio.h"))
print([path for path in ("/usr/include", "/usr/lib/gcc") if os.path.isdir(path) and os.listdir(path)])
"""
    assert python(sandbox, code) == "[]\nFalse\n[]"


def test_a_compiler_that_is_called_by_its_path_does_not_start(sandbox: Sandbox) -> None:
    outcome, output = shell(sandbox, "/usr/bin/gcc --version")
    assert outcome.returncode in (126, 127)
    assert "Free Software Foundation" not in output


def test_a_managed_tool_is_seen_only_by_a_job_that_is_given_it(sandbox: Sandbox) -> None:
    script = "for name in cmake ctest ninja; do command -v $name; done; cmake --version"
    for native in (False, True):
        work = job("/bin/sh", "-c", script, native=native)
        outcome, output = run(sandbox, work)
        assert outcome.returncode in (126, 127), output
        assert "/usr/bin" not in output
        outcome, output = run(sandbox, varied(work, programs=("cmake", "ctest", "cpack")))
        assert outcome.returncode == 0, output
        assert output.startswith("/usr/bin/cmake\n/usr/bin/ctest\ncmake version")


@pytest.mark.parametrize("native", [False, True])
def test_locally_installed_programs_are_not_seen(sandbox: Sandbox, *, native: bool) -> None:
    code = "import os; print(os.path.isdir('/usr/local') and os.listdir('/usr/local'))"
    assert python(sandbox, code, native=native) in ("[]", "False")


PLANTED = {
    "bin/nvcc": "#!/bin/sh\necho seen",
    "bin/hipcc": "#!/bin/sh\necho seen",
    "bin/rocm_agent_enumerator": "#!/bin/sh\necho seen",
    "lib/nvidia-cuda-toolkit/bin/nvcc": "#!/bin/sh\necho seen",
    "include/hip/hip_runtime.h": "seen",
    "lib/x86_64-linux-gnu/cmake/hip-lang/hip-lang-config.cmake": "seen",
}


@pytest.mark.parametrize("native", [False, True])
def test_a_toolkit_that_is_installed_in_usr_is_not_seen(
    sandbox: Sandbox, tmp_path: Path, *, native: bool
) -> None:
    for name, text in PLANTED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    script = " ; ".join(f"cat /usr/{name}; /usr/{name}" for name in PLANTED)
    work = job("/bin/sh", "-c", f"{script} ; echo end", native=native)
    asked = f"""
import tempfile
from pathlib import Path, PosixPath
from wheeltree.sandbox.base import Job, Limits, within
from wheeltree.sandbox.bubblewrap import Bubblewrap
from wheeltree.sandbox.unshare import Unshare
sandbox = {"Unshare()" if isinstance(sandbox, Unshare) else f"Bubblewrap({shutil.which('bwrap')!r})"}
with tempfile.TemporaryFile() as log:
    sandbox.run({work!r}, log=log.fileno(), patience=within(60))
    log.seek(0)
    print(log.read().decode())
"""
    # A machine like this one, with more in /usr, for as long as this process.
    planting = f"mount -t overlay overlay -o lowerdir={tmp_path}:/usr /usr"
    planted = ("unshare", "-rm", "sh", "-c", f'{planting} && nvcc && exec "$@"', "sh")
    done = subprocess.run(
        [*planted, sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("seen\n"), done.stderr
    assert done.stdout.endswith("end\n\n"), done.stderr
    assert done.stdout.count("seen") == 1


# Who and where it is


def test_nothing_is_inherited_from_the_environment(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    outcome, output = run(sandbox, job("/usr/bin/env", SOURCE_DATE_EPOCH="1"))
    assert outcome.returncode == 0
    lines = set(output.split())
    assert lines == {"PATH=/usr/bin:/bin", "SOURCE_DATE_EPOCH=1", "PWD=/tmp"}
    _, output = shell(sandbox, "cat /proc/*/environ")
    assert "secret" not in output


def test_a_job_is_an_ordinary_user_without_capabilities(sandbox: Sandbox) -> None:
    _, output = shell(sandbox, "id; grep -E '^(Cap|NoNewPrivs)' /proc/self/status /proc/1/status")
    identity, *status = output.splitlines()
    assert identity.startswith("uid=1000(builder) gid=1000(builder)")
    values = {line.split(":", 1)[1].replace("\t", " ") for line in status if "Cap" in line}
    inside = {line for line in status if line.startswith("/proc/self")}
    assert {line.split()[1] for line in inside if "Cap" in line} == {"0" * 16}
    assert [line.split()[1] for line in inside if "NoNewPrivs" in line] == ["1"]
    assert len(values) >= 1


def test_a_job_cannot_become_privileged_in_a_namespace_of_its_own(sandbox: Sandbox) -> None:
    outcome, output = run(sandbox, job("/usr/bin/unshare", "--user", "--map-root-user", "id"))
    assert outcome.returncode != 0, output
    outcome, output = shell(sandbox, "mount -t tmpfs none /tmp || mount -o remount,rw /usr")
    assert outcome.returncode != 0, output


def test_the_host_has_a_constant_name(sandbox: Sandbox) -> None:
    assert python(sandbox, "import socket; print(socket.gethostname())") == "localhost"


def test_only_processes_of_the_job_are_seen(sandbox: Sandbox) -> None:
    code = "import os; print(os.getpid() <= 4, len([n for n in os.listdir('/proc') if n.isdigit()]) <= 3)"
    assert python(sandbox, code) == "True True"


def test_only_the_standard_descriptors_are_open(sandbox: Sandbox) -> None:
    with open(__file__) as extra:
        os.set_inheritable(extra.fileno(), True)
        code = "import os; print(os.listdir('/proc/self/fd'), repr(os.read(0, 9)))"
        assert python(sandbox, code) == "['0', '1', '2', '3'] b''"


def test_files_are_made_with_a_constant_mask(sandbox: Sandbox) -> None:
    before = os.umask(0o077)
    try:
        assert shell(sandbox, "umask; ulimit -c")[1].split() == ["0022", "0"]
    finally:
        os.umask(before)


# Its end


@pytest.mark.parametrize(
    ("script", "status"), [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143)]
)
def test_the_exit_status_passes_through(sandbox: Sandbox, script: str, status: int) -> None:
    outcome, _ = shell(sandbox, script)
    assert outcome.returncode == status
    assert not outcome.timed_out
    assert not outcome.stopped


def test_a_process_left_in_the_background_is_gone_when_the_job_ends(
    sandbox: Sandbox, mark: str
) -> None:
    script = f"setsid sleep {mark} & setsid sh -c 'trap \"\" TERM HUP; sleep {mark}' & sleep 0.2"
    outcome, _ = shell(sandbox, script)
    assert outcome.returncode == 0
    assert not running(mark)


def test_a_job_that_takes_too_long_is_killed(sandbox: Sandbox, mark: str) -> None:
    outcome, output = shell(sandbox, f"echo began; setsid sleep {mark} & sleep {mark}", timeout=1)
    assert outcome.timed_out
    assert outcome.returncode == 137
    assert outcome.seconds < 20
    assert output == "began\n"
    assert not running(mark)


def test_stopping_kills_what_runs_and_starts_nothing_more(sandbox: Sandbox, mark: str) -> None:
    ended: list[Outcome] = []
    thread = threading.Thread(
        target=lambda: ended.append(shell(sandbox, f"sleep {mark} & sleep {mark}")[0])
    )
    thread.start()
    while not running(mark):
        time.sleep(0.01)
    sandbox.stop()
    thread.join(timeout=30)
    assert [outcome.stopped for outcome in ended] == [True]
    assert not running(mark)
    assert shell(sandbox, "true")[0].stopped


def test_a_program_that_does_not_exist_ends_as_in_a_shell(sandbox: Sandbox) -> None:
    outcome, output = run(sandbox, job("/bin/absent"))
    assert outcome.returncode == 127
    assert "/bin/absent" in output


def test_a_missing_bind_is_an_error_that_names_it(sandbox: Sandbox, tmp_path: Path) -> None:
    binds = (Bind(source=tmp_path / "absent", target="/build/src"),)
    with pytest.raises(SandboxError, match="could not start") as caught:
        run(sandbox, job("/bin/true", binds=binds))
    assert "absent" in str(caught.value)


def test_many_jobs_run_at_once(sandbox: Sandbox) -> None:
    outcomes: list[tuple[Outcome, str]] = []
    threads = [
        threading.Thread(target=lambda n=n: outcomes.append(shell(sandbox, f"echo {n}; exit {n}")))
        for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((one.returncode, text) for one, text in outcomes) == [
        (n, f"{n}\n") for n in range(12)
    ]
    assert not any(one.stopped or one.timed_out for one, _ in outcomes)


INTERACTIVE = """
import sys
from wheeltree.sandbox.base import Job, within
from wheeltree.sandbox.choose import choose
work = Job(argv=("/bin/sh",), cwd="/", environ={"PATH": "/usr/bin:/bin"}, binds=(),
           prefix="/usr", native=False)
sys.exit(choose(sys.argv[1]).interact(work))
"""


@pytest.mark.parametrize("kind", ["bubblewrap", "unshare", "none"])
def test_a_shell_reads_and_writes_where_builder_does(kind: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", INTERACTIVE, kind],
        input="echo read; id -un >&2; exit 3\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (3, "read\n"), result.stderr
    assert kind == "none" or result.stderr == "builder\n"


# Who starts it

PROGRAM = """
import sys
from wheeltree.sandbox.base import Job, within
from wheeltree.sandbox.choose import choose
work = Job(argv=tuple(sys.argv[2:]), cwd="/", environ={"PATH": "/usr/bin:/bin"}, binds=(),
           prefix="/usr", native=False)
sandbox = choose(sys.argv[1])
print("chosen", flush=True)
sys.exit(sandbox.run(work, log=2, patience=within(None)).returncode)
"""


@pytest.fixture
def ordinary() -> Iterator[list[str]]:
    """The start of a command line that runs PROGRAM as an ordinary user."""
    with tempfile.TemporaryDirectory(prefix="wheeltree-") as folder:
        Path(folder).chmod(0o755)
        for name in ("__init__.py", "errors.py", "model", "sandbox"):
            source = Path(wheeltree.__file__).with_name(name)
            target = Path(folder, "wheeltree", name)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                target.parent.mkdir(exist_ok=True)
                shutil.copy(source, target)
        become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        lay_libraries(Path(folder), PYTHON)
        start = ["env", "-C", "/", f"PYTHONPATH={folder}", "HOME=/nonexistent"]
        yield [*(become if os.geteuid() == 0 else []), *start, PYTHON, "-B", "-c", PROGRAM]


@pytest.mark.parametrize("kind", ["bubblewrap", "unshare"])
def test_an_ordinary_user_can_have_it(ordinary: list[str], kind: str) -> None:
    script = "id -u; grep CapEff /proc/self/status; ls /usr/include; ls /root; exit 5"
    result = subprocess.run(
        [*ordinary, kind, "/bin/sh", "-c", script], capture_output=True, text=True, check=False
    )
    assert result.returncode == 5, result.stderr
    assert result.stderr.startswith("1000\nCapEff:\t0000000000000000\n")


@pytest.mark.parametrize("kind", ["bubblewrap", "unshare"])
def test_nothing_is_left_when_its_starter_is_killed_at_any_moment(
    ordinary: list[str], kind: str, mark: str
) -> None:
    delays = [0.0, 0.005, 0.01, 0.02, 0.04, 0.08, 0.3]
    marks = [f"{mark}.{number}" for number, _ in enumerate(delays)]
    for delay, length in zip(delays, marks, strict=True):
        command = [*ordinary, kind, "/bin/sleep", length]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        with process, contextlib.ExitStack() as stack:
            stack.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline() == b"chosen\n"
            time.sleep(delay)
    until = time.monotonic() + 20
    while any(map(running, marks)) and time.monotonic() < until:
        time.sleep(0.1)
    assert [length for length in marks if running(length)] == []


def test_where_namespaces_are_forbidden_the_refusal_says_what_to_do(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    # Inside a sandbox there is no further one.
    source = Path(wheeltree.__file__).parent
    code = """
from wheeltree.errors import SandboxError
from wheeltree.sandbox.choose import choose
try:
    print(choose(None).kind)
except SandboxError as error:
    print(error)
"""
    lay_libraries(tmp_path / "src", PYTHON)
    binds = (
        Bind(source=tmp_path / "src", target="/build/src", writable=True),
        Bind(source=source, target="/build/src/wheeltree"),
    )
    work = job(PYTHON, "-B", "-c", code, binds=binds, PYTHONPATH="/build/src")
    outcome, output = run(sandbox, work)
    assert outcome.returncode == 0, output
    assert output.startswith("no sandbox can be had on this machine")
    assert "bubblewrap: " in output
    assert "unshare: " in output
    assert "--sandbox none" in output


def test_bubblewrap_is_preferred() -> None:
    assert choose(None).kind == "bubblewrap"


def test_without_bubblewrap_our_own_launcher_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert choose(None).kind == "unshare"
    with pytest.raises(SandboxError, match="bubblewrap cannot be had"):
        choose("bubblewrap")


# No sandbox


def test_without_a_sandbox_binds_are_reached_at_their_host_paths(tmp_path: Path) -> None:
    (tmp_path / "given").write_text("given")
    binds = (Bind(source=tmp_path, target="/build/src", writable=True),)
    script = "cat /build/src/given; pwd > /build/src/made; echo $WHERE; touch $HOME/x"
    work = job("/bin/sh", "-c", script, binds=binds, HOME="/home/builder", WHERE="/build/src:/x")
    outcome, output = run(Unconfined(), work)
    assert outcome.returncode == 0, output
    assert output == f"given{tmp_path}:/x\n"
    assert (tmp_path / "made").exists()


def test_without_a_sandbox_a_job_still_ends_in_time_with_its_group(mark: str) -> None:
    outcome, _ = shell(Unconfined(), f"sleep {mark} & sleep {mark}", timeout=0.5)
    assert outcome.timed_out
    assert outcome.returncode == 137
    until = time.monotonic() + 5
    while running(mark) and time.monotonic() < until:
        time.sleep(0.01)
    assert not running(mark)
