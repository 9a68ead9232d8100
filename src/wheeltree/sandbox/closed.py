"""What the sandboxes that mount have in common."""

from functools import cached_property

from wheeltree.sandbox.base import Job, Layout, Outcome, Patience
from wheeltree.sandbox.processes import Command, Processes
from wheeltree.sandbox.system import System, look
from wheeltree.sandbox.view import Mount, mounts


class Closed:
    """A sandbox that shows `view.mounts` and nothing else of the machine.

    A mechanism is a subclass with `_command`.
    """

    kind: str
    layout: Layout = "closed"

    def __init__(self) -> None:
        self._processes = Processes()

    def run(self, job: Job, *, log: int, patience: Patience) -> Outcome:
        """See `Sandbox.run`."""
        shown = mounts(job, self._system)
        return self._processes.run(
            lambda status: self._command(job, shown, status, interactive=False),
            log=log,
            patience=patience,
        )

    def interact(self, job: Job) -> int:
        """See `Sandbox.interact`."""
        shown = mounts(job, self._system)
        return self._processes.interact(
            lambda status: self._command(job, shown, status, interactive=True)
        )

    def stop(self) -> None:
        """See `Sandbox.stop`."""
        self._processes.stop()

    @cached_property
    def _system(self) -> System:
        return look()

    def _command(
        self, job: Job, shown: tuple[Mount, ...], status: int, *, interactive: bool
    ) -> Command:
        """The command that runs `job` in a root of `shown`, as `processes.Prepare` asks.

        interactive: on the terminal of this process, and without a gate.
        """
        raise NotImplementedError
