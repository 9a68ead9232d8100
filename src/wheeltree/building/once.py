"""Things that are made at most once each, by whichever thread needs them first."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Things by key; a thread that needs one that another makes waits for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: dict[str, Future[T]] = {}

    def get(self, key: str, make: Callable[[], T]) -> T:
        """The thing of that key, made by `make` if it is not there.

        What `make` raises is raised for all who wait; who asks later makes it again.
        """
        with self._lock:
            known = self._made.get(key)
            mine = self._made.setdefault(key, Future())
        if known is None:
            self._make(key, mine, make)
        return mine.result()

    def _make(self, key: str, future: Future[T], make: Callable[[], T]) -> None:
        try:
            future.set_result(make())
        except BaseException as error:  # noqa: BLE001  everyone who waits must hear of it
            with self._lock:
                del self._made[key]
            future.set_exception(error)
