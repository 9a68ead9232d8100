"""Which task is next: a state machine over a graph that may grow while it is worked on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from wheeltree.model.digest import Key
from wheeltree.model.frozen import Frozen


class State(Enum):
    """Where a task stands; the last three are final."""

    WAITING = "waiting"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"


class Task(Frozen):
    """One unit of work.

    needs: keys of the tasks that must be done before; each was added before this one.
    seconds: how long it is expected to take.
    behind: seconds of work that will wait for it, as far as that is not in the schedule yet.
    wide: whether it can use more than one core.
    exclusive: whether nothing else may run beside it.
    """

    key: Key
    subject: str
    needs: frozenset[Key]
    seconds: float
    behind: float = 0.0
    wide: bool = False
    exclusive: bool = False


@dataclass(kw_only=True)
class _Place:
    task: Task
    state: State
    open_needs: set[Key]
    dependents: list[Key] = field(default_factory=list)
    chain: float
    blocked_by: str = ""


class Schedule:
    """Tasks, what they wait for, and which is worth starting first.

    The order is by longest remaining chain: the task that most other work, end to end, waits for
    goes first; ties go by subject and key, so that the order is the same in every run.
    """

    def __init__(self) -> None:
        self._places: dict[Key, _Place] = {}
        self._ready: set[Key] = set()
        self._running: set[Key] = set()
        self._finished = 0

    def __contains__(self, key: Key) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    @property
    def finished(self) -> int:
        """How many tasks are done, failed or blocked."""
        return self._finished

    @property
    def running(self) -> int:
        """How many tasks are running."""
        return len(self._running)

    def beside(self, key: Key) -> tuple[Task, ...]:
        """The other wide tasks that are running or ready to run."""
        found = (self._places[each].task for each in (*self._ready, *self._running) if each != key)
        return tuple(task for task in found if task.wide)

    def state(self, key: Key) -> State:
        """Where the task stands; KeyError if it was never added."""
        return self._places[key].state

    def blocked_by(self, key: Key) -> str:
        """The subject of the failed task that a blocked one waited for."""
        return self._places[key].blocked_by

    def add(self, task: Task) -> State:
        """Take in a task; what it needs must be in already. Adding it twice changes nothing."""
        if task.key in self._places:
            return self._places[task.key].state
        open_needs = {need for need in task.needs if self.state(need) is not State.DONE}
        chain = task.seconds + task.behind
        place = _Place(task=task, state=State.WAITING, open_needs=open_needs, chain=chain)
        self._places[task.key] = place
        for need in sorted(task.needs):
            self._places[need].dependents.append(task.key)
            self._lengthen(need, place.chain)
        broken = [need for need in sorted(open_needs) if self._is_broken(need)]
        if broken:
            self._block(task.key, self._culprit(broken[0]))
        elif not open_needs:
            self._make_ready(place)
        return place.state

    def ready(self) -> list[Task]:
        """What could be started now, first first."""
        places = [self._places[key] for key in self._ready]
        places.sort(key=lambda place: (-place.chain, place.task.subject, place.task.key))
        return [place.task for place in places]

    def startable(self) -> list[Task]:
        """What of that may run beside what runs now, first first.

        Once a task that must run alone is the first, nothing is started till it can be.
        """
        if any(self._places[key].task.exclusive for key in self._running):
            return []
        ready = self.ready()
        alone = next((at for at, task in enumerate(ready) if task.exclusive), len(ready))
        if alone == 0:
            return [] if self._running else ready[:1]
        return ready[:alone]

    def start(self, key: Key) -> None:
        """A ready task was started."""
        self._ready.remove(key)
        self._running.add(key)
        self._places[key].state = State.RUNNING

    def done(self, key: Key) -> None:
        """A task ended well, or was found to need no work; what waited for it may be ready."""
        place = self._leave(key, State.DONE)
        for dependent in place.dependents:
            waiting = self._places[dependent]
            waiting.open_needs.discard(key)
            if not waiting.open_needs and waiting.state is State.WAITING:
                self._make_ready(waiting)

    def failed(self, key: Key) -> list[Task]:
        """A task failed; returns those that are blocked by it, near ones first."""
        place = self._leave(key, State.FAILED)
        return self._block_all(place.dependents, place.task.subject)

    def _leave(self, key: Key, state: State) -> _Place:
        place = self._places[key]
        self._ready.discard(key)
        self._running.discard(key)
        place.state = state
        self._finished += 1
        return place

    def _make_ready(self, place: _Place) -> None:
        place.state = State.READY
        self._ready.add(place.task.key)

    def _is_broken(self, key: Key) -> bool:
        return self._places[key].state in (State.FAILED, State.BLOCKED)

    def _culprit(self, key: Key) -> str:
        place = self._places[key]
        return place.blocked_by or place.task.subject

    def _block(self, key: Key, by: str) -> None:
        self._leave(key, State.BLOCKED).blocked_by = by

    def _block_all(self, keys: Iterable[Key], by: str) -> list[Task]:
        blocked: list[Task] = []
        queue = list(keys)
        while queue:
            place = self._places[queue.pop(0)]
            if place.state is State.WAITING:
                self._block(place.task.key, by)
                blocked.append(place.task)
                queue.extend(place.dependents)
        return blocked

    def _lengthen(self, key: Key, behind: float) -> None:
        """Something that takes `behind` seconds to the end now waits for `key`."""
        queue = [(key, behind)]
        while queue:
            current, rest = queue.pop()
            place = self._places[current]
            longer = place.task.seconds + rest
            if longer > place.chain:
                place.chain = longer
                queue.extend((need, longer) for need in place.task.needs)
