"""Starts a run and shows it on the console that fits."""

import sys
from collections.abc import Callable
from functools import partial

from wheeltree.cli.console import choose
from wheeltree.cli.shown import Shown
from wheeltree.errors import Interrupted, WheeltreeError
from wheeltree.model.event import Observer, Summary
from wheeltree.session.bootstrap import bootstrap
from wheeltree.session.invocation import Invocation


def run(invocation: Invocation, *, json: bool) -> None:
    """Run `invocation`; as `follow`."""
    follow(partial(bootstrap, invocation), json=json)


def follow(work: Callable[[Observer], Summary], *, json: bool) -> None:
    """Do `work`, shown as it goes; Shown, with the exit status, if it fails."""
    with choose(json=json, terminal=sys.stdout.isatty()) as console:
        try:
            console.observe(work(console.observe))
        except WheeltreeError as error:
            console.error(error)
            raise _shown(error) from error
        except KeyboardInterrupt as stop:
            stopped = Interrupted(
                "stopped", hint="what was built is kept; the same command goes on from it"
            )
            console.error(stopped)
            raise _shown(stopped) from stop


def _shown(error: WheeltreeError) -> Shown:
    shown = Shown(error.message)
    shown.exit_code = error.exit_code
    return shown
