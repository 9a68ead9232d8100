import pytest

from wheeltree.model.digest import Key
from wheeltree.scheduling.allowance import allowance
from wheeltree.scheduling.schedule import Schedule, State, Task


def task(name: str, *needs: str, seconds: float = 1.0, wide: bool = False) -> Task:
    return Task(
        key=Key(name),
        subject=name,
        needs=frozenset(Key(each) for each in needs),
        seconds=seconds,
        wide=wide,
    )


def schedule_of(*tasks: Task) -> Schedule:
    schedule = Schedule()
    for each in tasks:
        schedule.add(each)
    return schedule


def names(tasks: list[Task]) -> list[str]:
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
    assert (schedule.wide, schedule.running, schedule.finished) == (2, 0, 0)
    schedule.start(Key("a"))
    schedule.done(Key("a"))
    assert (schedule.wide, schedule.running, schedule.finished) == (1, 0, 1)


@pytest.mark.parametrize(
    ("cores", "wide", "others", "expected"),
    [(8, True, 0, 8), (8, True, 1, 4), (8, True, 20, 1), (8, False, 0, 1), (1, True, 0, 1)],
)
def test_cores_are_shared_among_builds_that_can_use_them(
    cores: int, wide: bool, others: int, expected: int
) -> None:
    assert allowance(cores, wide=wide, others=others) == expected
