import pytest

from wheeltree.building.diagnosis import last_lines, likely_cause, readable


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ("a.c:3:10: fatal error: zmq.h: No such file or directory\ncompilation", "header zmq.h"),
        ("a.c:1:10: fatal error: 'ffi.h' file not found", "header ffi.h"),
        ("a.c:1:10: fatal error: Python.h: No such file", "of the interpreter, the one that has Python.h"),
        ("/usr/bin/ld: cannot find -lxml2: No such file or directory", "has libxml2.so"),
        ("/usr/bin/ld: cannot find -lxslt\ncollect2: error", "has libxslt.so"),
        ("No package 'libffi' found", "libffi.pc"),
        ("Package 'openssl', required by 'virtual:world', not found", "openssl.pc"),
        ('../meson.build:5:0: ERROR: Dependency "openblas" not found, tried pkgconfig', "openblas.pc"),
        ("CMake Error: Could NOT find ZLIB (missing: ZLIB_LIBRARY)", "CMake did not find ZLIB"),
        ('  Could not find a package configuration file provided by "pybind11" with', "pybind11"),
        ("ModuleNotFoundError: No module named 'Cython.Build'", "Python module Cython.Build"),
        ("error: can't find Rust compiler", "Rust toolchain"),
        ("/bin/sh: 1: pg_config: not found", "program pg_config"),
        ("sh: line 1: cmake: command not found", "program cmake"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'swig'", "program swig"),
        ("error: command 'gcc' failed: No such file or directory", "program gcc"),
        ("meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc']]", "program cc"),
        ("urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>", "no network"),
        ("fatal: unable to access 'https://h/': Could not resolve host: h", "no network"),
        ("LookupError: setuptools-scm was unable to detect version for /build/src.", "PRETEND_VERSION"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("g++: fatal error: Killed signal terminated program cc1plus", "out of memory"),
        ("ValueError: something else", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_log_tells_what_to_do_next(log: str, says: str) -> None:
    hint = likely_cause(f"running build\n{log}\nerror: build failed\n".encode())
    assert says in hint if says else not hint


def test_the_cause_is_named_and_not_what_it_led_to() -> None:
    log = b"a.c:3:1: fatal error: zmq.h: No such file or directory\n/bin/sh: 1: x: not found\n"
    assert "zmq.h" in likely_cause(log)
    assert "zmq.h" in likely_cause(b"\n".join(reversed(log.splitlines())))


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
    assert likely_cause(log) == ""
