"""Threads that take turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from types import TracebackType


class Turn:
    """Held by the one thread that computes: several only hinder one another (the GIL)."""

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._lock.release()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Lets others have their turn while the thread that holds it waits for something."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
