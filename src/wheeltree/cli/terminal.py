"""A run for a person at a terminal: a view that moves, and lines above it for what is done."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TextIO

from wheeltree.cli.lines import lines_for
from wheeltree.cli.running import Running
from wheeltree.cli.summary import error_lines
from wheeltree.cli.text import write
from wheeltree.errors import WheeltreeError
from wheeltree.model.event import Event, Started, Summary


class View(Protocol):
    """What moves at the end of the screen."""

    def above(self, lines: list[str]) -> None:
        """Prints lines that stay."""

    def stop(self) -> None:
        """Takes the view away."""


OpenView = Callable[[TextIO, Callable[[], list[str]]], View]
"""Opens a view on a stream; it asks for its lines whenever it wants to draw."""


def live_lines(out: TextIO, lines: Callable[[], list[str]]) -> View:
    """A view by rich, which is loaded now and not before."""
    from wheeltree.cli.live import LiveLines  # noqa: PLC0415

    return LiveLines(out, lines)


class TerminalView:
    """The console at a terminal; the view opens with the first work, so a no-op needs none."""

    def __init__(self, *, out: TextIO, err: TextIO, open_view: OpenView) -> None:
        self._out = out
        self._err = err
        self._open_view = open_view
        self._running = Running()
        self._view: View | None = None
        # Two locks: the view draws from a thread of its own, which asks for lines while it holds a
        # lock of the view; whoever prints through the view must not hold the state meanwhile.
        self._state = threading.Lock()
        self._screen = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._screen:
            self._close()

    def observe(self, event: Event) -> None:
        """Shows one event."""
        with self._state:
            self._running.take(event)
            lines = lines_for(event, self._running)
        with self._screen:
            if isinstance(event, Started) and self._view is None:
                self._view = self._open_view(self._out, self._draw)
            if isinstance(event, Summary):
                self._close()
            self._print(lines)

    def error(self, error: WheeltreeError) -> None:
        """Shows `error`."""
        with self._screen:
            self._close()
            write(self._err, "".join(f"{line}\n" for line in error_lines(error)))

    def _print(self, lines: list[str]) -> None:
        if lines and self._view is not None:
            self._view.above(lines)
        elif lines:
            write(self._out, "".join(f"{line}\n" for line in lines))

    def _draw(self) -> list[str]:
        with self._state:
            return self._running.lines()

    def _close(self) -> None:
        if self._view is not None:
            self._view.stop()
            self._view = None
