"""What the sandboxes that mount have in common."""

from functools import cached_property, partial

from wheeltree.model.frozen import replace
from wheeltree.sandbox.authority import Authority
from wheeltree.sandbox.base import Job, Layout, Outcome, Patience
from wheeltree.sandbox.processes import Command, Processes
from wheeltree.sandbox.starting import can_trap, trapped
from wheeltree.sandbox.system import System, look
from wheeltree.sandbox.view import TRUST, Mount, mounts


class Closed:
    """A sandbox that shows `view.mounts` and nothing else of the machine.

    A mechanism is a subclass with `_command`.
    """

    kind: str
    layout: Layout = "closed"

    def __init__(self, authority: Authority | None = None) -> None:
        """authority: whose certificates jobs trust, so that their URLs can be named over TLS."""
        self._authority = authority
        self._processes = Processes(partial(trapped, authority=authority))

    def run(self, job: Job, *, log: int, patience: Patience) -> Outcome:
        """See `Sandbox.run`."""
        trusted = self._authority.certificate if self._authority else ""
        if trusted:
            job = replace(job, environ={**TRUST, **job.environ})
        shown = mounts(job, self._system, trusted=trusted)
        return self._processes.run(
            lambda status: self._command(job, shown, status, interactive=False),
            job,
            log=log,
            patience=patience,
        )

    def interact(self, job: Job) -> int:
        """See `Sandbox.interact`."""
        shown = mounts(job, self._system)
        return self._processes.interact(
            lambda status: self._command(job, shown, status, interactive=True)
        )

    @property
    def names_attempts(self) -> bool:
        """Whether the kernel lets us watch the calls of jobs."""
        return can_trap()

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
