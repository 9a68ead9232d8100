from collections.abc import Iterable

import pytest

from wheeltree.model.digest import Key
from wheeltree.model.system import Resources
from wheeltree.scheduling.allowance import Company, Machine, allowance, company
from wheeltree.scheduling.schedule import Schedule, State, Task


def task(
    name: str, *needs: str, seconds: float = 1.0, wide: bool = False, exclusive: bool = False
) -> Task:
    return Task(
        key=Key(name),
        subject=name,
        needs=frozenset(Key(each) for each in needs),
        seconds=seconds,
        wide=wide,
        exclusive=exclusive,
    )


def schedule_of(*tasks: Task) -> Schedule:
    schedule = Schedule()
    for each in tasks:
        schedule.add(each)
    return schedule


def names(tasks: Iterable[Task]) -> list[str]:
    return [each.subject for each in tasks]


def test_a_task_that_needs_nothing_is_ready() -> None:
    assert names(schedule_of(task("a")).ready()) == ["a"]


def test_a_task_waits_for_everything_that_it_needs() -> None:
    schedule = schedule_of(task("a"), task("b"), task("c", "a", "b"))
    schedule.start(Key("a"))
    schedule.done(Key("a"))
    assert names(schedule.ready()) == ["b"]
    schedule.done(Key("b"))
    assert names(schedule.ready()) == ["c"]


def test_the_longest_remaining_chain_goes_first() -> None:
    schedule = schedule_of(
        task("short", seconds=5), task("tool", seconds=1), task("torch", "tool", seconds=100)
    )
    assert names(schedule.ready()) == ["tool", "short"]


def test_a_chain_that_grows_later_changes_the_order() -> None:
    schedule = schedule_of(task("a", seconds=3), task("b", seconds=1))
    assert names(schedule.ready()) == ["a", "b"]
    schedule.add(task("c", "b", seconds=9))
    assert names(schedule.ready()) == ["b", "a"]


def test_equal_chains_are_taken_by_name() -> None:
    assert names(schedule_of(task("b"), task("a"), task("c")).ready()) == ["a", "b", "c"]


def test_a_failure_blocks_everything_above_it_and_nothing_else() -> None:
    schedule = schedule_of(task("a"), task("b", "a"), task("c", "b"), task("d"))
    blocked = schedule.failed(Key("a"))
    assert names(blocked) == ["b", "c"]
    assert schedule.blocked_by(Key("c")) == "a"
    assert names(schedule.ready()) == ["d"]


def test_a_task_added_above_a_failure_is_blocked_at_once() -> None:
    schedule = schedule_of(task("a"))
    schedule.failed(Key("a"))
    assert schedule.add(task("b", "a")) is State.BLOCKED
    assert schedule.add(task("c", "b")) is State.BLOCKED
    assert schedule.blocked_by(Key("c")) == "a"


def test_a_task_above_finished_ones_is_ready_at_once() -> None:
    schedule = schedule_of(task("a"))
    schedule.done(Key("a"))
    assert schedule.add(task("b", "a")) is State.READY


def test_adding_a_task_twice_changes_nothing() -> None:
    schedule = schedule_of(task("a"))
    schedule.start(Key("a"))
    assert schedule.add(task("a")) is State.RUNNING
    assert schedule.ready() == []


def test_counts_follow_the_work() -> None:
    schedule = schedule_of(task("a", wide=True), task("b", wide=True), task("c"))
    assert (schedule.running, schedule.finished) == (0, 0)
    assert names(schedule.beside(Key("a"))) == ["b"]
    schedule.start(Key("a"))
    assert names(schedule.beside(Key("b"))) == ["a"]
    schedule.done(Key("a"))
    assert (schedule.running, schedule.finished) == (0, 1)
    assert names(schedule.beside(Key("b"))) == []


@pytest.mark.parametrize(
    ("cores", "wide", "rivals", "expected"),
    [(8, True, 0, 8), (8, True, 1, 4), (8, True, 20, 1), (8, False, 0, 1), (1, True, 0, 1)],
)
def test_cores_are_shared_among_builds_that_can_use_them(
    cores: int, wide: bool, rivals: int, expected: int
) -> None:
    machine, beside = Machine(cores=cores, memory=1 << 40), Company(others=rivals, rivals=rivals)
    assert allowance(machine, Resources(), wide=wide, beside=beside) == expected


@pytest.mark.parametrize(
    ("seconds", "others", "expected"),
    [(700, [200], 8), (200, [700], 4), (700, [700, 360], 2), (9, [], 8), (9, [9] * 20, 2)],
    ids=["a longer one", "a shorter one", "as long", "alone", "more than may run at once"],
)
def test_a_long_build_shares_its_cores_with_no_short_one(
    seconds: float, others: list[float], expected: int
) -> None:
    machine, beside = Machine(cores=8, memory=1 << 40), company(seconds, others, lanes=4)
    assert allowance(machine, Resources(), wide=True, beside=beside) == expected


@pytest.mark.parametrize(
    ("resources", "others", "expected"),
    [
        (Resources(cores=3), 0, 3),
        (Resources(memory=2 << 30), 0, 4),
        (Resources(memory=2 << 30), 1, 2),
        (Resources(memory=99 << 30), 0, 1),
        (Resources(exclusive=True), 3, 8),
    ],
)
def test_a_build_gets_no_more_cores_than_it_can_use(
    resources: Resources, others: int, expected: int
) -> None:
    machine, beside = Machine(cores=8, memory=8 << 30), Company(others=others, rivals=0)
    assert allowance(machine, resources, wide=True, beside=beside) == expected


def test_a_task_that_must_run_alone_waits_for_the_others_and_holds_back_the_next() -> None:
    schedule = schedule_of(
        task("first", seconds=9), task("alone", seconds=5, exclusive=True), task("last")
    )
    assert names(schedule.startable()) == ["first"]
    schedule.start(Key("first"))
    assert schedule.startable() == []
    schedule.done(Key("first"))
    assert names(schedule.startable()) == ["alone"]
    schedule.start(Key("alone"))
    assert schedule.startable() == []
    schedule.done(Key("alone"))
    assert names(schedule.startable()) == ["last"]
