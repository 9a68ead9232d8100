"""What is shown to a job, as data."""

import struct
from pathlib import Path

import pytest

from support.variation import varied
from wheeltree.errors import SandboxError
from wheeltree.sandbox.base import Bind, Job
from wheeltree.sandbox.choose import Machine, remedies
from wheeltree.sandbox.none import translation
from wheeltree.sandbox.seccomp import program
from wheeltree.sandbox.system import System, is_toolchain
from wheeltree.sandbox.view import Disable, Hide, Link, Scratch, Show, mounts

SYSTEM = System(
    links=(("/bin", "usr/bin"),),
    folders=("/lib32",),
    foreign=("/usr/local",),
    toolchain_folders=("/usr/include",),
    toolchain_programs=(
        ("cmake", "/usr/bin/cmake"),
        ("cmake3", "/usr/bin/cmake"),
        ("gcc", "/usr/bin/gcc-12"),
        ("ninja", "/usr/bin/ninja"),
    ),
)
TOOLCHAIN = {Hide("/usr/include"), Disable("/usr/bin/gcc-12")}


def job(*, native: bool = False, prefix: str = "/usr", binds: tuple[Bind, ...] = ()) -> Job:
    return Job(argv=("true",), cwd="/", environ={}, binds=binds, prefix=prefix, native=native)


def test_a_native_job_sees_the_toolchain() -> None:
    assert not TOOLCHAIN & set(mounts(job(native=True), SYSTEM))


def test_a_job_that_is_not_native_sees_none_of_the_toolchain() -> None:
    assert set(mounts(job(), SYSTEM)) >= TOOLCHAIN


def test_a_managed_tool_is_seen_only_by_jobs_that_are_given_it() -> None:
    for native in (True, False):
        others = mounts(job(native=native), SYSTEM)
        given = mounts(varied(job(native=native), programs=("cmake", "ctest")), SYSTEM)
        assert Disable("/usr/bin/cmake") in others
        assert Disable("/usr/bin/cmake") not in given
        assert Disable("/usr/bin/ninja") in given


def test_every_job_sees_the_system_as_it_is_laid_out_without_what_is_local() -> None:
    for native in (True, False):
        shown = mounts(job(native=native), SYSTEM)
        expected = [
            Show("/usr", "/usr"),
            Link("/bin", "usr/bin"),
            Show("/lib32", "/lib32"),
            Hide("/usr/local"),
        ]
        assert [mount for mount in shown if mount in expected] == expected


def test_nothing_but_temporary_folders_and_writable_binds_can_be_written_to() -> None:
    binds = (
        Bind(source=Path("/a"), target="/build/src", writable=True),
        Bind(source=Path("/b"), target="/env"),
    )
    shown = mounts(job(binds=binds), SYSTEM)
    assert [mount.target for mount in shown if isinstance(mount, Scratch)] == [
        "/tmp",
        "/home/builder",
    ]
    assert [mount for mount in shown if isinstance(mount, Show) and mount.writable] == [
        Show("/a", "/build/src", writable=True)
    ]


def test_an_interpreter_outside_usr_is_shown_without_its_packages(tmp_path: Path) -> None:
    packages = tmp_path / "lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    shown = mounts(job(prefix=str(tmp_path)), SYSTEM)
    prefix = Show(str(tmp_path), str(tmp_path))
    assert shown.index(prefix) < shown.index(Hide(str(packages)))


@pytest.mark.parametrize("prefix", ["/", "/home", "/root", "/opt", "/tmp", str(Path.home())])
def test_a_prefix_that_is_a_whole_home_or_system_folder_is_refused(prefix: str) -> None:
    with pytest.raises(SandboxError, match="would show builds what is not theirs"):
        mounts(job(prefix=prefix), SYSTEM)


def test_binds_come_last_and_in_their_order() -> None:
    binds = tuple(Bind(source=Path("/x"), target=target) for target in ("/env", "/build", "/a"))
    shown = mounts(job(binds=binds), SYSTEM)[-3:]
    assert [mount.target for mount in shown] == ["/env", "/build", "/a"]


