"""Lines that are drawn again and again at the end of the screen; the only module that knows rich.

Imported when there is something to draw, and not before: rich takes a tenth of a second.
"""

from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

_PER_SECOND = 8


class LiveLines:
    """A view of some lines, the first of them bold."""

    def __init__(self, out: TextIO, lines: Callable[[], list[str]]) -> None:
        self._lines = lines
        self._live = Live(
            console=Console(file=out, force_terminal=True, highlight=False, emoji=False),
            get_renderable=self._drawn,
            refresh_per_second=_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def above(self, lines: list[str]) -> None:
        """Prints lines that stay."""
        # Text, not str: what comes from a build must not be read as markup.
        self._live.console.print(Text("\n".join(lines)), soft_wrap=True)

    def stop(self) -> None:
        """Takes the view away."""
        self._live.stop()

    def _drawn(self) -> Text:
        first, *rest = self._lines()
        text = Text(first, style="bold", no_wrap=True, overflow="ellipsis")
        return text.append("".join(f"\n{line}" for line in rest), style="not bold")
