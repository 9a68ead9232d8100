"""Observers hear of a run, in order, and can do it no harm."""

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from override_folder import write

from wheeltree.errors import BuildError, Interrupted, PluginError
from wheeltree.model.event import Built, Event, Failed, Notice, Prebuilt, Reused, Summary
from wheeltree.model.frozen import replace
from wheeltree.model.tally import NOTHING
from wheeltree.plugins.blame import Origin
from wheeltree.plugins.observer import Observer
from wheeltree.plugins.overrides import Overrides
from wheeltree.plugins.watcher import Watcher, watched

BUILT = Built(subject="a==1", filename="a.whl", digest="0", size=1, path="/cas/0", seconds=1.0)
PREBUILT = Prebuilt(subject="b==1", filename="b.whl", digest="1", size=1, path="/cas/1")
REUSED, FAILED = Reused(subject="c==1", seconds=1.0), Failed(subject="d==1", cause="x", log="")
SUMMARY = Summary(
    built=(), reused=(), failed=(), blocked=(), seeds=(), wheelhouse="", seconds=0, seconds_saved=0
)
EVENTS = (BUILT, PREBUILT, REUSED, FAILED, Notice(text="hello"), SUMMARY)
HERE = Origin(where="here", owns=lambda file: file == __file__)


class Diary(Observer):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, Event]] = []

    def built(self, event: Built) -> None:
        self.lines.append(("built", event))

    def prebuilt(self, event: Prebuilt) -> None:
        self.lines.append(("prebuilt", event))

    def reused(self, event: Reused) -> None:
        self.lines.append(("reused", event))

    def failed(self, event: Failed) -> None:
        self.lines.append(("failed", event))

    def finished(self, summary: Summary) -> None:
        self.lines.append(("finished", summary))


class Clumsy(Observer):
    """Fails whenever it hears of a wheel."""

    def built(self, event: Built) -> None:
        raise ValueError(f"cannot send {event.filename}")

    def reused(self, event: Reused) -> None:
        raise SystemExit(event.subject)


def watch(events: Iterable[Event], *observers: Observer) -> list[Event]:
    """What the user sees of a run with these events."""
    seen: list[Event] = []
    with watched([Watcher(each, HERE) for each in observers], seen.append) as here:
        for event in events:
            here.observe(event)
    return seen


def test_each_event_goes_to_its_method_in_order() -> None:
    diary = Diary()
    assert watch(EVENTS, diary) == list(EVENTS)
    assert diary.lines == [
        ("built", BUILT),
        ("prebuilt", PREBUILT),
        ("reused", REUSED),
        ("failed", FAILED),
        ("finished", SUMMARY),
    ]


def test_an_observer_can_hear_everything() -> None:
    heard: list[Event] = []

    class All(Observer):
        def event(self, event: Event) -> None:
            heard.append(event)

    watch(EVENTS, All())
    assert heard == list(EVENTS)


def test_a_failing_observer_is_one_warning_for_each_method() -> None:
    diary = Diary()
    seen = watch([BUILT, BUILT, REUSED, BUILT], Clumsy(), diary)
    warnings = [each.text for each in seen if isinstance(each, Notice)]
    assert len(warnings) == 2
    line = Clumsy.built.__code__.co_firstlineno + 1
    assert warnings[0] == (
        f"{__file__}:{line}: the observer Clumsy.built failed: ValueError: cannot send a.whl; "
        "the run goes on, and this is not said again"
    )
    assert "Clumsy.reused failed: SystemExit: c==1" in warnings[1]
    assert [method for method, _ in diary.lines] == ["built", "built", "reused", "built"]


def test_an_observer_does_not_hold_up_the_run_and_is_waited_for_at_its_end() -> None:
    gate, heard = threading.Event(), []

    class Slow(Observer):
        def built(self, event: Built) -> None:
            assert gate.wait(30)
            heard.append(event)

    with watched([Watcher(Slow(), HERE)], lambda _event: None) as here:
        here.observe(BUILT)
        assert heard == []
        gate.set()
    assert heard == [BUILT]


def test_observers_hear_of_a_run_that_fails() -> None:
    diary = Diary()
    with pytest.raises(BuildError):
        _end_with(BuildError("x"), FAILED, diary)
    summed_up = replace(NOTHING, failed=(FAILED,), error="x")
    assert diary.lines == [("failed", FAILED), ("finished", summed_up)]


def test_a_run_that_has_its_own_summary_is_summed_up_once() -> None:
    diary, summary = Diary(), replace(NOTHING, failed=(FAILED,))
    with pytest.raises(BuildError):
        _end_with(BuildError("x"), summary, diary)
    assert diary.lines == [("finished", summary)]


def test_nobody_is_waited_for_when_the_user_stops_the_run() -> None:
    gate = threading.Event()

    class Stuck(Observer):
        def built(self, event: Built) -> None:
            gate.wait(30)

    with pytest.raises(Interrupted):
        _end_with(Interrupted("stopped"), BUILT, Stuck())
    gate.set()


def _end_with(error: Exception, event: Event, observer: Observer) -> None:
    with watched([Watcher(observer, HERE)], lambda _event: None) as here:
        here.observe(event)
        raise error


def test_what_is_told_to_observers_alone_is_not_shown() -> None:
    seen: list[Event] = []
    with watched([], seen.append) as nobody:
        nobody.tell(SUMMARY)
    with watched([Watcher(Diary(), HERE)], seen.append) as here:
        here.tell(SUMMARY)
    assert seen == []


def test_observers_lie_in_a_file_of_their_own(tmp_path: Path) -> None:
    text = """
        from wheeltree.plugins import Observer
        class One(Observer): ...
        class Two(Observer): ...
    """
    folder = write(tmp_path, _observers=text)
    assert [each.name for each in Overrides(folder).observers()] == ["One", "Two"]
    assert not Overrides(folder).files


def test_an_observer_that_cannot_be_loaded_ends_the_run_before_it_begins(tmp_path: Path) -> None:
    folder = write(tmp_path, _observers="\nimport nothing_of_this_name\n")
    with pytest.raises(PluginError, match=r"_observers\.py:2: importing it failed"):
        list(Overrides(folder).observers())
