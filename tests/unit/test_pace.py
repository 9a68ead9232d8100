"""How the process runs Python is set by the command, and by no import."""

import subprocess
import sys

_SHOW = "print(gc.get_threshold()[0], sys.getswitchinterval())"


def shown(code: str) -> str:
    program = f"import gc, sys\n{code}\n{_SHOW}"
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.splitlines()[-1]


def test_a_library_that_is_imported_changes_nothing() -> None:
    assert shown("import wheeltree.cli.main, wheeltree.session.run") == shown("")


def test_the_command_collects_seldom_and_switches_often() -> None:
    code = "import wheeltree.cli.main as m\nsys.argv[1:] = ['--version']\nm.os._exit = sys.exit\n"
    code += "try: m.main()\n"
    allocations, turn = shown(f"{code}except SystemExit: pass").split()
    assert int(allocations) > 10_000
    assert float(turn) < 0.001
