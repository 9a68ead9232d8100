import pytest

from wheeltree.building.diagnosis import last_lines, likely_cause, readable


def nothing(_: str) -> tuple[tuple[str, str], ...]:
    """A machine without any file."""
    return ()


def cause(log: str) -> str:
    return likely_cause(f"running build\n{log}\nerror: build failed\n".encode(), "acme", nothing)


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ("a.c:3:10: fatal error: zmq.h: No such file or directory\ncompilation", "install libzmq3-dev (Debian) or zeromq-devel (Fedora), and declare `packages: {acme: {uses: [libzmq]}}`"),
        ("a.c:1:10: fatal error: 'ffi.h' file not found", "ffi.h is missing: install libffi-dev"),
        ("a.c:1:10: fatal error: Eigen/Core: No such file or directory", "uses: [{name: eigen3, link: headers}]"),
        ("a.c:1:10: fatal error: acme/odd.h: No such file or directory", "header acme/odd.h (`apt-file search /acme/odd.h`"),
        ("a.c:1:10: fatal error: Python.h: No such file", "of the interpreter, the one that has Python.h"),
        ("/usr/bin/ld: cannot find -lxml2: No such file or directory", "libxml2.so is missing: install libxml2-dev"),
        ("/usr/bin/ld: cannot find -lodd\ncollect2: error", "libodd.so, and declare `packages: {acme: {uses: [odd]}}`"),
        ("No package 'libffi' found", "libffi.pc is missing: install libffi-dev"),
        ("Package 'openssl', required by 'virtual:world', not found", "uses: [openssl]"),
        ("Package odd was not found in the pkg-config search path.", "dnf install 'pkgconfig(odd)'"),
        ('../meson.build:5:0: ERROR: Dependency "openblas" not found, tried pkgconfig', "libopenblas-dev"),
        ("CMake Error: Could NOT find ZLIB (missing: ZLIB_LIBRARY)", "CMake did not find ZLIB: install zlib1g-dev"),
        ('  Could not find a package configuration file provided by "pybind11" with', "build_requires: {add: [pybind11]}"),
        ("  CMake 3.28 or higher is required.  You are running version 3.25.1", "CMake 3.28 or later is wanted; it found 3.25.1"),
        ("meson.build:1:0: ERROR: Meson version is 1.0.1 but project requires >= 1.2.3", "build_requires: {add: ['meson>=1.2.3']}"),
        ("Requested 'libcares >= 1.28' but version of c-ares is 1.18.1", "the system's libcares is 1.18.1, and 1.28 is wanted: constrain acme"),
        ("ERROR: Dependency 'raqm' found: NO. found '0.7.0' but need: '>= 0.10.4'", "the system's raqm is 0.7.0, and 0.10.4 is wanted"),
        ('Could NOT find PROJ: Found unsuitable version "9.1.1", but required is at least "9.4"', "PROJ is 9.1.1, and 9.4"),
        ("error: package `x v1` cannot be built because it requires rustc 1.74 or newer", "rustc is too old"),
        ("ModuleNotFoundError: No module named 'Cython.Build'", "Python module Cython.Build"),
        ("error: can't find Rust compiler", "`packages: {acme: {vendor: [cargo]}}`; if this machine has none, install rustc and cargo (Debian)"),
        ("sh: 1: cargo: not found", "acme has Rust in it"),
        ("No package 'acme' found\n./build.sh: 21: cmake: Permission denied", "system: {cmake: {required: true}}"),
        ("/bin/sh: 1: pg_config: not found", "program pg_config is missing: install libpq-dev"),
        ("sh: line 1: cmake: command not found", "`packages: {acme: {system: {cmake: {required: true}}}}`"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'swig'", "system: {swig: {required: true}}"),
        ("error: command 'gcc' failed: No such file or directory", "`packages: {acme: {native: true}}`"),
        ("meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc']]", "program cc"),
        ("urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>", "no network"),
        ("fatal: unable to access 'https://h/x.git': Could not resolve host: h", "extra_sources: [{url: 'https://h/x.git'"),
        ("fetching https://h/a-1.tar.gz ... failed: [Errno -2] Name or service not known", "it wanted https://h/a-1.tar.gz"),
        ("warning: spurious network error (3 tries remaining)", "vendor: [cargo]"),
        ("error: no matching package named `serde` found", "vendor: [cargo]"),
        ("ERROR: No matching distribution found for pybind11>=2", "build_requires: {add: [pybind11]}"),
        ("LookupError: setuptools-scm was unable to detect version for /build/src.", "SETUPTOOLS_SCM_PRETEND_VERSION: '${__version__}'"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("g++: fatal error: Killed signal terminated program cc1plus", "out of memory"),
        ("ValueError: something else", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_log_tells_what_to_do_and_declare(log: str, says: str) -> None:
    assert says in cause(log) if says else not cause(log)


def test_a_header_where_the_build_does_not_look_is_found_there() -> None:
    def having(name: str) -> tuple[tuple[str, str], ...]:
        return ((f"/usr/include/acme-2/{name}", "acme-dev"),)

    said = likely_cause(b"x.c: fatal error: acme.h: No such file or directory", "odd", having)
    assert "env: {CPPFLAGS: -I/usr/include/acme-2, CFLAGS: -I/usr/include/acme-2}" in said


def test_the_cause_is_named_and_not_what_it_led_to() -> None:
    log = "a.c:3:1: fatal error: zmq.h: No such file or directory\n/bin/sh: 1: x: not found\n"
    assert "zmq.h" in cause(log)
    assert "zmq.h" in cause("\n".join(reversed(log.splitlines())))


@pytest.mark.parametrize(
    ("log", "shown"),
    [
        (b"\x1b[31mred\x1b[0m text", "red text"),
        (b"\x1b]0;title\x07after", "after"),
        (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"10%\r50%\r100%\r\n", "100%"),
        (b"bell\x07 null\x00 del\x7f c1\xc2\x9b", "bell? null? del? c1?"),
        (b"bad \xff byte", "bad \ufffd byte"),
        ("right\u202eto left\u2066".encode(), "right?to left?"),
        ("line\u2028separator".encode(), "line?separator"),
        ("caf\u00e9 \u6f22\u5b57".encode(), "caf\u00e9 \u6f22\u5b57"),
        (b"\x1b", ""),
    ],
)
def test_a_log_cannot_steer_the_terminal_it_is_shown_on(log: bytes, shown: str) -> None:
    assert readable(log)[0] == shown


def test_the_last_lines_are_those_that_say_something() -> None:
    log = b"\n".join(b"line %d\n   " % number for number in range(50)) + b"x" * 1000
    lines = last_lines(log, 3)
    assert lines[:2] == ("line 48", "line 49")[: len(lines) - 1]
    assert len(lines) == 3
    assert len(lines[2]) == 200


def test_a_hostile_log_is_diagnosed_in_no_time() -> None:
    log = (b"a" * 30_000 + b"\x1b]" + b"'" * 30_000) * 2
    assert likely_cause(log, "acme", nothing) == ""


def test_a_header_that_the_installed_library_lacks_is_one_of_another_version() -> None:
    def having(name: str) -> tuple[tuple[str, str], ...]:
        folders = (("/usr/include/acme", "libacme-dev"), ("/usr/share/doc/acme", "acme-doc"))
        return folders if name == "acme" else ()

    log = b"x.c:1:1: fatal error: acme/new/odd.h: No such file or directory"
    said = likely_cause(log, "user", having)
    assert "acme/new/odd.h is not in libacme-dev" in said
    assert "constrain user to another version" in said
