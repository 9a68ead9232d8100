"""Observers, called where they can do no harm."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread

from wheeltree.errors import Interrupted, WheeltreeError
from wheeltree.model.event import (
    Built,
    Event,
    Failed,
    Notice,
    Prebuilt,
    Reused,
    Summary,
)
from wheeltree.model.event import Observer as Observe
from wheeltree.model.frozen import replace
from wheeltree.model.tally import NOTHING, counted
from wheeltree.plugins.blame import Origin, blamed
from wheeltree.plugins.observer import Observer

_PATIENCE = 5.0
"""Seconds that the end of a run waits for observers before it says so."""


class Watcher:
    """An observer whose failures are told once for each of its methods."""

    def __init__(self, observer: Observer, origin: Origin) -> None:
        self.name = type(observer).__name__
        self._observer = observer
        self._origin = origin
        self._failed: set[str] = set()

    def hear(self, event: Event) -> Iterator[str]:
        """Tell it one event; what the user must be warned of."""
        for method in _methods(event):
            if self._listens(method):
                yield from self._call(method, event)

    def hears(self, event: Event) -> bool:
        """Whether it overrides a method that gets this event."""
        return any(map(self._listens, _methods(event)))

    def _listens(self, method: str) -> bool:
        return getattr(type(self._observer), method) is not getattr(Observer, method)

    def _call(self, method: str, event: Event) -> Iterator[str]:
        try:
            getattr(self._observer, method)(event)
        except (Exception, SystemExit) as error:  # noqa: BLE001  not even a defect in it may count
            if method not in self._failed:
                self._failed.add(method)
                yield self._warning(method, error)

    def _warning(self, method: str, error: BaseException) -> str:
        action = f"the observer {self.name}.{method}"
        told = blamed(error, self._origin, action=action, fallback=self._origin.where)
        return f"{told.message}; the run goes on, and this is not said again"


class Watch:
    """Hands events to watchers, one after the other, in a thread of its own.

    observe: gets every event at once, and warnings of observers that fail.
    """

    def __init__(self, watchers: Sequence[Watcher], observe: Observe) -> None:
        self._watchers = watchers
        self._observe = observe
        self._seen = NOTHING
        self._is_summed_up = False
        self._queue: SimpleQueue[Event | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="observers", daemon=True)
        self._thread.start()

    def observe(self, event: Event) -> None:
        """Show an event to the user, and tell the watchers."""
        self._observe(event)
        self.tell(event)

    def tell(self, event: Event) -> None:
        """Tell the watchers, and nobody else."""
        self._seen = counted(self._seen, event)
        self._is_summed_up |= isinstance(event, Summary)
        if any(each.hears(event) for each in self._watchers):
            self._queue.put(event)

    def break_off(self, error: WheeltreeError) -> None:
        """Tell the watchers that the run ended with an error, if it has no summary of its own."""
        if not self._is_summed_up:
            self.tell(replace(self._seen, error=error.message))

    def finish(self) -> None:
        """Wait until they have heard everything."""
        self._queue.put(None)
        self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            names = ", ".join(each.name for each in self._watchers)
            self._observe(Notice(text=f"waiting for the observers {names}"))
            self._thread.join()

    def _work(self) -> None:
        while (event := self._queue.get()) is not None:
            for each in self._watchers:
                for text in each.hear(event):
                    self._observe(Notice(text=text))


class Unwatched:
    """The same for a run without observers."""

    def __init__(self, observe: Observe) -> None:
        self.observe = observe

    def tell(self, event: Event) -> None:
        """Nobody is there."""


@contextmanager
def watched(watchers: Sequence[Watcher], observe: Observe) -> Iterator[Watch | Unwatched]:
    """A watch over a run that the block does; they are waited for unless the user stopped it."""
    if not watchers:
        yield Unwatched(observe)
        return
    watch = Watch(watchers, observe)
    try:
        yield watch
    except Interrupted:
        raise
    except WheeltreeError as error:
        watch.break_off(error)
        watch.finish()
        raise
    watch.finish()


def _methods(event: Event) -> tuple[str, ...]:
    """The methods of an observer that get an event."""
    match event:
        case Built():
            return ("event", "built")
        case Prebuilt():
            return ("event", "prebuilt")
        case Reused():
            return ("event", "reused")
        case Failed():
            return ("event", "failed")
        case Summary():
            return ("event", "finished")
        case _:
            return ("event",)
