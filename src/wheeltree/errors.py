"""Every error that `builder` reports: what happened, what to do next, and its exit code.

::

    WheeltreeError
    ├── UsageError            2   the command line or a requirements file is wrong
    ├── SettingsError         3   settings.yaml, all its problems at once
    ├── PluginError           4   an override or observer failed
    ├── ResolutionError       5   no set of versions satisfies what was asked
    │   └── BuildCycle        5   a wheel needs itself to be built
    ├── SourceError           6   a source cannot be fetched, trusted, unpacked or patched
    │   ├── FetchError        6
    │   ├── DigestMismatch    6
    │   ├── UnsafeArchive     6
    │   └── PatchError        6
    ├── SandboxError          7   the sandbox cannot be had, or a build tried to leave it
    ├── BuildError            8   a build backend failed or returned something else than a wheel
    │   └── AttemptedNetwork  7   a build tried to reach something over the network
    ├── StoreError            9   the store or the wheelhouse cannot be read or written
    ├── SomeBuildsFailed     10   --keep-going went on, and not all wheels were built
    ├── EvidenceError        12   how a wheel was made is not proven
    └── Interrupted         130   the user stopped the run
"""

from collections.abc import Sequence


class WheeltreeError(Exception):
    """Something went wrong that a user can understand and mend.

    message: one sentence: what happened, to which package, where (file:line, URL, log path).
    hint: what to do next; empty where the message already says it.
    details: further lines that belong under the message, such as the end of a log.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = tuple(details)

    def __str__(self) -> str:
        lines = [self.message, *(f"  {line}" for line in self.details)]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


class UsageError(WheeltreeError):
    """The command line, a requirements file or a constraints file is wrong."""

    exit_code = 2


class SettingsError(WheeltreeError):
    """Settings do not fit their schema; `details` has one `file:line: key: problem` each."""

    exit_code = 3


class PluginError(WheeltreeError):
    """An override or observer failed."""

    exit_code = 4


class ResolutionError(WheeltreeError):
    """No set of versions satisfies what was asked."""

    exit_code = 5


class BuildCycle(ResolutionError):
    """A wheel is needed, through build requirements, to build itself."""


class SourceError(WheeltreeError):
    """A source cannot be fetched, trusted, unpacked or patched."""

    exit_code = 6


class FetchError(SourceError):
    """A URL or index could not be read."""


class DigestMismatch(SourceError):
    """Bytes are not those that the index, the requirement or an earlier run named."""


class UnsafeArchive(SourceError):
    """An archive is damaged, or has a member that would leave its folder or fill the disk."""


class PatchError(SourceError):
    """A patch does not apply."""


class SandboxError(WheeltreeError):
    """The sandbox cannot be had on this machine, or a build tried to leave it."""

    exit_code = 7


class BuildError(WheeltreeError):
    """A build backend failed, or returned something else than the wheel that was asked for."""

    exit_code = 8


class AttemptedNetwork(BuildError):
    """A build tried to reach something over the network; nothing of it left the sandbox."""

    exit_code = 7


class StoreError(WheeltreeError):
    """The store or the wheelhouse cannot be read or written."""

    exit_code = 9


class SomeBuildsFailed(WheeltreeError):
    """The run went on after failures, and not all wheels were built."""

    exit_code = 10


class EvidenceError(WheeltreeError):
    """How a wheel was made is not proven: a statement is missing, wrong, or not signed."""

    exit_code = 12


class Interrupted(WheeltreeError):
    """The user stopped the run."""

    exit_code = 130