@pytest.mark.parametrize(
    "name",
    [
        *("cc", "gcc", "gcc-12", "x86_64-linux-gnu-gcc-12", "x86_64-redhat-linux-gcc", "c++"),
        *("g++-13", "clang-14", "clang++", "ld.gold", "x86_64-linux-gnu-ld.bfd", "as", "strip"),
        *("aarch64-linux-gnu-as", "arm-linux-gnueabihf-gcc", "make", "cmake", "ninja", "cargo"),
        *("pkgconf", "x86_64-linux-gnu-pkg-config", "go", "nodejs", "cython3", "tcc"),
    ],
)
def test_a_program_of_the_toolchain_is_known_by_its_name(name: str) -> None:
    assert is_toolchain(name)


@pytest.mark.parametrize(
    "name",
    ["python3", "sh", "sed", "asciinema", "ldd", "gopher", "git", "tar", "perl", "arch", "ccd"],
)
def test_other_programs_are_not_taken_for_the_toolchain(name: str) -> None:
    assert not is_toolchain(name)


PLACES = {"/env": "/store/env", "/build/src": "/work/src", "/build": "/work"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/env/bin/python", "/store/env/bin/python"),
        ("/env/bin:/usr/bin:/env", "/store/env/bin:/usr/bin:/store/env"),
        ("-I/build/src/include", "-I/work/src/include"),
        ("--prefix=/build", "--prefix=/work"),
        ("-ffile-prefix-map=/build/src=/build", "-ffile-prefix-map=/work/src=/work"),
        ("/environment", "/environment"),
        ("/usr/env", "/usr/env"),
        ("https://host/env", "https://host/env"),
        ("/env-3", "/env-3"),
    ],
)
def test_paths_of_binds_are_replaced_where_they_are_paths(text: str, expected: str) -> None:
    assert translation(PLACES)(text) == expected


def test_a_bind_inside_another_has_no_place_without_mounts() -> None:
    with pytest.raises(SandboxError, match="cannot be shown inside /env"):
        translation({"/env": "/store/a", "/env/lib/x": "/store/b"})


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_jump_of_the_filter_lands_inside_it(machine: str) -> None:
    steps = list(struct.iter_unpack("=HBBI", program(machine)))
    assert len(steps) > 30
    for at, (code, then, otherwise, _) in enumerate(steps):
        if code & 0x07 == 0x05:
            assert at + 1 + max(then, otherwise) < len(steps)
    assert steps[-1][0] == 0x06


def test_a_machine_that_is_not_known_has_no_filter() -> None:
    assert program("vax") == b""


PLAIN = Machine(
    distribution=frozenset(),
    container=False,
    apparmor_restricts=False,
    clone_forbidden=False,
    no_namespaces=False,
)
ABSENT = {"bubblewrap": "bwrap is not installed", "unshare": "Operation not permitted"}


@pytest.mark.parametrize(
    ("reasons", "changes", "words"),
    [
        (ABSENT, {"distribution": frozenset({"ubuntu", "debian"})}, "apt-get install bubblewrap"),
        (ABSENT, {"distribution": frozenset({"fedora"})}, "dnf install bubblewrap"),
        (ABSENT, {"distribution": frozenset({"strange"})}, "install bubblewrap"),
        (ABSENT, {"apparmor_restricts": True}, "apparmor_restrict_unprivileged_userns=0"),
        (ABSENT, {"clone_forbidden": True}, "unprivileged_userns_clone=1"),
        (ABSENT, {"no_namespaces": True}, "max_user_namespaces"),
        (ABSENT, {"container": True}, "seccomp=unconfined"),
        ({"bubblewrap": "bwrap: Can't mount proc on /newroot/proc"}, {}, "unmask=ALL"),
    ],
)
def test_the_remedy_fits_the_machine(
    reasons: dict[str, str], changes: dict[str, object], words: str
) -> None:
    machine = varied(PLAIN, **changes)
    assert any(words in remedy for remedy in remedies(reasons, machine))


def test_no_remedy_is_named_that_would_not_help() -> None:
    assert remedies({"bubblewrap": "strange"}, PLAIN) == []
