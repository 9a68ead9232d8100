"""What signals do: the first one ends the run in good order, an impatient one ends it at once."""

import os
import signal
import sys
import time
from types import FrameType, TracebackType
from typing import Self

from wheeltree.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 2.0
"""Seconds in which a further signal is taken for an echo of the first: a terminal and a parent
often send one each."""


class Stopping:
    """Handles the signals that ask `builder` to stop, while it is entered."""

    def __init__(self) -> None:
        self._since: float | None = None

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            # One that the parent had ignored (nohup) stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # All is said and done: an echo must not change the exit status now.
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Raises KeyboardInterrupt once: what cleans up after it must not meet another."""
        del number, frame
        now = time.monotonic()
        if self._since is None:
            self._since = now
            raise KeyboardInterrupt
        if now - self._since > _PATIENCE:
            # Sandboxes die with us, and the next run sweeps what we leave.
            sys.stderr.write("\nerror: stopped at once\n")
            os._exit(Interrupted.exit_code)
