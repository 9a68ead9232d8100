"""How a run is shown: plain lines, a view that moves, JSON lines."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TextIO

import pytest

from wheeltree.cli.console import Console, choose
from wheeltree.cli.lines import PlainLines
from wheeltree.cli.live import LiveLines
from wheeltree.cli.terminal import TerminalView
from wheeltree.cli.text import clean, duration
from wheeltree.errors import BuildError, SettingsError, SomeBuildsFailed
from wheeltree.model.event import (
    Blocked,
    Event,
    Failed,
    Finished,
    Notice,
    Progress,
    Reused,
    Started,
    Summary,
)

FAILED = Failed(
    subject="numpy==2.0",
    cause="Python.h: no such file",
    log="/w/logs/numpy.log",
    hint="install python3-dev",
)
BLOCKED = (
    Blocked(subject="pandas==2.2", by="numpy==2.0"),
    Blocked(subject="seaborn==0.13", by="pandas==2.2"),
)
EVENTS: tuple[Event, ...] = (
    Started(work="index", subject="requests"),
    Finished(work="index", subject="requests", seconds=0.1),
    Progress(planning=True, packages=4, done=0, next=("requests==2.34.2",)),
    Reused(subject="idna==3.7", seconds=61.0),
    Notice(text="bubblewrap is missing"),
    Started(work="build", subject="requests==2.34.2", reason="patches/requests/1.patch changed"),
    Finished(work="build", subject="requests==2.34.2", seconds=1.23),
    Started(work="build", subject="numpy==2.0", reason="new"),
    FAILED,
    *BLOCKED,
)


def summary(
    *,
    built: tuple[str, ...] = (),
    reused: tuple[str, ...] = (),
    failed: tuple[Failed, ...] = (),
    blocked: tuple[Blocked, ...] = (),
    seeds: tuple[str, ...] = (),
    wheelhouse: str = "",
    saved: float = 0.0,
    idle: bool = False,
) -> Summary:
    return Summary(
        built=built,
        reused=reused,
        failed=failed,
        blocked=blocked,
        seeds=seeds,
        wheelhouse=wheelhouse,
        seconds=75.0,
        seconds_saved=saved,
        idle=idle,
    )


class Shown:
    """A console with what it wrote."""

    def __init__(self, *, json: bool = False) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.console: Console = choose(json=json, terminal=False, out=self.out, err=self.err)

    def feed(self, *events: Event) -> str:
        with self.console:
            for event in events:
                self.console.observe(event)
        return self.out.getvalue()

    def objects(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.getvalue().splitlines()]


def test_a_log_has_one_line_for_each_wheel_that_was_built_failed_or_blocked() -> None:
    lines = Shown().feed(*EVENTS).splitlines()

    assert [" ".join(line.split()) for line in lines] == [
        "note bubblewrap is missing",
        "built requests==2.34.2 1.2s (patches/requests/1.patch changed)",
        "failed numpy==2.0 Python.h: no such file log: /w/logs/numpy.log",
        "blocked pandas==2.2 needs numpy==2.0",
        "blocked seaborn==0.13 needs pandas==2.2",
    ]


def test_the_summary_says_what_failed_with_cause_log_and_everything_it_blocks() -> None:
    end = summary(
        built=("requests==2.34.2",),
        reused=("idna==3.7",),
        failed=(FAILED,),
        blocked=BLOCKED,
        seeds=("flit-core==3.12",),
        wheelhouse="/w/wheel house",
        saved=61.0,
    )

    assert Shown().feed(end) == (
        "\n"
        "failed   numpy==2.0   Python.h: no such file\n"
        "                      log: /w/logs/numpy.log\n"
        "                      hint: install python3-dev\n"
        "                      blocks: pandas==2.2, seaborn==0.13\n"
        "\n"
        "built 1, reused 1, failed 1, blocked 2 in 1m 15s (1m 01s saved)\n"
        "seeds (prebuilt, for build environments only): flit-core==3.12\n"
        "wheelhouse: /w/wheel house\n"
        "install from it with one of\n"
        "  pip install --no-index --find-links '/w/wheel house' NAME\n"
        "  pip install --index-url file:///w/wheel%20house/simple NAME\n"
    )


@pytest.mark.parametrize(
    ("reused", "line"),
    [
        (28, "nothing to do: 28 wheels are up to date, checked in 1m 15s"),
        (1, "nothing to do: 1 wheel is up to date, checked in 1m 15s"),
        (0, "nothing to do (1m 15s)"),
    ],
)
def test_a_run_that_had_nothing_to_do_says_so(reused: int, line: str) -> None:
    assert Shown().feed(summary(reused=("x==1",) * reused, idle=True)) == f"{line}\n"


def test_a_run_that_only_published_anew_does_not_say_that_nothing_was_to_do() -> None:
    assert Shown().feed(summary(reused=("x==1",))) == "built 0, reused 1 in 1m 15s\n"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.04, "0.0s"),
        (9.94, "9.9s"),
        (9.99, "10s"),
        (59.4, "59s"),
        (59.9, "1m 00s"),
        (245, "4m 05s"),
        (3599.9, "1h 00m"),
        (7800, "2h 10m"),
    ],
)
def test_durations_are_short(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_an_error_shows_its_details_and_its_hint_on_stderr() -> None:
    shown = Shown()
    error = SettingsError("two problems", details=("a:1: x", "a:2: y\nz"), hint="see the page")

    shown.console.error(error)

    assert shown.err.getvalue() == (
        "error: two problems\n  a:1: x\n  a:2: y\n  z\nhint: see the page\n"
    )
    assert not shown.out.getvalue()


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\rb\x08\x00c", "a bc"),
        ("\x9b31mx", "x"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("a\nbuilt   fake==1", "a built   fake==1"),
        ("::error::x", ": :error::x"),
        ("  ::set-env name=A::b", "  : :set-env name=A::b"),
        ("\x1b[1m::error::x", ": :error::x"),
        ("x ##[error]y", "x # #[error]y"),
        ("##vso[task.x]", "# #vso[task.x]"),
        ("\udcff", ""),
    ],
)
def test_text_from_a_build_cannot_steer_a_terminal_or_a_ci(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


def test_the_end_of_a_log_under_an_error_is_cleaned_line_by_line() -> None:
    shown = Shown()

    shown.console.error(BuildError("failed", details=("\x1b[1mone\n::error::two",)))

    assert shown.err.getvalue() == "error: failed\n  one\n  : :error::two\n"


def test_json_lines_are_one_object_for_each_event() -> None:
    shown = Shown(json=True)

    shown.feed(*EVENTS)

    objects = shown.objects()
    assert len(objects) == len(EVENTS)
    assert objects[0] == {"event": "started", "work": "index", "subject": "requests", "reason": ""}
    assert objects[2]["next"] == ["requests==2.34.2"]


def test_the_json_summary_has_name_and_version_in_each_list() -> None:
    shown = Shown(json=True)

    shown.feed(summary(built=("a==1",), failed=(FAILED,), blocked=BLOCKED, wheelhouse="/w"))

    (end,) = shown.objects()
    assert end == {
        "event": "summary",
        "idle": False,
        "built": ["a==1"],
        "reused": [],
        "failed": ["numpy==2.0"],
        "blocked": ["pandas==2.2", "seaborn==0.13"],
        "failures": [
            {
                "package": "numpy==2.0",
                "cause": "Python.h: no such file",
                "log": "/w/logs/numpy.log",
                "hint": "install python3-dev",
                "blocks": ["pandas==2.2", "seaborn==0.13"],
            }
        ],
        "seeds": [],
        "prebuilt": [],
        "tools": [],
        "variants": [],
        "error": "",
        "wheelhouse": "/w",
        "seconds": 75.0,
        "seconds_saved": 0.0,
    }


def test_the_json_of_a_run_that_broke_off_still_ends_with_a_summary() -> None:
    shown = Shown(json=True)

    shown.feed(*EVENTS)
    shown.console.error(BuildError("numpy==2.0 failed", hint="install python3-dev"))

    error, end = shown.objects()[-2:]
    assert (error["event"], error["kind"], error["exit_code"]) == ("error", "BuildError", 8)
    assert (end["event"], end["built"], end["failed"], end["reused"]) == (
        "summary",
        ["requests==2.34.2"],
        ["numpy==2.0"],
        ["idna==3.7"],
    )
    assert shown.err.getvalue().startswith("error: numpy==2.0 failed\n")


def test_the_json_summary_stays_last_when_an_error_follows_it() -> None:
    shown = Shown(json=True)

    shown.feed(summary(failed=(FAILED,)))
    shown.console.error(SomeBuildsFailed("1 wheel was not built"))

    assert [each["event"] for each in shown.objects()] == ["summary"]
    assert "1 wheel was not built" in shown.err.getvalue()


@pytest.mark.parametrize(
    "text", ["##[error]x", "a###b", "\\##", "::x", "\x1b[31m", "a\nb", "\udcff"]
)
def test_json_keeps_hostile_text_but_shows_no_ci_command(text: str) -> None:
    shown = Shown(json=True)

    line = shown.feed(Notice(text=text))

    assert shown.objects() == [{"event": "notice", "text": text}]
    assert "##" not in line
    assert line.isascii()
    assert line.rstrip("\n").isprintable()


@pytest.mark.parametrize("as_json", [True, False])
def test_lines_of_many_threads_do_not_mix(*, as_json: bool) -> None:
    shown = Shown(json=as_json)

    def work(number: int) -> None:
        for _ in range(50):
            shown.console.observe(Finished(work="build", subject=f"p{number}==1", seconds=1.0))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    with shown.console:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    lines = shown.out.getvalue().splitlines()
    assert len(lines) == 400
    assert len(set(lines)) == 8


def test_a_log_that_is_silent_for_long_says_what_goes_on() -> None:
    out = io.StringIO()
    said = threading.Event()

    class Watched(io.StringIO):
        def write(self, text: str) -> int:
            said.set()
            return out.write(text)

    with PlainLines(out=Watched(), err=io.StringIO(), silence=0.01) as console:
        console.observe(Started(work="build", subject="torch==2.1"))
        console.observe(Started(work="source", subject="numpy==2.0"))
        assert said.wait(10)

    assert out.getvalue().startswith("waiting  build torch==2.1   0.")
    assert "and 1 other" in out.getvalue()


class FakeView:
    """A view that keeps what it is told; it draws once when it is opened."""

    def __init__(self, lines: Callable[[], list[str]]) -> None:
        self.lines = lines
        self.printed: list[str] = []
        self.open = True

    def above(self, lines: list[str]) -> None:
        assert self.open
        self.printed += lines

    def stop(self) -> None:
        self.open = False


class Terminal:
    """A terminal console on a fake view."""

    def __init__(self) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.views: list[FakeView] = []
        self.console = TerminalView(out=self.out, err=self.err, open_view=self._open)

    def _open(self, _: TextIO, lines: Callable[[], list[str]]) -> FakeView:
        self.views.append(FakeView(lines))
        return self.views[-1]


def test_the_view_shows_how_far_the_run_is_what_goes_on_and_what_is_next() -> None:
    terminal = Terminal()
    with terminal.console as console:
        console.observe(Progress(planning=True, packages=28, done=3, next=("a==1", "b==1")))
        console.observe(Started(work="source", subject="numpy==2.0"))
        console.observe(Started(work="build", subject="torch\x1b[2J==2.1"))
        head, *rows = terminal.views[0].lines()

    assert head.startswith("planning: 3 of 28 wheels, 0.")
    assert [row.split("s  ", 1)[-1].strip() for row in rows] == [
        "build torch==2.1",
        "fetch numpy==2.0",
        "next: a==1, b==1",
    ]


def test_the_view_counts_what_it_has_no_room_for() -> None:
    terminal = Terminal()
    with terminal.console as console:
        for number in range(14):
            console.observe(Started(work="build", subject=f"p{number}==1"))
        lines = terminal.views[0].lines()

    assert len(lines) == 12
    assert lines[-1].strip() == "and 4 more"


def test_the_view_is_gone_before_the_summary_is_written() -> None:
    terminal = Terminal()
    with terminal.console as console:
        console.observe(Started(work="build", subject="a==1"))
        console.observe(Finished(work="build", subject="a==1", seconds=1.0))
        console.observe(summary(built=("a==1",)))

    (view,) = terminal.views
    assert not view.open
    assert [" ".join(line.split()) for line in view.printed] == ["built a==1 1.0s"]
    assert terminal.out.getvalue() == "built 1, reused 0 in 1m 15s\n"


def test_the_view_is_gone_before_an_error_is_written() -> None:
    terminal = Terminal()
    with terminal.console as console:
        console.observe(Started(work="build", subject="a==1"))
        console.error(BuildError("a==1 failed"))

        assert not terminal.views[0].open
    assert terminal.err.getvalue() == "error: a==1 failed\n"


def test_a_run_that_has_nothing_to_do_opens_no_view() -> None:
    terminal = Terminal()
    with terminal.console as console:
        console.observe(Reused(subject="a==1", seconds=3.0))
        console.observe(summary(reused=("a==1",), idle=True))

    assert not terminal.views
    assert terminal.out.getvalue().startswith("nothing to do: 1 wheel is up to date")


def test_live_lines_take_text_from_builds_literally() -> None:
    out = io.StringIO()
    live = LiveLines(out, lambda: ["building: [bold]x[/nonsense]", "row"])

    live.above(["built [red]y"])
    live.stop()

    assert "building: [bold]x[/nonsense]" in out.getvalue()
    assert "built [red]y" in out.getvalue()


def test_consoles_import_no_more_than_they_need() -> None:
    code = (
        "import sys; from wheeltree.cli.console import choose\n"
        "from wheeltree.model.event import Reused\n"
        "with choose(json=False, terminal=True) as console:\n"
        "    console.observe(Reused(subject='a==1', seconds=1.0))\n"
        "sys.exit('rich' in sys.modules or 'json' in sys.modules)\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_reader_that_goes_away_does_not_stop_the_run() -> None:
    code = (
        "from wheeltree.cli.console import choose\n"
        "from wheeltree.model.event import Notice\n"
        "with choose(json=True, terminal=False) as console:\n"
        "    for _ in range(20):\n"
        "        console.observe(Notice(text='x' * 10000))\n"
    )
    reader, writer = os.pipe()
    os.close(reader)

    with os.fdopen(writer, "wb") as broken:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=broken, stderr=subprocess.PIPE, check=False
        )

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_stream_that_cannot_spell_a_character_gets_an_escape() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")

    with choose(json=False, terminal=False, out=out, err=io.StringIO()) as console:
        console.observe(Notice(text="é"))

    assert raw.getvalue() == b"note     \\xe9\n"
