"""Work that a thread does while the main one goes on."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Errand(Generic[T]):
    """One piece of work, done at most once, by a thread of its own.

    It is for what mostly waits: a process, a server. Nobody waits for one whose result is not
    asked for, not even the end of the program.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._lock = Lock()
        self._outcome: Future[T] = Future()
        self._thread = Thread(target=self._do, args=(work,), daemon=True)

    def begin(self) -> Self:
        """Have the work done, unless it was begun already."""
        with self._lock:
            if self._thread.ident is None:
                self._thread.start()
        return self

    def result(self) -> T:
        """What came of it, begun now if it was not before; raises what the work raised."""
        return self.begin()._outcome.result()  # noqa: SLF001  of itself

    def _do(self, work: Callable[[], T]) -> None:
        try:
            self._outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001  whoever asks for the result must hear of it
            self._outcome.set_exception(error)
