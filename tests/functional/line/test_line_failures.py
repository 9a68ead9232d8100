"""Builds that fail: what is said of them, what is blocked, and what is kept."""

from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.errors import BuildError, SomeBuildsFailed
from wheeltree.model.event import Blocked

BROKEN = Project(name="broken", on_build="raise SystemExit('the oven is cold')")
BOTH = Project(name="both", on_build="raise SystemExit('no dough')")
ABOVE = Project(name="above", build=("broken",))
HIGHER = Project(name="higher", build=("above",))
FINE = Project(name="fine", build=("helper",))
HELPER = Project(name="helper")


def test_the_first_failure_ends_the_run_and_is_told_in_full(line: Line) -> None:
    line.offer(BROKEN, FINE, HELPER)
    refused = line.refuse(BuildError, "broken", "fine", jobs=1)
    assert refused.error.exit_code == 8
    assert "broken 1.0" in refused.text
    assert "the oven is cold" in refused.text
    assert str(line.wheelhouse / "logs/broken-1.0.log") in refused.text
    assert refused.summary.failed == (refused.failed["broken==1.0"],)
    assert "the oven is cold" in (line.wheelhouse / "logs/broken-1.0.log").read_text()


def test_keep_going_builds_what_a_failure_does_not_block(line: Line) -> None:
    line.offer(BROKEN, ABOVE, HIGHER, FINE, HELPER, BOTH)
    refused = line.refuse(SomeBuildsFailed, "higher", "fine", "both", keep_going=True)
    summary = refused.summary
    assert refused.error.exit_code == 10
    assert summary.built == ("fine==1.0", "helper==1.0")
    assert sorted(each.subject for each in summary.failed) == ["both==1.0", "broken==1.0"]
    assert sorted(summary.blocked, key=lambda each: each.subject) == [
        Blocked(subject="above==1.0", by="broken==1.0"),
        Blocked(subject="higher==1.0", by="broken==1.0"),
    ]
    for each in summary.failed:
        assert Path(each.log).is_file()
        assert "exit status 1" in each.cause


def test_one_failure_of_a_run_that_kept_going_is_still_some_builds_failed(line: Line) -> None:
    line.offer(BROKEN, FINE, HELPER)
    refused = line.refuse(SomeBuildsFailed, "broken", "fine", keep_going=True)
    assert refused.summary.built == ("fine==1.0", "helper==1.0")


def test_a_failed_run_leaves_the_wheelhouse_as_it_was(line: Line) -> None:
    line.offer(FINE, HELPER)
    line.run("fine")
    before = _published(line)
    line.offer(BROKEN)
    line.refuse(SomeBuildsFailed, "fine", "broken", "helper", keep_going=True)
    assert _published(line) == before


def test_what_was_built_before_a_failure_is_not_built_again(line: Line) -> None:
    line.settings("packages: {broken: {env: {OVEN: cold}}}")
    fails = "import os; assert os.environ['OVEN'] == 'hot'"
    line.offer(Project(name="broken", build=("helper",), on_build=fails), HELPER)
    line.refuse(BuildError, "broken")
    line.settings("packages: {broken: {env: {OVEN: hot}}}")
    assert list(line.run("broken").built) == ["broken==1.0"]


def test_failures_are_not_remembered(line: Line) -> None:
    line.offer(BROKEN)
    line.refuse(BuildError, "broken")
    assert line.refuse(BuildError, "broken").built == ["broken==1.0"]


@pytest.mark.parametrize("keep_going", [True, False])
def test_a_backend_that_cannot_answer_blocks_what_it_would_have_been_built_into(
    line: Line, keep_going: bool
) -> None:
    mute = Project(name="mute", on_ask="raise SystemExit('I say nothing')")
    tool = Project(name="tool", build=("mute",))
    line.offer(mute, tool, Project(name="user", build=("tool",)), FINE, HELPER)
    kind = SomeBuildsFailed if keep_going else BuildError
    refused = line.refuse(kind, "user", "fine", keep_going=keep_going)
    assert "get_requires_for_build_wheel failed" in refused.failed["mute==1.0"].cause
    assert {Blocked(subject=each, by="mute==1.0") for each in ("tool==1.0", "user==1.0")} <= set(
        refused.summary.blocked
    )
    if keep_going:
        assert refused.summary.built == ("fine==1.0", "helper==1.0")


def test_what_a_backend_said_counts_though_its_wheel_cannot_be_built(line: Line) -> None:
    told = Project(name="told", requires=("fine",), dynamic=True, on_build="raise SystemExit('no')")
    line.offer(told, FINE, HELPER)
    refused = line.refuse(SomeBuildsFailed, "told", keep_going=True)
    assert refused.summary.built == ("fine==1.0", "helper==1.0")
    assert list(refused.failed) == ["told==1.0"]
    assert refused.summary.blocked == ()


def test_a_tool_that_fails_blocks_what_asks_its_backend(line: Line) -> None:
    line.offer(BROKEN, Project(name="told", build=("broken",), dynamic=True), FINE, HELPER)
    refused = line.refuse(SomeBuildsFailed, "told", "fine", keep_going=True)
    assert [each.subject for each in refused.summary.failed] == ["broken==1.0"]
    assert {each.by for each in refused.summary.blocked} == {"broken==1.0"}


def test_a_build_that_takes_too_long_is_ended(line: Line) -> None:
    line.offer(Project(name="slow", on_build="import time; time.sleep(60)"))
    line.settings("packages: {slow: {timeout: 1}}")
    assert "not done after 1 s" in line.refuse(BuildError, "slow").text


def test_a_build_that_falls_silent_is_ended_and_one_that_talks_is_not(line: Line) -> None:
    talk = "import time\nfor _ in range(8): print('.', flush=True); time.sleep(0.3)"
    line.offer(
        Project(name="talks", on_build=talk),
        Project(name="hangs", on_build="print('.', flush=True); import time; time.sleep(60)"),
    )
    line.settings("policies: [{packages: ['*'], resources: {silence: 1}}]")
    assert "talks==1.0" in line.run("talks").built
    assert "printed nothing for 1 s" in line.refuse(BuildError, "hangs").text


@pytest.mark.parametrize(
    ("on_build", "said"),
    [
        ("files['../outside.txt'] = 'x'", "outside.txt"),
        ("import json; json.nonsense", "has no attribute"),
        ("raise ModuleNotFoundError(\"No module named 'cffi'\", name='cffi')", "cffi"),
    ],
)
def test_a_wheel_that_cannot_be_is_refused_with_its_cause(
    line: Line, on_build: str, said: str
) -> None:
    line.offer(Project(name="odd", on_build=on_build))
    assert said in line.refuse(BuildError, "odd").text


def _published(line: Line) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in line.wheelhouse.rglob("*")
        if path.is_file() and path.parent.name not in {"logs", ".builder"}
    }
