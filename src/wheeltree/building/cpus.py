"""Which CPUs each build runs on: a variable asks a tool to be modest, affinity binds it."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Cpus:
    """The CPUs of a run, handed to builds that may use some of them."""

    def __init__(self) -> None:
        self._all = sorted(os.sched_getaffinity(0))
        self._busy: Counter[int] = Counter()
        self._lock = Lock()

    @contextmanager
    def bound(self, count: int) -> Iterator[None]:
        """Binds this thread, and so what it starts, to the least used CPUs while the block runs.

        count: how many; with as many as there are nothing is bound.
        """
        if count >= len(self._all):
            yield
            return
        with self._lock:
            mine = sorted(self._all, key=lambda cpu: (self._busy[cpu], cpu))[:count]
            self._busy.update(mine)
        os.sched_setaffinity(0, mine)
        try:
            yield
        finally:
            os.sched_setaffinity(0, self._all)
            with self._lock:
                self._busy.subtract(mine)
