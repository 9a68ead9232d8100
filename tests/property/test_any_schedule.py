"""Whatever the graph and whatever fails: each task ends once, and never before its needs."""

from hypothesis import given
from hypothesis import strategies as st

from wheeltree.model.digest import Key
from wheeltree.scheduling.schedule import Schedule, State, Task

Graph = list[tuple[frozenset[int], float, bool]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    size = draw(st.integers(1, 25))
    return [
        (
            draw(st.frozensets(st.integers(0, index - 1), max_size=4)) if index else frozenset(),
            draw(st.floats(0.1, 100)),
            draw(st.booleans()),
        )
        for index in range(size)
    ]


def task(index: int, needs: frozenset[int], seconds: float) -> Task:
    return Task(
        key=Key(f"{index:02}"),
        subject=f"t{index:02}",
        needs=frozenset(Key(f"{need:02}") for need in needs),
        seconds=seconds,
    )


@given(graphs(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_every_task_ends_exactly_once_and_after_its_needs(
    graph: Graph, slots: int, random: "object"
) -> None:
    schedule, ended = Schedule(), set()
    running: list[Task] = []
    remaining = [task(i, needs, seconds) for i, (needs, seconds, _) in enumerate(graph)]
    fails = {f"{index:02}" for index, (_, _, good) in enumerate(graph) if not good}
    while remaining or running or schedule.ready():
        if remaining:  # the graph grows while it is worked on
            schedule.add(remaining.pop(0))
        for each in schedule.ready()[: slots - len(running)]:
            assert all(schedule.state(need) is State.DONE for need in each.needs)
            schedule.start(each.key)
            running.append(each)
        if running:
            each = running.pop(random.randrange(len(running)))  # type: ignore[attr-defined]
            assert each.key not in ended
            ended.add(each.key)
            if each.key in fails:
                schedule.failed(each.key)
            else:
                schedule.done(each.key)
    states = {f"{index:02}": schedule.state(Key(f"{index:02}")) for index in range(len(graph))}
    assert schedule.finished == len(graph)
    for index, (needs, _, _) in enumerate(graph):
        broken = any(states[f"{need:02}"] is not State.DONE for need in needs)
        assert (states[f"{index:02}"] is State.BLOCKED) == broken
