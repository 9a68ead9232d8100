"""How a run is shown: chosen once, then fed with events."""

import sys
from types import TracebackType
from typing import Protocol, Self, TextIO

from wheeltree.errors import WheeltreeError
from wheeltree.model.event import Event


class Console(Protocol):
    """Shows events while it is entered; every method may be called from any thread."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def observe(self, event: Event) -> None:
        """Shows one event; an `Observer`."""
        ...

    def error(self, error: WheeltreeError) -> None:
        """Shows why the run, or the command, ends early."""
        ...


def choose(
    *, json: bool, terminal: bool, out: TextIO | None = None, err: TextIO | None = None
) -> Console:
    """The console for JSON lines, for a person at a terminal, or for a log.

    json: whether `--json` was given. terminal: whether a person watches `out`. out, err: by
    default the process's own; errors go to `err`, everything else to `out`.
    """
    out, err = out or sys.stdout, err or sys.stderr
    # Each is imported only where it is used: a run that shows one need not load the others.
    if json:
        from wheeltree.cli.jsonl import JsonLines  # noqa: PLC0415

        return JsonLines(out=out, err=err)
    if terminal:
        from wheeltree.cli.terminal import TerminalView, live_lines  # noqa: PLC0415

        return TerminalView(out=out, err=err, open_view=live_lines)
    from wheeltree.cli.lines import PlainLines  # noqa: PLC0415

    return PlainLines(out=out, err=err)
